"""Where jobs and the files of versions are."""

from django.urls import path

from jobs import account_views, animatic_views, callback_views, media, settling_views, views

urlpatterns = [
    path("jobs/<uuid:pk>/", views.job, name="job"),
    path("jobs/<uuid:pk>/cancel/", views.job_cancel, name="job_cancel"),
    path("jobs/<uuid:pk>/stop-waiting/", views.job_stop_waiting, name="job_stop_waiting"),
    path("jobs/<uuid:pk>/priority/", views.job_priority, name="job_priority"),
    path("jobs/<uuid:pk>/settle/", settling_views.job_settle, name="job_settle"),
    path("jobs/<uuid:pk>/pay-again/", settling_views.job_pay_again, name="job_pay_again"),
    path("clips/<uuid:pk>/animatics/", animatic_views.animatic_new, name="animatic_new"),
    path("animatics/<uuid:pk>/cancel/", animatic_views.animatic_cancel, name="animatic_cancel"),
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
    path("media/animatics/<uuid:pk>/video", animatic_views.animatic_video, name="animatic_video"),
    path(
        "media/animatics/<uuid:pk>/poster", animatic_views.animatic_poster, name="animatic_poster"
    ),
    path(
        "media/animatics/<uuid:pk>/film-strip",
        animatic_views.animatic_film_strip,
        name="animatic_film_strip",
    ),
]
