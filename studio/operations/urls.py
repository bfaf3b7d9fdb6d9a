"""Addresses for those who keep the studio running."""

from django.urls import path

from studio.operations import health

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
]
