"""Writes what is true of a case. Only case import calls this."""

from __future__ import annotations

from studies.models.case import Case
from studies.models.truth import CaseTruth
from webapp.core.errors import DomainError
from webapp.imaging.models import Image

SYNTHETIC_BY_SOURCE = {"generated": True, "original": False, "phantom": False}


def truth_add(case: Case, image: Image) -> CaseTruth:
    """Store a case's origin, taken from the library image that it is made of.

    Phantoms stand for originals: they are the demo's reference arm, since no patient image ships.

    Raises:
        DomainError: for an image that is itself a study's normalized picture.
    """
    if image.source not in SYNTHETIC_BY_SOURCE:
        raise DomainError(f"{image.title} is a study's own picture and can't become a case again.", field="image")
    return CaseTruth.objects.create(
        case=case,
        is_synthetic=SYNTHETIC_BY_SOURCE[image.source],
        source_image=image,
        source=image.source,
        birads=image.birads,
        density=image.density,
        view=image.view,
        laterality=image.laterality,
    )
