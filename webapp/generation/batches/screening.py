"""What the screens say of one drawn picture, as numbers and flags. A flag asks for a look; it decides nothing."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

from scipy.stats import binom

from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.batches.models import BatchItem
from webapp.imaging.selectors import image_pixels

# Of 268 real mammograms of CDD-CESM, prepared for the model `cesm`, one lies beyond each.
SEAM_MOST = 1.8
SATURATED_MOST = 0.10
BREAST_LEAST, BREAST_MOST = 0.15, 0.70
LIMITS = (
    f"seam ratio above {SEAM_MOST:g}",
    f"more than {100 * SATURATED_MOST:.0f} % of the tissue white",
    f"a breast below {100 * BREAST_LEAST:.0f} % or above {100 * BREAST_MOST:.0f} % of the picture",
)


def scores_of(item: BatchItem) -> dict[str, Any]:
    """Return the scores of a drawn picture.

    `seam_ratio`, `saturated` and `breast` with their `flags`; `correlation`, `threshold` and `expected` where the
    site knows the training pictures; `trouble` where the picture can't be looked over.
    """
    image = item.request.image
    if image is None:
        return {"flags": ["trouble"], "trouble": "The picture was removed."}
    pixels = image_pixels(image)
    try:
        found = engine.artifact_score(pixels, image.bits)
        copy = engine.copy_score(pixels, image.bits, item.batch.bundle_digest)
    except DomainError as error:
        return {"flags": ["trouble"], "trouble": error.message}
    scores: dict[str, Any] = {
        "seam_ratio": round(found.seam_ratio, 3),
        "saturated": round(found.saturated, 4),
        "breast": round(found.breast, 4),
    }
    if copy is not None:
        scores |= {
            "correlation": round(copy.correlation, 4),
            "threshold": round(copy.threshold, 4),
            "expected": round(copy.expected, 5),
        }
    return {**scores, "flags": flags_of(scores)}


def flags_of(scores: dict[str, Any]) -> list[str]:
    """Return the names of the limits that a picture is beyond: copy, seams, saturated, breast."""
    flags = []
    if "correlation" in scores and scores["correlation"] > scores["threshold"]:
        flags.append("copy")
    if scores["seam_ratio"] > SEAM_MOST:
        flags.append("seams")
    if scores["saturated"] > SATURATED_MOST:
        flags.append("saturated")
    if not BREAST_LEAST <= scores["breast"] <= BREAST_MOST:
        flags.append("breast")
    return flags


def copies_words(scores: Sequence[dict[str, Any]]) -> str:
    """Return what the screen for copies says of a batch as a whole; blank where no picture was compared."""
    compared = [one for one in scores if "correlation" in one]
    if not compared:
        return ""
    flagged = sum("copy" in one["flags"] for one in compared)
    expected = compared[0]["expected"]
    chance = float(binom.sf(flagged - 1, len(compared), expected))
    words = f"{flagged} of {len(compared)} pictures lie nearer to a training picture than held-out ones do"
    return f"{words}; {expected * len(compared):.1f} are expected where nothing was copied (p = {chance:.2g})."
