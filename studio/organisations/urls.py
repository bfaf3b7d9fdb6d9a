"""Addresses of people and organisations."""

from django.contrib.auth import views as auth
from django.urls import path

from studio.organisations.forms import AnyonesPasswordResetForm
from studio.organisations.views import home, invitation, members, profile, settings

urlpatterns = [
    path("", home.home, name="home"),
    path("switch/", home.switch, name="organisation_switch"),
    path("login/", auth.LoginView.as_view(redirect_authenticated_user=True), name="login"),
    path("logout/", auth.LogoutView.as_view(), name="logout"),
    path(
        "password/reset/",
        auth.PasswordResetView.as_view(
            form_class=AnyonesPasswordResetForm,
            email_template_name="registration/password_reset_email.txt",
            subject_template_name="registration/password_reset_subject.txt",
        ),
        name="password_reset",
    ),
    path("password/reset/sent/", auth.PasswordResetDoneView.as_view(), name="password_reset_done"),
    path(
        "password/<uidb64>/<token>/",
        auth.PasswordResetConfirmView.as_view(),
        name="password_reset_confirm",
    ),
    path(
        "password/saved/",
        auth.PasswordResetCompleteView.as_view(),
        name="password_reset_complete",
    ),
    path("invitation/<str:token>/", invitation.invitation, name="invitation"),
    path("profile/", profile.profile, name="profile"),
    path("profile/password/", profile.password, name="profile_password"),
    path("o/<slug:slug>/settings/", settings.organisation, name="organisation"),
    path("o/<slug:slug>/members/", members.members, name="members"),
    path("o/<slug:slug>/members/invite/", members.invite, name="invite"),
    path("o/<slug:slug>/members/<uuid:person>/role/", members.change_role, name="member_role"),
    path(
        "o/<slug:slug>/invitations/<uuid:pk>/withdraw/",
        members.withdraw,
        name="invitation_withdraw",
    ),
]
