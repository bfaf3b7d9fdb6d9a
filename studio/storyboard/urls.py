"""Addresses of the pages that look across all stages."""

from django.urls import path

from studio.storyboard import (
    board_views,
    characters_page,
    clip_views,
    desk_views,
    engine_views,
    input_views,
    projects_page,
)

urlpatterns = [
    path("o/<slug:slug>/projects/", projects_page.projects, name="projects"),
    path("o/<slug:slug>/characters/", characters_page.characters, name="characters"),
    path("characters/<uuid:pk>/", characters_page.character, name="character"),
    path("o/<slug:slug>/desk/", desk_views.desk_page, name="desk"),
    path("o/<slug:slug>/desk/live", desk_views.desk_live, name="desk_live"),
    path("jobs/<uuid:pk>/put-aside/", desk_views.put_aside, name="job_put_aside"),
    path("projects/<uuid:pk>/", board_views.storyboard, name="storyboard"),
    path("projects/<uuid:pk>/live", board_views.live, name="storyboard_live"),
    path("projects/<uuid:pk>/engine/", engine_views.project_engine, name="project_engine"),
    path("projects/<uuid:pk>/clips/", board_views.clip_new, name="clip_new"),
    path("clips/<uuid:pk>/move/", board_views.clip_move, name="clip_move"),
    path("clips/<uuid:pk>/remove/", board_views.clip_remove, name="clip_remove"),
    path("clips/<uuid:pk>/put-back/", board_views.clip_put_back, name="clip_put_back"),
    path("clips/<uuid:pk>/", clip_views.clip_page, name="clip"),
    path("clips/<uuid:pk>/offer/", clip_views.clip_offer, name="clip_offer"),
    path("clips/<uuid:pk>/generate/", clip_views.clip_generate, name="clip_generate"),
    path("clips/<uuid:pk>/looks/", input_views.clip_look_new, name="clip_look_new"),
    path("clips/<uuid:pk>/takes/", input_views.clip_take_new, name="clip_take_new"),
    path("clips/<uuid:pk>/live", clip_views.clip_live, name="clip_live"),
]
