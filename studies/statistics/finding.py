"""The result in a sentence, said no stronger than the numbers."""

from __future__ import annotations

from studies.statistics.equivalence import Verdict
from studies.statistics.report import Report


def finding(
    report: Report, *, confidence: float = 0.95, positive: str = "synthetic", negative: str = "real"
) -> tuple[str, str]:
    """Return the verdict as a headline and one sentence with the numbers behind it.

    Readers and cases are both random where the readings allow it; else the readers alone, as in a table of counts.
    """
    count = len(report.readers)
    level = f"{confidence * 100:g} % interval"
    found, readers = report.random_effects, report.verdict
    if count > 1 and found is not None:
        main = found.estimates["balanced_accuracy"]
        test, limits, mean = found.verdict, main.shown_interval, main.estimate
        verdict, reference, margin = test.verdict, test.reference, test.margin
        who = f"Balanced accuracy of {count} readers, readers and cases as samples"
    elif readers is not None:
        verdict, reference, margin = readers.verdict, readers.reference, readers.margin
        limits, mean = readers.estimate.interval, readers.estimate.mean
        who = f"Mean balanced accuracy over {count} readers"
    else:
        accuracy = report.overall.accuracy.value
        share = f"{accuracy:.1%} of the readings were right." if accuracy is not None else "Nothing was read."
        return _alone(count, share)
    numbers = (
        f"{who}: {mean:.3f} ({level} {limits.lower:.3f} to {limits.upper:.3f}; {reference:g} is chance, "
        f"the stated margin is ±{margin:g})."
    )
    return verdict_words(verdict, above=mean > reference, positive=positive, negative=negative), numbers


def verdict_words(verdict: Verdict, *, above: bool, positive: str = "synthetic", negative: str = "real") -> str:
    """Return the headline of a verdict; `above` tells on which side of chance the estimate lies."""
    if verdict == "equivalent":
        return f"Readers could not tell {positive} from {negative}, within the stated margin"
    if verdict == "distinguishable":
        if above:
            return f"Readers could tell {positive} from {negative}"
        return f"Readers took {positive} for {negative} and {negative} for {positive}"
    return f"It is not shown whether readers can or can't tell {positive} from {negative}"


def _alone(count: int, share: str) -> tuple[str, str]:
    if count > 1:
        return "The readers can't be compared with chance", f"{share} Fewer than two readers read both classes."
    return (
        "One reader alone can't speak for readers",
        f"{share} With one reader there is no interval over readers.",
    )
