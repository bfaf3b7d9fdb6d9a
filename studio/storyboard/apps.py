from django.apps import AppConfig


class StoryboardConfig(AppConfig):
    name = "studio.storyboard"
    label = "storyboard"
    verbose_name = "storyboard"
