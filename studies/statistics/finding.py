"""The result in a sentence, said no stronger than the numbers."""

from __future__ import annotations

from studies.statistics.report import Report


def finding(report: Report, *, confidence: float = 0.95) -> tuple[str, str]:
    """Return the verdict as a headline and one sentence with the numbers behind it."""
    verdict = report.verdict
    if verdict is None:
        accuracy = report.overall.accuracy.value
        share = f"{accuracy:.1%} of the readings were right." if accuracy is not None else "Nothing was read."
        return (
            "One reader alone can't speak for readers",
            f"{share} With one reader there is no interval over readers.",
        )
    level = f"{confidence * 100:g} % interval"
    low, high = verdict.estimate.interval.lower, verdict.estimate.interval.upper
    numbers = (
        f"Mean balanced accuracy over {len(report.readers)} readers: {verdict.estimate.mean:.3f} "
        f"({level} {low:.3f} to {high:.3f}; {verdict.reference:g} is chance, "
        f"the stated margin is ±{verdict.margin:g})."
    )
    if verdict.verdict == "equivalent":
        return "Readers could not tell synthetic from real, within the stated margin", numbers
    if verdict.verdict == "distinguishable":
        better = verdict.estimate.mean > verdict.reference
        head = (
            "Readers could tell synthetic from real"
            if better
            else "Readers took synthetic for real and real for synthetic"
        )
        return head, numbers
    return "It is not shown whether readers can or can't tell synthetic from real", numbers
