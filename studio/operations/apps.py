from django.apps import AppConfig


class OperationsConfig(AppConfig):
    name = "studio.operations"
    label = "operations"
    verbose_name = "operations"

    def ready(self) -> None:
        """Let workers and beat give signs of life."""
        from studio.operations import pulse  # noqa: F401 - connects to Celery's signals
