"""Addresses of what goes in; the list of characters and their pages are in `studio.storyboard`."""

from django.urls import path

from assets.views import characters, looks, media, presets, takes

urlpatterns = [
    path("o/<slug:slug>/characters/new/", characters.new, name="character_new"),
    path("characters/<uuid:pk>/edit/", characters.edit, name="character_edit"),
    path("characters/<uuid:pk>/archive/", characters.archive, name="character_archive"),
    path("characters/<uuid:pk>/reopen/", characters.reopen, name="character_reopen"),
    path("characters/<uuid:pk>/looks/", characters.look_new, name="look_new"),
    path("looks/<uuid:pk>/crop/", looks.look_crop, name="look_crop"),
    path("looks/<uuid:pk>/mascot/", looks.look_mascot, name="look_mascot"),
    path("looks/<uuid:pk>/art-style/", looks.look_art_style, name="look_art_style"),
    path("projects/<uuid:pk>/takes/", takes.take_new, name="take_new"),
    path("takes/<uuid:pk>/archive/", takes.take_archive, name="take_archive"),
    path("o/<slug:slug>/presets/", presets.presets, name="presets"),
    path("o/<slug:slug>/presets/new/", presets.new, name="preset_new"),
    path("presets/<uuid:pk>/", presets.preset, name="preset"),
    path("presets/<uuid:pk>/versions/<int:number>/", presets.restore, name="preset_restore"),
    path("presets/<uuid:pk>/archive/", presets.archive, name="preset_archive"),
    path("presets/<uuid:pk>/reopen/", presets.reopen, name="preset_reopen"),
    path("media/looks/<uuid:pk>/image", media.look_image, name="look_image"),
    path("media/looks/<uuid:pk>/thumbnail", media.look_thumbnail, name="look_thumbnail"),
    path("media/takes/<uuid:pk>/master", media.take_master, name="take_master"),
    path("media/takes/<uuid:pk>/sound", media.take_sound, name="take_sound"),
    path("inputs/<str:token>/<str:filename>", media.engine_input, name="input"),
]
