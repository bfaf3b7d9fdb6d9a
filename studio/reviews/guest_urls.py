"""Where guests come in, where members make and close their links, and what leaves as a file."""

from django.urls import path

from studio.reviews import guest_comment_views, guest_media, guest_views, link_views
from studio.reviews.exports import views as exports

urlpatterns = [
    path("guest/<str:token>/", guest_views.guest_door, name="guest_door"),
    path("guest/<str:token>/<uuid:pk>/", guest_views.guest_version, name="guest_version"),
    path(
        "guest/<str:token>/<uuid:pk>/comments/",
        guest_comment_views.guest_comment_new,
        name="guest_comment_new",
    ),
    path(
        "guest/<str:token>/said/<uuid:pk>/edit/",
        guest_comment_views.guest_comment_edit,
        name="guest_comment_edit",
    ),
    path(
        "guest/<str:token>/said/<uuid:pk>/take-back/",
        guest_comment_views.guest_comment_take_back,
        name="guest_comment_take_back",
    ),
    path("guest/<str:token>/<uuid:pk>/live/", guest_views.guest_live, name="guest_live"),
    path("guest/<str:token>/<uuid:pk>/played/", guest_views.guest_played, name="guest_played"),
    path("guest/<str:token>/<uuid:pk>/decide/", guest_views.guest_decide, name="guest_decide"),
    path(
        "guest/<str:token>/<uuid:pk>/withdraw/", guest_views.guest_withdraw, name="guest_withdraw"
    ),
    path(
        "guest/<str:token>/<uuid:pk>/download/", guest_media.guest_download, name="guest_download"
    ),
    path("guest/<str:token>/media/<str:signed>", guest_media.guest_media, name="guest_media"),
    path("versions/<uuid:pk>/comments.<slug:kind>", exports.export_version, name="export_version"),
    path("projects/<uuid:pk>/comments.<slug:kind>", exports.export_project, name="export_project"),
    path("projects/<uuid:pk>/links/", link_views.review_links, name="review_links"),
    path("projects/<uuid:pk>/links/new/", link_views.review_link_new, name="review_link_new"),
    path("links/<uuid:pk>/", link_views.review_link, name="review_link"),
    path("links/<uuid:pk>/revoke/", link_views.review_link_revoke, name="review_link_revoke"),
    path("links/<uuid:pk>/preview/", link_views.review_link_preview, name="review_link_preview"),
    path(
        "links/<uuid:pk>/preview/<uuid:version>/",
        link_views.review_link_preview,
        name="review_link_preview",
    ),
]
