"""Reads what the gallery shows: never a picture of a study, nor one that may still become one by a batch."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.conf import settings
from django.db.models import Exists, OuterRef, QuerySet

from webapp.core.errors import NotFoundError
from webapp.generation.batches.models import BatchItem
from webapp.generation.gallery.models import ShownPicture
from webapp.imaging.models import Image, Source
from webapp.imaging.reservations import unreserved

MOST = 120
LABELS = ("birads", "density", "view")


def gallery_open(user: Any) -> bool:
    """Tell whether this person may look: makers of pictures, and visitors of a demo. Readers may not.

    A reader who has looked at many generated pictures tells them apart better than one who has not.
    """
    return bool(user.may_generate if user.is_authenticated else settings.DEMO)


def gallery_pictures(user: Any, labels: Mapping[str, str] | None = None) -> QuerySet[Image]:
    """Return the pictures that this person may look at, chosen ones first, then the newest.

    Admins see all, makers the chosen ones and their own, visitors the chosen ones.

    Args:
        user: somebody for whom the gallery is open.
        labels: any of birads, density, view; blank values do not filter.
    """
    shown = ShownPicture.objects.filter(image=OuterRef("pk"), removed_at=None)
    free = unreserved(Image.objects.filter(source=Source.GENERATED)).annotate(chosen=Exists(shown))
    free = free.exclude(pk__in=BatchItem.objects.filter(request__image__isnull=False).values("request__image"))
    if not user.is_authenticated:
        free = free.filter(chosen=True)
    elif not user.is_study_admin:
        free = free.filter(chosen=True) | free.filter(created_by=user)
    chosen = {name: value for name, value in (labels or {}).items() if name in LABELS and value}
    return free.filter(**chosen).order_by("-chosen", "-created_at", "-pk")


def gallery_picture(user: Any, token: str) -> Image:
    """Return one picture of the gallery, with its provenance.

    Raises:
        NotFoundError: when there is none, or it is not (or no longer) in the gallery: both look the same.
    """
    found = gallery_pictures(user).filter(token=token).select_related("provenance").first()
    if found is None:
        raise NotFoundError("This picture is not in the gallery.")
    return found


def gallery_neighbors(user: Any, image: Image, labels: Mapping[str, str]) -> tuple[str, str]:
    """Return the tokens of the pictures before and after this one; "" at the ends."""
    tokens = list(gallery_pictures(user, labels).values_list("token", flat=True)[:MOST])
    if image.token not in tokens:
        return "", ""
    at = tokens.index(image.token)
    return (tokens[at - 1] if at else "", tokens[at + 1] if at + 1 < len(tokens) else "")


def gallery_labels(user: Any) -> dict[str, list[str]]:
    """Return by label the values that some picture of the gallery has."""
    pictures = gallery_pictures(user).order_by()
    found = {name: sorted(set(pictures.values_list(name, flat=True)) - {""}) for name in LABELS}
    return {name: values for name, values in found.items() if len(values) > 1}
