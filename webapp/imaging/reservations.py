"""Pictures that belong to a study and must be seen nowhere else, and pictures that people may have seen already.

The rooms above register which are which; imaging does not know the rooms, nor they each other.
"""

from __future__ import annotations

from collections.abc import Callable

from django.db.models import Exists, OuterRef, Q, QuerySet

from webapp.imaging.models import Image, Provenance

Holder = Callable[[], QuerySet[Image]]
_holders: list[Holder] = []
_showers: list[Holder] = []


def reserve(holder: Holder) -> None:
    """Register a function that returns the pictures which its room keeps to itself."""
    if holder not in _holders:
        _holders.append(holder)


def expose(shower: Holder) -> None:
    """Register a function that returns the pictures which its room has ever shown to people at large."""
    if shower not in _showers:
        _showers.append(shower)


def exposed(images: QuerySet[Image]) -> QuerySet[Image]:
    """Return those pictures that some room has shown to people at large, or that have the pixels of one."""
    found = images.none()
    for shower in _showers:
        found = found | images.filter(pixel_sha256__in=shower().values("pixel_sha256"))
    return found


def unreserved(images: QuerySet[Image]) -> QuerySet[Image]:
    """Return those pictures that no room keeps to itself.

    Left out are also other pictures with the same pixels, and those that the same model drew from the same seed:
    they show the same breast.
    """
    for holder in _holders:
        held = holder()
        breasts = Provenance.objects.filter(image__in=held, seed__isnull=False)
        twin = breasts.filter(digest=OuterRef("provenance__digest"), seed=OuterRef("provenance__seed"))
        images = images.exclude(Q(pk__in=held.values("pk")) | Q(pixel_sha256__in=held.values("pixel_sha256")))
        images = images.exclude(Exists(twin))
    return images
