"""Where people read what they were told, and admins say which programs are."""

from django.urls import path

from studio.notifications import views, webhook_views

urlpatterns = [
    path("notifications/", views.notifications, name="notifications"),
    path("notifications/bell", views.bell, name="bell"),
    path("notifications/read/", views.read_all, name="notifications_read"),
    path("notifications/<uuid:pk>/", views.notification, name="notification"),
    path("profile/notifications/", views.settings, name="notification_settings"),
    path("o/<slug:slug>/webhooks/", webhook_views.webhook_page, name="webhooks"),
    path("o/<slug:slug>/webhooks/<uuid:pk>/test/", webhook_views.webhook_test, name="webhook_test"),
    path(
        "o/<slug:slug>/webhooks/<uuid:pk>/secret/",
        webhook_views.webhook_secret,
        name="webhook_secret",
    ),
    path(
        "o/<slug:slug>/webhooks/<uuid:pk>/remove/",
        webhook_views.webhook_remove,
        name="webhook_remove",
    ),
    path(
        "o/<slug:slug>/messages/<uuid:pk>/again/",
        webhook_views.message_again,
        name="webhook_message_again",
    ),
]
