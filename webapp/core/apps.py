"""The core app: errors, tokens, answers, middleware. No models."""

from django.apps import AppConfig


class CoreConfig(AppConfig):
    """Registers the system checks."""

    name = "webapp.core"

    def ready(self) -> None:
        """Import the checks and the tasks' signals, which register themselves."""
        from webapp.core import checks, task_trace  # noqa: F401
