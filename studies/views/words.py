"""The record in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from studies.models.audit import AuditEvent


@dataclass(frozen=True)
class EventLine:
    """One event of the record as a line."""

    what: str
    who: str
    at: datetime.datetime


def event_lines(events: Iterable[AuditEvent]) -> list[EventLine]:
    """Return each event in words, with who did it."""
    return [
        EventLine(_what(event), event.actor.username if event.actor else "system", event.at) for event in events
    ]


def _what(event: AuditEvent) -> str:
    body = event.body
    cases = len(body.get("cases", [])) if isinstance(body.get("cases"), list) else body.get("cases", 0)
    words = {
        "study.created": "Draft made",
        "cases.added": f"{cases} case{'' if cases == 1 else 's'} added",
        "case.removed": f"Case {body.get('case')} taken out",
        "reader.enrolled": f"Reader {body.get('reader')} invited",
        "reader.removed": f"Reader {body.get('reader')} taken out",
        "study.locked": f"Locked with {cases} cases",
        "study.opened": "Opened",
        "study.paused": "Paused",
        "study.closed": "Closed",
        "seed.revealed": "Seed of the orders shown",
        "study.unblinded": "Unblinded",
        "study.archived": "Archived",
        "analysis.run": "Report made",
    }
    return words.get(event.kind, event.kind)
