"""What the library tells of batches from the command line."""

from __future__ import annotations

import csv
import io
import json
from datetime import timedelta
from typing import Any

from django.utils import timezone

from webapp.imaging.models import IngestRun
from webapp.imaging.selectors import ingest_report, ingest_run_list, ingest_run_state

SHOWN = timedelta(days=1)
FORMULA = ("=", "+", "-", "@", "\t", "\r")


def batch_line(run: IngestRun) -> dict[str, Any]:
    """Return a batch as the page and its script show it."""
    state = ingest_run_state(run)
    counts = [
        f"{state[name]} {words}"
        for name, words in (("added", "added"), ("duplicates", "already there"), ("refused", "not added"))
        if state[name]
    ]
    started = timezone.localtime(run.started_at).strftime("%H:%M")
    far = f"{state['done']} of {state['total']} files" if state["state"] != "done" else f"{state['total']} files"
    words = f"Batch of {started}: {far}" + (f", {', '.join(counts)}" if counts else "") + "."
    if state["message"]:
        words += f" {state['message']}"
    return {**state, "words": words, "reported": bool(state["duplicates"] or state["refused"])}


def batch_lines() -> list[dict[str, Any]]:
    """Return the batches of the last day, newest first."""
    return [batch_line(run) for run in ingest_run_list() if timezone.now() - run.seen_at < SHOWN]


def batch_report(run: IngestRun, form: str) -> str:
    """Return the files that were not added and why, as "csv" or "json"."""
    rows = ingest_report(run)
    if form == "json":
        return json.dumps(rows, indent=1)
    sink = io.StringIO()
    writer = csv.writer(sink)
    writer.writerow(["path", "status", "reason"])
    writer.writerows([_cell(row[name]) for name in ("path", "status", "reason")] for row in rows)
    return sink.getvalue()


def _cell(text: str) -> str:
    """Return text that no spreadsheet takes for a formula: a file's name is anybody's."""
    return f"'{text}" if text.startswith(FORMULA) else text
