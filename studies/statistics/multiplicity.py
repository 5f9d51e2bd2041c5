"""Several tests at once: p values that hold for all of them together."""

from __future__ import annotations

from collections.abc import Mapping

from studies.statistics.errors import StatisticsError


def holm(p_values: Mapping[str, float]) -> dict[str, float]:
    """Return Holm's adjusted p values, such as one per reader.

    Sorted upwards, the k-th of m becomes max over the ones before of min(1, (m - k + 1) p). Controls the chance
    of any false finding, whatever the dependence between the tests.

    Source: S. Holm, Scand. J. Stat. 6 (1979) 65.

    Args:
        p_values: name to p, each in [0, 1].

    Returns:
        Adjusted p by name, in the order given.

    Raises:
        StatisticsError: when a p value is outside [0, 1].
    """
    for name, p in p_values.items():
        if not 0 <= p <= 1:
            raise StatisticsError(f"p of {name}: got {p}, expected a value in [0, 1]")
    adjusted: dict[str, float] = {}
    highest = 0.0
    for rank, name in enumerate(sorted(p_values, key=lambda key: p_values[key])):
        highest = max(highest, min(1.0, (len(p_values) - rank) * p_values[name]))
        adjusted[name] = highest
    return {name: adjusted[name] for name in p_values}
