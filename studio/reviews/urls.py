"""Where the review room is."""

from django.urls import path

from studio.reviews import (
    comment_views,
    compare_views,
    decision_views,
    leaving_views,
    rule_views,
    table_views,
    views,
)

urlpatterns = [
    # Here, since the people page knows nothing of guest links.
    path(
        "o/<slug:slug>/members/<uuid:person>/remove/",
        leaving_views.member_remove,
        name="member_remove",
    ),
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
    path("versions/<uuid:pk>/people/", comment_views.version_people, name="version_people"),
    path("animatics/<uuid:pk>/people/", comment_views.animatic_people, name="animatic_people"),
    path("clips/<uuid:pk>/compare/", compare_views.compare, name="compare"),
    path("comments/<uuid:pk>/edit/", comment_views.comment_edit, name="comment_edit"),
    path("comments/<uuid:pk>/sort/", comment_views.comment_sort, name="comment_sort"),
    path("comments/<uuid:pk>/resolve/", comment_views.comment_resolve, name="comment_resolve"),
    path("comments/<uuid:pk>/reopen/", comment_views.comment_reopen, name="comment_reopen"),
    path(
        "comments/<uuid:pk>/take-back/", comment_views.comment_take_back, name="comment_take_back"
    ),
    path("projects/<uuid:pk>/rule/", rule_views.project_rule, name="project_rule"),
    path("versions/<uuid:pk>/decide/", decision_views.decide, name="decide"),
    path("versions/<uuid:pk>/withdraw/", table_views.take_out, name="version_withdraw"),
    path("versions/<uuid:pk>/put-back/", table_views.put_back, name="version_put_back"),
    path("versions/<uuid:pk>/done/", table_views.done, name="version_done"),
    path("versions/<uuid:pk>/look-again/", table_views.look_again, name="version_look_again"),
    path("versions/<uuid:pk>/verify/<uuid:comment_pk>/", table_views.verify, name="comment_verify"),
    path(
        "decisions/<uuid:pk>/withdraw/", decision_views.decision_withdraw, name="decision_withdraw"
    ),
]
