"""`manage.py rehearse STUDY --readers N --preset NAME --seed S [--json]`: try a draft with simulated readers."""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.design.errors import DesignError
from studies.design.simulated_reader import NAMES
from studies.models.study import Study
from studies.services.rehearsal import study_rehearse
from webapp.core.errors import DomainError


class Command(BaseCommand):
    """Plays the study through the reader API and keeps nothing; status 1 when an answer was lost or doubled."""

    help = "Play a draft with simulated readers through the reader API; nothing of it is kept."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("study", help="the slug of a draft")
        parser.add_argument("--readers", type=int, default=6)
        parser.add_argument("--preset", choices=NAMES, default="mixed")
        parser.add_argument("--seed", type=int, default=1, help="of the readers' answers and faults")
        parser.add_argument("--dropouts", type=int, default=0, help="so many readers stop half way")
        parser.add_argument("--json", action="store_true", help="the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rehearse, print, and fail for what the design promises not to happen."""
        study = Study.objects.filter(slug=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']!r}.")
        if options["readers"] < 1:
            raise CommandError(f"--readers: got {options['readers']}, expected at least 1.")
        chosen = {key: options[key] for key in ("readers", "preset", "seed", "dropouts")}
        try:
            result = study_rehearse(study, **chosen)
        except (DesignError, DomainError) as error:
            raise CommandError(error.message) from error
        if options["json"]:
            self.stdout.write(json.dumps(result, indent=2))
        else:
            for one in result["readers"]:
                self.stdout.write(f"{one['reader']}: {one['stored']} stored of {one['accepted']} accepted")
        unexpected = [text for one in result["readers"] for text in one["unexpected"]]
        if result["lost_or_doubled"] or unexpected or not result["chain_intact"]:
            raise CommandError(f"The rehearsal failed: {'; '.join(unexpected) or 'the record does not agree'}.")
