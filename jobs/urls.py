"""Where jobs and the files of versions are."""

from django.urls import path

from jobs import callback_views, media, views

urlpatterns = [
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/settle/", views.job_settle, name="job_settle"),
    path("callbacks/<slug:account>/<uuid:pk>/", callback_views.callback, name="callback"),
    path("media/versions/<uuid:pk>/review", media.version_review_copy, name="version_review_copy"),
    path("media/versions/<uuid:pk>/video", media.version_video, name="version_video"),
    path("media/versions/<uuid:pk>/poster", media.version_poster, name="version_poster"),
    path(
        "media/versions/<uuid:pk>/film-strip", media.version_film_strip, name="version_film_strip"
    ),
]
