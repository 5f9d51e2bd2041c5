"""The gallery's table is an app of its own."""

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """Generated pictures to look at."""

    name = "webapp.generation.gallery"
    label = "gallery"
