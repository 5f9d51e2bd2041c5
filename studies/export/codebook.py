"""What each column of the readings means."""

from __future__ import annotations

from collections.abc import Sequence
from typing import Any

MEANINGS = {
    "study": "name of the study in addresses",
    "protocol_version": "number of the locked protocol",
    "reader_code": "pseudonym of the reader in this study",
    "group": "group of the reader in this study; empty where there are none",
    "simulated": "true where a program read, in a rehearsal",
    "sitting": "which stretch of reading of this reader, from 1; empty where none was kept",
    "session": "part of a crossover, from 1",
    "condition": "condition of the session in a crossover; empty elsewhere",
    "trial_index": "place in this reader's order, from 1",
    "phase": "train, test or check; the analysis takes test",
    "occurrence": "how often this reader has met the case up to here, from 1",
    "repeat": "true for a hidden repeat within a session; the analysis takes the first reading",
    "case_code": "random code of the case in this study",
    "right_case_code": "code of the case shown on the right; empty where one picture is shown",
    "answer": "real or synthetic; of a pair the side said to be synthetic, left or right",
    "confidence": "1 guess, 2 fairly sure, 3 certain",
    "signed_rating": "confidence, negative when the answer is real or right: the rating of the ROC analysis",
    "birads": "assessment category, 0 to 5; empty when not asked or not given",
    "density": "breast density, a to d; empty when not asked or not given",
    "more_answers": "answers to other questions, JSON; empty where there are none",
    "marks": "number of marked findings",
    "rt_total_ms": "time from first serving the case to storing the answer, by the server, ms",
    "rt_active_ms": "time at work on the case, measured in the browser without idle spans, ms",
    "n_revisions": "which answer of this reader to this case counts; 1 where answers can't be changed",
    "submitted_at": "when the server stored the answer, UTC, ISO 8601",
    "sha256": "SHA-256 of the stored answer in canonical JSON",
    "truth": "real or synthetic; of a pair, of the picture on the left",
    "revision": "1 for the first answer of a reader to a case, rising",
    "response_id": "identifier that the reader's browser made",
    "answers": "all answers, JSON",
    "batch": "which parcel of events the browser sent",
    "seq": "place of the event in its parcel",
    "t_ms": "time since the case came up, by the browser, ms",
    "kind": "what was done with the picture",
    "data": "numbers of the event, JSON",
    "shown_at": "when the case came on the screen, UTC, ISO 8601",
    "hidden_at": "when it left the screen; empty while not known",
    "active_ms": "time at work while it was on the screen, ms",
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
