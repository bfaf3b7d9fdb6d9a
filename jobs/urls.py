"""Where jobs and the files of versions are."""

from django.urls import path

from jobs import account_views, callback_views, media, settling_views, views

urlpatterns = [
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/priority/", views.job_priority, name="job_priority"),
    path("jobs/<uuid:pk>/settle/", settling_views.job_settle, name="job_settle"),
    path("jobs/<uuid:pk>/pay-again/", settling_views.job_pay_again, name="job_pay_again"),
    path("accounts/<slug:account>/test/", account_views.account_test, name="account_test"),
    path("accounts/<slug:account>/resume/", account_views.account_resume, name="account_resume"),
    path("callbacks/<slug:account>/<uuid:pk>/", callback_views.callback, name="callback"),
    path("media/versions/<uuid:pk>/review", media.version_review_copy, name="version_review_copy"),
    path("media/versions/<uuid:pk>/stand-in", media.version_stand_in, name="version_stand_in"),
    path("media/versions/<uuid:pk>/video", media.version_video, name="version_video"),
    path("media/versions/<uuid:pk>/poster", media.version_poster, name="version_poster"),
    path(
        "media/versions/<uuid:pk>/film-strip", media.version_film_strip, name="version_film_strip"
    ),
]
