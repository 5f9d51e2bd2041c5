"""The gallery's table is an app of its own."""

from typing import Any

from django.apps import AppConfig


class GalleryConfig(AppConfig):
    """Generated pictures to look at."""

    name = "webapp.generation.gallery"
    label = "gallery"

    def ready(self) -> None:
        """Say which pictures readers may have seen: no study takes them."""
        from webapp.imaging.reservations import expose

        expose(_shown)


def _shown() -> Any:
    """Return the pictures that were ever chosen to be shown, also those taken out again."""
    from webapp.imaging.models import Image

    return Image.objects.filter(shown__isnull=False)
