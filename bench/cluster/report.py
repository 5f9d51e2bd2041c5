"""What came of it, as rows and as a page's table."""

from __future__ import annotations

import math
import sys
from pathlib import Path

from bench.cluster.scenario import Met, Outcome
from bench.machine import machine_facts
from bench.table import Row

MUST_BE_NONE = frozenset(
    {
        "answers lost",
        "answers doubled or changed",
        "broken records",
        "readers who could not go on",
        "cases with different tiles",
        "pictures not finished",
        "pictures unlike the undisturbed",
        "undisturbed seeds without exactly one picture",
        "pictures that came over HTTPS with other pixels than were drawn",
        "rehearsal: lost answers",
        "rehearsal: doubled answers",
        "rehearsal: what the site should not have said",
        "rehearsal: broken records",
        "problems",
    }
)
BEGIN, END = "<!-- faults: begin -->", "<!-- faults: end -->"


def rows(outcome: Outcome) -> list[Row]:
    """Return the rows of the benchmarks; problems go to stderr in words."""
    for problem in outcome.problems:
        sys.stderr.write(f"cluster: {problem}\n")
    found = []
    for met in outcome.met:
        well = all(math.isfinite(one) for one in (met.answer, met.picture, met.back))
        recovery = max(met.answer, met.picture, met.back)
        found.append(Row(f"{met.name}: until all goes on", recovery, "s", wrong=not well))
        found.append(Row(f"{met.name}: answers paused for", met.pause, "s"))
    told = {"rehearsal: " + name: count for name, count in _of_rehearsal(outcome).items()}
    told |= outcome.told | {"problems": len(outcome.problems)}
    for name, count in told.items():
        found.append(Row(name, count, "", wrong=name in MUST_BE_NONE and count > 0))
    return found + outcome.scaling


def _of_rehearsal(outcome: Outcome) -> dict[str, int]:
    told = outcome.rehearsal
    return {
        "answers": told["answers"],
        "faults of network and hand": sum(told["faults"].values()),
        "lost answers": told["lost"],
        "doubled answers": told["doubled"],
        "what the site should not have said": len(told["unexpected"]),
        "broken records": int(not told["chain_intact"]),
    }


def table(met: list[Met]) -> str:
    """Return the faults as a Markdown table."""
    lines = [
        "| fault | at | lasted | answers paused | longest wait | answer after | picture after | host back "
        "| lost | doubled |"
    ]
    lines.append("| --- |" + " ---: |" * 9)
    for one in met:
        times = (one.at, one.lasted, one.pause, one.wait, one.answer, one.picture, one.back)
        said = (f"{value:.1f} s" if math.isfinite(value) else "not seen" for value in times)
        lines.append(f"| {one.name} | {' | '.join(said)} | {one.lost} | {one.doubled} |")
    return "\n".join(lines)


def keep(outcome: Outcome, page: Path, *, quick: bool) -> None:
    """Put the table of faults between the markers of a page.

    Raises:
        ValueError: the markers are not there.
    """
    text = page.read_text()
    before, marked, rest = text.partition(BEGIN)
    _, closed, after = rest.partition(END)
    if not (marked and closed):
        raise ValueError(f"{page.name}: got no markers, expected {BEGIN} and {END}")
    note = ", ".join(machine_facts().values()) + (", QUICK" if quick else "")
    page.write_text(f"{before}{BEGIN}\nMet on: {note}.\n\n{table(outcome.met)}\n{END}{after}")
