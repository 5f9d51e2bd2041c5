"""Runs every channel of the register over a study's cases."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from numpy.typing import NDArray

from studies.leakage.channels import CHANNELS, EQUAL, NONE, PACKAGING, SEPARATE, Channel, LeakCase
from studies.leakage.separation import LEAST, separation

AUC_MOST = 0.55  # from the register: a channel at or below it is no leak, however small its p
ERROR = 0.05  # over all packaging channels together (Bonferroni)

CLEAR, LEAK, FEW = "clear", "leak", "too few cases"


@dataclass(frozen=True)
class Finding:
    """What one channel showed.

    Args:
        key: the channel.
        label: its name for people.
        register: its number in the register.
        kind: packaging or content.
        verdict: clear, leak, or too few cases.
        auc: of the classifier, where one tried.
        p: of its permutation test, where one tried.
        detail: what was seen, in words.
    """

    key: str
    label: str
    register: str
    kind: str
    verdict: str
    auc: float | None
    p: float | None
    detail: str


@dataclass(frozen=True)
class LeakResult:
    """Every channel's finding, the limits they were held against, and whether the study may open."""

    findings: tuple[Finding, ...]
    cases: int
    synthetic: int
    seed: int
    permutations: int
    auc_most: float
    p_least: float

    @property
    def leaks(self) -> tuple[Finding, ...]:
        """The packaging channels above their threshold."""
        return tuple(one for one in self.findings if one.verdict == LEAK and one.kind == PACKAGING)

    @property
    def blocked(self) -> bool:
        """Whether the study can't open without a signed reason."""
        return bool(self.leaks)

    def to_dict(self) -> dict[str, Any]:
        """Return everything as JSON."""
        return asdict(self) | {"blocked": self.blocked}


def leak_audit(
    cases: Sequence[LeakCase], synthetic: Sequence[bool], *, seed: int, permutations: int = 999
) -> LeakResult:
    """Return what each channel of the register shows for these cases.

    Args:
        cases: what can be seen of each case.
        synthetic: each case's class.
        seed: of folds and permutations.
        permutations: of the labels; at least 999 let p fall below the limit.
    """
    labels = np.asarray(synthetic, dtype=np.bool_)
    limit = ERROR / sum(one.kind == PACKAGING and one.rule == SEPARATE for one in CHANNELS)
    findings = [_finding(channel, cases, labels, limit, seed, permutations) for channel in CHANNELS]
    return LeakResult(
        findings=tuple(findings),
        cases=len(cases),
        synthetic=int(labels.sum()),
        seed=seed,
        permutations=permutations,
        auc_most=AUC_MOST,
        p_least=limit,
    )


def _finding(
    channel: Channel,
    cases: Sequence[LeakCase],
    labels: NDArray[np.bool_],
    limit: float,
    seed: int,
    permutations: int,
) -> Finding:
    values = [channel.read(case) for case in cases]
    auc = p = None
    if channel.rule == EQUAL:
        verdict, detail = _all_equal(values)
    elif channel.rule == NONE:
        verdict, detail = _nothing_found(values)
    elif _constant(values):
        verdict, detail = CLEAR, "The same for all cases."
        auc, p = 0.5, 1.0
    elif min(int(labels.sum()), int((~labels).sum())) < LEAST:
        verdict, detail = FEW, f"A classifier needs at least {LEAST} cases of each class."
    else:
        found = separation(np.asarray(values, np.float64), labels, seed=seed, permutations=permutations)
        auc, p = found.auc, found.p
        verdict = LEAK if auc > AUC_MOST and p <= limit else CLEAR
        detail = "Tells the classes apart." if verdict == LEAK else "Does not tell the classes apart."
    return Finding(channel.key, channel.label, channel.register, channel.kind, verdict, auc, p, detail)


def _all_equal(values: Sequence[Any]) -> tuple[str, str]:
    kinds = {repr(value) for value in values}
    if len(kinds) <= 1:
        return CLEAR, "The same for all cases."
    return LEAK, f"Got {len(kinds)} different values, expected one."


def _nothing_found(values: Sequence[tuple[str, ...]]) -> tuple[str, str]:
    hits = sum(bool(value) for value in values)
    return (LEAK, f"Found in what is sent for {hits} cases.") if hits else (CLEAR, "None found.")


def _constant(values: Sequence[Any]) -> bool:
    return all(tuple(value) == tuple(values[0]) for value in values)
