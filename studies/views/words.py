"""The record in words."""

from __future__ import annotations

import datetime
from collections.abc import Iterable
from dataclasses import dataclass

from studies.models.audit import AuditEvent


@dataclass(frozen=True)
class EventLine:
    """One event of the record as a line; `signed` is the meaning that it was signed with, if it was."""

    what: str
    who: str
    at: datetime.datetime
    seq: int = 0
    reason: str = ""
    hash: str = ""
    signed: str = ""


def event_lines(events: Iterable[AuditEvent]) -> list[EventLine]:
    """Return each event in words, with who did it."""
    return [
        EventLine(
            what=_what(event),
            who=event.actor.username if event.actor else "system",
            at=event.at,
            seq=event.seq,
            reason=event.reason,
            hash=event.hash,
            signed=event.body.get("meaning", ""),
        )
        for event in events
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
        "signature.refused": "Signature refused: wrong password",
        "leaks.checked": f"Leak check: {body.get('verdict')}",
        "leaks.overridden": "Opened in spite of a leak",
        "member.added": f"{str(body.get('role', '')).capitalize()} added",
        "member.removed": f"{str(body.get('role', '')).capitalize()} removed",
        "invitation.made": f"Link made for a {body.get('role')}",
        "invitation.withdrawn": f"Link for a {body.get('role')} withdrawn",
        "reminders.sent": f"{body.get('count')} reminders sent",
        "study.renamed": "Title changed",
        "protocol.changed": f"Protocol changed: {', '.join(body.get('parts', []))}",
        "rehearsal.made": "Made as a rehearsal",
        "study.copied": "Copied from another study",
        "cases.sorted": f"{body.get('train', 0)} for training, {body.get('check', 0)} attention checks",
        "step.taken": f"Reader {body.get('reader')}: {body.get('step')} done",
        "reader.withdrew": f"Reader {body.get('reader')} left after {body.get('done')} answers",
        "response.stored": f"Reader {body.get('reader')}: answer {body.get('index')} stored",
        "analysis.run": "Report made",
        "export.made": f"File taken out: {body.get('kind')}{', with the truth' if body.get('truth') else ''}",
    }
    return words.get(event.kind, event.kind)
