"""The batches' tables are an app of their own."""

from django.apps import AppConfig


class BatchesConfig(AppConfig):
    """Batches of pictures for studies."""

    name = "webapp.generation.batches"
    label = "batches"
