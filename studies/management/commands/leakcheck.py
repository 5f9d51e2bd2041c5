"""`manage.py leakcheck STUDY [--json]`: can anything but the breast tell the arms apart?"""

from __future__ import annotations

import json
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.models.study import Study
from studies.services.leaks import leak_check, leaking


class Command(BaseCommand):
    """Prints each channel's figures, keeps the report, and ends with status 1 while packaging leaks."""

    help = "Train small classifiers on everything but anatomy, channel by channel, and keep the report."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("study", help="the study's slug")
        parser.add_argument("--json", action="store_true", help="the whole report as JSON")
        parser.add_argument("--seed", type=int, default=1, help="of folds, permutations and order of requests")
        parser.add_argument("--permutations", type=int, default=999)

    def handle(self, *args: Any, **options: Any) -> None:
        """Check, print, and fail for a leak."""
        study = Study.objects.filter(slug=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']!r}.")
        if options["permutations"] < 1:
            raise CommandError(f"--permutations: got {options['permutations']}, expected at least 1.")
        report = leak_check(study, None, seed=options["seed"], permutations=options["permutations"])
        if options["json"]:
            self.stdout.write(json.dumps(report.body, indent=2))
        else:
            for line in _lines(report.body):
                self.stdout.write(line)
        if report.blocked:
            raise CommandError(f"The arms can be told apart by {', '.join(leaking(report))}.")


def _lines(body: dict[str, Any]) -> list[str]:
    head = f"{body['cases']} cases, {body['synthetic']} synthetic. {body['permutations']} permutations."
    limits = f"A leak: AUC above {body['auc_most']} with p of at most {body['p_least']:.4f}."
    lines = [f"{head} {limits}", f"{'channel':<12}{'kind':<11}{'AUC':>6}{'p':>8}  verdict"]
    for one in body["findings"]:
        auc = f"{one['auc']:.3f}" if one["auc"] is not None else "-"
        p = f"{one['p']:.3f}" if one["p"] is not None else "-"
        lines.append(f"{one['key']:<12}{one['kind']:<11}{auc:>6}{p:>8}  {one['verdict']}: {one['detail']}")
    return lines
