"""What the pages of batches show and what their script needs."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from django.urls import reverse

from webapp.generation import engine
from webapp.generation.batches.distribution import Row, row_words
from webapp.generation.batches.models import Batch, BatchItem
from webapp.generation.batches.screening import copies_words
from webapp.generation.batches.selectors import batch_remaining_s
from webapp.generation.models import State
from webapp.generation.parameters import BundleCard, label_title
from webapp.generation.selectors import NO_WORKER, drawing_worker_alive

FLAGS = {
    "copy": "near a training picture",
    "seams": "seams",
    "saturated": "too white",
    "breast": "odd size of breast",
    "trouble": "not looked over",
}
BLANK_ROWS = 3


def form_shown(card: BundleCard, lines: Sequence[Mapping[str, str]]) -> dict[str, Any]:
    """Return the table of labels and counts for the template."""
    filled = list(lines) or [{} for _ in range(BLANK_ROWS)]
    columns = [
        {"name": name, "title": label_title(name), "values": values} for name, values in card.vocabulary.items()
    ]
    rows = [
        {
            "cells": [(column, line.get(str(column["name"]), "")) for column in columns],
            "count": line.get("count", ""),
        }
        for line in filled
    ]
    blank = {"cells": [(column, "") for column in columns], "count": ""}
    return {"columns": columns, "rows": rows, "blank": blank}


def lines_of(rows: Sequence[Row]) -> list[dict[str, str]]:
    """Return rows as the form's lines."""
    return [{**row.labels, "count": str(row.count)} for row in rows]


def state_shown(batch: Batch, items: list[BatchItem]) -> dict[str, Any]:
    """Return where the batch and each picture stand, as JSON-ready values."""
    live = sum(one.request.is_live for one in items)
    drawn = sum(one.request.state == State.FINISHED for one in items)
    failed = sum(one.request.state in {State.FAILED, State.CANCELLED} for one in items)
    unscreened = sum(one.request.state == State.FINISHED and one.screened_at is None for one in items)
    return {
        "total": len(items),
        "drawn": drawn,
        "live": live,
        "failed": failed,
        "remainingS": batch_remaining_s(items),
        "message": NO_WORKER if (live or unscreened) and not drawing_worker_alive() else "",
        "copies": copies_words([one.scores for one in items if one.screened_at]),
        "unscreened": unscreened,
        "items": [item_shown(one) for one in items],
    }


def item_shown(item: BatchItem) -> dict[str, Any]:
    """Return one picture of the contact sheet."""
    request, image = item.request, item.request.image
    shown = image if request.state == State.FINISHED else None
    return {
        "number": item.number,
        "state": request.state,
        "stateName": request.get_state_display(),
        "error": request.error if request.state == State.FAILED else "",
        "labels": row_words(request.labels),
        "seed": request.seed,
        "image": shown.token if shown else None,
        "thumb": reverse("imaging:thumb", args=[shown.token]) if shown else None,
        "picture": reverse("generation:picture", args=[request.token, "image"]) if shown else None,
        "screened": item.screened_at is not None,
        "scores": scores_words(item.scores) if item.screened_at else "",
        "flags": [FLAGS[name] for name in item.scores.get("flags", [])],
        "verdict": item.verdict,
        "decideUrl": reverse("batches:decide", args=[item.batch.token, item.number]),
    }


def scores_words(scores: Mapping[str, Any]) -> str:
    """Return the scores in one line."""
    if "seam_ratio" not in scores:
        return str(scores.get("trouble", ""))
    words = [
        f"seams {scores['seam_ratio']:.2f}",
        f"white {100 * scores['saturated']:.1f} %",
        f"breast {100 * scores['breast']:.0f} %",
    ]
    if "correlation" in scores:
        words.insert(0, f"likeness {scores['correlation']:.2f} (limit {scores['threshold']:.2f})")
    return ", ".join(words)


def copies_note(batch: Batch) -> dict[str, Any]:
    """Return whether pictures of the batch's model can be compared with its training pictures here."""
    found = engine.references_found(batch.bundle_digest)
    return {
        "about": found.about,
        "trouble": found.trouble,
        "folder": found.path.parent.name,
        "file": found.path.name,
        "bundle": batch.bundle,
    }
