"""Addresses for those who keep the studio running."""

from django.urls import path

from studio.operations import health, metrics, views

urlpatterns = [
    path("health/live", health.live, name="health_live"),
    path("health/ready", health.ready, name="health_ready"),
    path("metrics", metrics.metrics, name="metrics"),
    path("operations/", views.operations, name="installation"),
    path("o/<slug:slug>/operations/", views.of_organisation, name="operations"),
]
