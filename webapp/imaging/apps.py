"""The imaging app: pictures, their pyramids and where they came from."""

from django.apps import AppConfig


class ImagingConfig(AppConfig):
    """Imaging."""

    name = "webapp.imaging"
