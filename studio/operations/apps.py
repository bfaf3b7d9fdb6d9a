from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "studio.operations"
    label = "operations"
    verbose_name = "operations"
