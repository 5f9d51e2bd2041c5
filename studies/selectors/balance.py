"""How the cases of a draft are spread over what could tell the classes apart. For the owner: it knows classes."""

from __future__ import annotations

from dataclasses import dataclass

from studies.design.balance import LevelBalance, balance
from studies.models.study import Study
from studies.models.truth import CaseTruth
from studies.selectors.contents import truth_shown
from webapp.core.errors import ConflictError

# What readers may see for themselves, and what only the library knows.
BLIND = (("view", "View"), ("laterality", "Side"), ("size", "Pixels of the source"))
KNOWN = (("density", "Density"), ("birads", "BI-RADS"), ("source", "Source"))


@dataclass(frozen=True)
class Covariate:
    """One covariate with its values; `blind` says that it can be seen without knowing the truth."""

    label: str
    blind: bool
    levels: list[LevelBalance]

    @property
    def notable(self) -> bool:
        """Whether the classes differ in any of its values."""
        return any(level.notable for level in self.levels)


def case_balance(study: Study) -> list[Covariate]:
    """Return every covariate of the study's cases.

    Raises:
        ConflictError: while the study is blinded.
    """
    if not truth_shown(study):
        raise ConflictError("The truth is sealed until the study is closed and unblinded.")
    truths = list(CaseTruth.objects.filter(case__study=study).select_related("source_image"))
    synthetic = [truth.is_synthetic for truth in truths]
    found = []
    for blind, fields in ((True, BLIND), (False, KNOWN)):
        for name, label in fields:
            values = [_value(truth, name) for truth in truths]
            found.append(Covariate(label, blind, balance(values, synthetic)))
    return found


def _value(truth: CaseTruth, name: str) -> str:
    if name == "size":
        return f"{truth.source_image.columns} × {truth.source_image.rows}"
    return str(getattr(truth, name))
