"""What each column of the readings means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MEANINGS = {
    "study": "name of the study in addresses",
    "protocol_version": "number of the locked protocol",
    "reader_code": "pseudonym of the reader in this study",
    "trial_index": "place in this reader's order, from 1",
    "phase": "test",
    "case_code": "random code of the case in this study",
    "answer": "real or synthetic",
    "confidence": "1 guess, 2 fairly sure, 3 certain",
    "signed_rating": "confidence, negative when the answer is real: the rating of the ROC analysis",
    "birads": "assessment category, 0 to 5; empty when not asked or not given",
    "density": "breast density, a to d; empty when not asked or not given",
    "marks": "number of marked findings",
    "rt_active_ms": "time at work on the case, measured in the browser without idle spans, ms",
    "n_revisions": "which answer of this reader to this case counts; 1 where answers can't be changed",
    "submitted_at": "when the server stored the answer, UTC, ISO 8601",
    "sha256": "SHA-256 of the stored answer in canonical JSON",
    "truth": "real or synthetic",
    "revision": "1 for the first answer of a reader to a case, rising",
    "response_id": "identifier that the reader's browser made",
    "answers": "all answers, JSON",
    "client_at": "when the answer was sent, by the browser's clock, UTC, ISO 8601",
    "source": "original, phantom or generated",
    "requested_birads": "category that the image was asked for or labeled with",
    "requested_density": "density that the image was asked for or labeled with",
    "view": "CC or MLO, where known",
    "laterality": "L or R, where known",
}


def codebook(columns: Sequence[str], *, study: str, protocol_sha256: str) -> dict[str, Any]:
    """Return the meaning of each column beside what identifies the study.

    Raises:
        ValueError: when a column has no meaning yet.
    """
    unknown = [name for name in columns if name not in MEANINGS]
    if unknown:
        raise ValueError(f"columns without a meaning: {', '.join(unknown)}")
    return {
        "study": study,
        "protocol_sha256": protocol_sha256,
        "missing": "empty cell",
        "columns": [{"name": name, "meaning": MEANINGS[name]} for name in columns],
    }
