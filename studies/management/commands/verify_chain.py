"""`manage.py verify_chain [STUDY]`: is the record of each study whole?"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.models.study import Study
from studies.selectors.audit import ChainState, chain_verify, counts_verify


class Command(BaseCommand):
    """Walks the chains and ends with status 1 when one is broken."""

    help = "Verify the hash chain of one study, or of all: its links, daily heads, signatures and counts."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("study", nargs="?", help="the study's slug; all studies without it")
        parser.add_argument("--json", action="store_true", help="one JSON list instead of lines")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify, print, and fail for a broken chain."""
        studies = Study.objects.order_by("slug")
        if options["study"]:
            studies = studies.filter(slug=options["study"])
            if not studies:
                raise CommandError(f"There is no study {options['study']!r}.")
        found = [(study.slug, chain_verify(study), counts_verify(study)) for study in studies]
        if options["json"]:
            self.stdout.write(json.dumps([_fields(*one) for one in found], indent=2))
        else:
            for one in found:
                self.stdout.write(_line(*one))
        broken = sum(not state.ok or bool(counts) for _, state, counts in found)
        if broken:
            raise CommandError(f"{broken} of {len(found)} records are broken.")


def _fields(slug: str, state: ChainState, counts: list[str]) -> dict[str, Any]:
    return {
        "study": slug,
        "ok": state.ok and not counts,
        "events": state.count,
        "head": state.head,
        "broken_seq": state.broken_seq,
        "why": state.why,
        "counts": counts,
    }


def _line(slug: str, state: ChainState, counts: list[str]) -> str:
    if state.ok and counts:
        return f"{slug}: BROKEN. {' '.join(counts)}"
    if state.ok:
        return f"{slug}: whole, {state.count} events, head {state.head}"
    return f"{slug}: BROKEN after {state.count} events. {state.why}"
