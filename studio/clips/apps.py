from django.apps import AppConfig


class ClipsConfig(AppConfig):
    name = "studio.clips"
    label = "clips"
    verbose_name = "clips"
