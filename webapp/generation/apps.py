"""The generation app: a person asks for a picture, a worker draws it, the row tells how far it is."""

from django.apps import AppConfig


class GenerationConfig(AppConfig):
    """Generation."""

    name = "webapp.generation"
