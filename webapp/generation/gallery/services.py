"""Writes which pictures the gallery shows."""

from __future__ import annotations

from django.utils import timezone

from webapp.accounts.models import User
from webapp.generation.gallery.models import ShownPicture
from webapp.imaging.models import Image


def picture_choose(image: Image, actor: User) -> None:
    """Show a picture to everybody for whom the gallery is open.

    Args:
        image: a picture of the gallery.
        actor: the admin who chooses.
    """
    fresh = {"chosen_by": actor, "chosen_at": timezone.now(), "removed_at": None}
    ShownPicture.objects.update_or_create(image=image, defaults=fresh)


def picture_remove(image: Image) -> None:
    """Stop showing a picture; that it was shown stays known."""
    ShownPicture.objects.filter(image=image, removed_at=None).update(removed_at=timezone.now())
