"""Addresses of projects; their list and their own page are in `studio.storyboard`."""

from django.urls import path

from studio.projects import views

urlpatterns = [
    path("o/<slug:slug>/projects/new/", views.new, name="project_new"),
    path("projects/<uuid:pk>/edit/", views.edit, name="project_edit"),
    path("projects/<uuid:pk>/archive/", views.archive, name="project_archive"),
    path("projects/<uuid:pk>/reopen/", views.reopen, name="project_reopen"),
]
