"""What came of it as rows and as a page's table."""

from __future__ import annotations

from bench.cluster.scenario import Met, Outcome
from bench.table import Row

WRONG = (
    "answers lost",
    "answers doubled or changed",
    "broken records",
    "readers who could not go on",
    "cases with different tiles",
    "pictures not finished",
    "pictures unlike the undisturbed",
    "undisturbed seeds without exactly one picture",
)


def rows(outcome: Outcome) -> list[Row]:
    """Return the rows of the benchmarks."""
    found = []
    for met in outcome.met:
        found.append(Row(f"{met.name}: answers paused for", met.pause, "s"))
        found.append(Row(f"{met.name}: first picture after its end", met.picture, "s"))
    return [*found, *(Row(name, count, "") for name, count in outcome.told.items())]


def table(met: list[Met]) -> str:
    """Return the faults as a Markdown table."""
    lines = ["| fault | at | lasted | answers paused | answer after | picture after | host back | lost |"]
    lines.append("| --- | ---: | ---: | ---: | ---: | ---: | ---: | ---: |")
    for one in met:
        times = (one.at, one.lasted, one.pause, one.answer, one.picture, one.back)
        lines.append(f"| {one.name} | {' | '.join(f'{value:.1f} s' for value in times)} | {one.lost} |")
    return "\n".join(lines)
