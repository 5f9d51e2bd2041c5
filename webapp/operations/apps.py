"""The operations app."""

from django.apps import AppConfig


class OperationsConfig(AppConfig):
    """Commands for those who run the site; it has no tables and no pages."""

    name = "webapp.operations"
    label = "operations"
