from django.apps import AppConfig


class PortailConfig(AppConfig):
    name = "portail"

    def ready(self) -> None:
        """Make the Celery application the one that tasks are sent to."""
        import portail.celery  # noqa: F401
