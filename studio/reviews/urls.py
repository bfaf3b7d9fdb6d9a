"""Where the review room is."""

from django.urls import path

from studio.reviews import comment_views, decision_views, views

urlpatterns = [
    path("versions/<uuid:pk>/", views.review, name="review"),
    path("versions/<uuid:pk>/live/", views.review_live, name="review_live"),
    path("versions/<uuid:pk>/comments/", comment_views.comment_new, name="comment_new"),
    path("animatics/<uuid:pk>/", views.animatic, name="animatic"),
    path("animatics/<uuid:pk>/live/", views.animatic_live, name="animatic_live"),
    path(
        "animatics/<uuid:pk>/comments/",
        comment_views.animatic_comment_new,
        name="animatic_comment_new",
    ),
    path("comments/<uuid:pk>/resolve/", comment_views.comment_resolve, name="comment_resolve"),
    path("comments/<uuid:pk>/reopen/", comment_views.comment_reopen, name="comment_reopen"),
    path(
        "comments/<uuid:pk>/take-back/", comment_views.comment_take_back, name="comment_take_back"
    ),
    path("versions/<uuid:pk>/decide/", decision_views.decide, name="decide"),
    path(
        "decisions/<uuid:pk>/withdraw/", decision_views.decision_withdraw, name="decision_withdraw"
    ),
]
