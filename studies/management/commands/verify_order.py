"""`manage.py verify_order STUDY`: is every reader's order what the revealed seed gives?"""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.design.randomisation import commitment
from studies.models.study import State, Study
from studies.selectors.design import orders_verify

REVEALED = {State.CLOSED, State.UNBLINDED, State.ARCHIVED}


class Command(BaseCommand):
    """Recomputes all orders and ends with status 1 when one differs."""

    help = "Recompute every reader's order from the seed of a closed study, and the seed's hash from the lock."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("study", help="the study's slug")

    def handle(self, *args: Any, **options: Any) -> None:
        """Verify and print a line for each reader."""
        study = Study.objects.filter(slug=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']!r}.")
        if study.state not in REVEALED:
            raise CommandError("The seed is shown when the study is closed; until then nobody can recompute it.")
        if commitment(bytes(study.seed or b"")) != study.seed_commitment:
            raise CommandError("The seed is not the one whose hash was published at lock.")
        self.stdout.write(f"seed {bytes(study.seed or b'').hex()}: its SHA-256 is the one published at lock")
        found = orders_verify(study)
        for code, why in found.items():
            self.stdout.write(f"{code}: {why or 'as computed'}")
        if any(found.values()):
            raise CommandError(f"{sum(map(bool, found.values()))} of {len(found)} orders differ.")
