"""Where every page is. Each area keeps its own list."""

from django.contrib import admin
from django.urls import include, path

urlpatterns = [
    path("", include("studio.organisations.urls")),
    path("", include("studio.projects.urls")),
    path("", include("assets.urls")),
    path("", include("jobs.urls")),
    path("", include("studio.reviews.urls")),
    path("", include("studio.reviews.guest_urls")),
    path("", include("studio.notifications.urls")),
    path("", include("studio.storyboard.urls")),
    path("", include("studio.operations.urls")),
    path("admin/", admin.site.urls),
]
