"""`manage.py rehearse STUDY --readers N --preset NAME --seed S [--json]`: try a study with simulated readers."""

from __future__ import annotations

import json
from contextlib import nullcontext
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.design.errors import DesignError
from studies.design.simulated_reader import NAMES
from studies.models.study import Study
from studies.services.rehearsal import Plan, study_rehearse
from studies.services.rehearsal.site import own_site, site_name
from webapp.core.errors import DomainError

HEAD, KEYS = ("TP", "FP", "FN", "TN"), ("tp", "fp", "fn", "tn")


class Command(BaseCommand):
    """Reads a marked copy of the study over HTTP, up to its report; status 1 for a lost or doubled answer."""

    help = "Have simulated readers read a marked copy of a study over HTTP, and print what became of it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        plan = Plan()
        parser.add_argument("study", help="the slug of a draft, or of an unblinded study")
        parser.add_argument("--readers", type=int, default=plan.readers)
        parser.add_argument("--preset", choices=NAMES, default=plan.preset)
        parser.add_argument("--seed", type=int, default=plan.seed, help="of answers, times and faults")
        parser.add_argument("--dropouts", type=int, default=plan.dropouts, help="so many readers stop half way")
        parser.add_argument("--faults", type=float, default=plan.fault_share, help="share of cases that meet one")
        parser.add_argument("--at-once", type=int, default=plan.at_once, help="readers at the same time")
        parser.add_argument("--pace", type=float, default=plan.pace, help="1 waits as long as a reader looks")
        parser.add_argument("--url", default="", help="a running site on this database (default: one of its own)")
        parser.add_argument("--json", action="store_true", help="the result as JSON")

    def handle(self, *args: Any, **options: Any) -> None:
        """Rehearse, print, and fail for what the design promises not to happen."""
        study = Study.objects.filter(slug=options["study"]).first()
        if study is None:
            raise CommandError(f"There is no study {options['study']!r}.")
        for name in ("readers", "at_once"):
            if options[name] < 1:
                raise CommandError(f"--{name.replace('_', '-')}: got {options[name]}, expected at least 1.")
        keys = ("readers", "preset", "seed", "dropouts", "at_once", "pace")
        plan = Plan(**{key: options[key] for key in keys}, fault_share=options["faults"])
        try:
            with nullcontext(options["url"].rstrip("/")) if options["url"] else own_site() as base:
                result = study_rehearse(study, plan, base=base, host="" if options["url"] else site_name())
        except (DesignError, DomainError) as error:
            raise CommandError(error.message) from error
        self.stdout.write(json.dumps(result, indent=2) if options["json"] else "\n".join(_lines(result)))
        if result["lost"] or result["doubled"] or result["unexpected"] or not result["chain_intact"]:
            raise CommandError(f"The rehearsal failed: {'; '.join(result['unexpected']) or 'see the counts.'}")


def _lines(result: dict[str, Any]) -> list[str]:
    found = result["report"] or {}
    told = _pair_counts if "pooled" in found else _counts
    head = f"{'pairs':>6}{'right':>6}{'share':>10}" if "pooled" in found else "".join(f"{key:>6}" for key in HEAD)
    lines = [f"{'reader':<8}{'answers':>8}{head}" + ("" if "pooled" in found else f"{'accuracy':>10}")]
    rows = {row["reader"]: row for row in found.get("readers", [])}
    for one in result["readers"]:
        row = rows.get(one["reader"])
        lines.append(f"{one['reader']:<8}{one['stored']:>8}" + (told(row) if row else ""))
    whole = found.get("overall") or found.get("pooled")
    if whole:
        lines.append(f"{'Overall':<8}{result['answers']:>8}" + told(whole))
    seconds, faults = result["seconds"], result["faults"]
    lines += [
        "",
        f"{result['answers']} answers accepted, {result['lost']} lost, {result['doubled']} doubled; "
        f"the record is {'intact' if result['chain_intact'] else 'broken'}.",
        "Faults played: " + (", ".join(f"{n} {name.replace('_', ' ')}" for name, n in faults.items()) or "none"),
        f"{seconds['prepare']} s to prepare, {seconds['read']} s to read, "
        f"{seconds['close_and_report']} s to report.",
        *(
            f"{name}: " + ", ".join(f"{key} {value} ms" for key, value in times.items())
            for name, times in result["latency_ms"].items()
        ),
        f"The rehearsal stays as {result['rehearsal']}.",
    ]
    return lines


def _pair_counts(row: dict[str, Any]) -> str:
    return f"{row['pairs']:>6}{row['right']:>6}{row['proportion']:>10.5f}"


def _counts(row: dict[str, Any]) -> str:
    counts = "".join(f"{row[key]:>6}" for key in KEYS)
    return f"{counts}{row['accuracy']['value']:>10.5f}"
