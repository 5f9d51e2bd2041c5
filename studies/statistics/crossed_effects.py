"""How much readers differ and how much cases differ, in one model of right answers."""

from __future__ import annotations

import math
import warnings
from dataclasses import dataclass
from typing import Any

import numpy as np
import pandas as pd
from scipy.sparse import csr_matrix, hstack
from statsmodels.genmod.bayes_mixed_glm import BinomialBayesMixedGLM

from studies.statistics.difficulty import right_answers
from studies.statistics.errors import StatisticsError


@dataclass(frozen=True)
class CrossedEffects:
    """A logistic model of right answers with crossed random readers and cases, posterior means.

    All are None with a note where every answer is right, or every one wrong.

    Attributes:
        accuracy_synthetic: of a typical reader on a typical positive case; `accuracy_real`: on a negative one.
        reader_sd: on the logit scale; `case_sd`: likewise.
    """

    accuracy_synthetic: float | None
    accuracy_real: float | None
    reader_sd: float | None
    case_sd: float | None
    note: str = ""

    def to_dict(self) -> dict[str, Any]:
        """Return all fields by name, with the method's name."""
        return {"method": "logistic mixed model, variational Bayes"} | vars(self)


def crossed_effects(frame: pd.DataFrame) -> CrossedEffects:
    """Return how much readers and cases differ: logit P(right) = class + reader + case.

    Source: Baayen, Davidson and Bates, J. Mem. Lang. 59 (2008) 390; fitted by statsmodels'
    `BinomialBayesMixedGLM` (variational Bayes), whose standard deviations tend to be a little small.

    Args:
        frame: one row per reading: `reader`, `case`, `truth` (bool), `answer` (bool).

    Raises:
        StatisticsError: for a frame that `case_difficulty` refuses, or with fewer than two readers or cases.
    """
    table = right_answers(frame)
    reader, readers = pd.factorize(table["reader"])
    case, cases = pd.factorize(table["case"])
    if min(len(readers), len(cases)) < 2:
        raise StatisticsError(f"got {len(readers)} readers and {len(cases)} cases, expected at least 2 of each")
    if table["right"].nunique() < 2:
        return CrossedEffects(None, None, None, None, "not defined: all answers are right, or all wrong")
    rows, ones = np.arange(len(table)), np.ones(len(table))
    random = hstack([csr_matrix((ones, (rows, reader))), csr_matrix((ones, (rows, case)))]).tocsr()
    classes = [truth for truth in (True, False) if (table["truth"] == truth).any()]
    fixed = np.stack([(table["truth"] == truth).to_numpy(float) for truth in classes], axis=1)
    kinds = np.repeat([0, 1], [len(readers), len(cases)])
    model = BinomialBayesMixedGLM(table["right"].to_numpy(float), fixed, random, kinds, vcp_p=1.0, fe_p=2.0)
    size = fixed.shape[1] + 2 + random.shape[1]
    with warnings.catch_warnings(record=True) as told:
        warnings.simplefilter("always")
        fit = model.fit_vb(sd=np.full(size, math.exp(-0.5)), fit_method="L-BFGS-B")
    accuracy = {truth: 1 / (1 + math.exp(-float(mean))) for truth, mean in zip(classes, fit.fe_mean, strict=True)}
    reader_sd, case_sd = (math.exp(float(value)) for value in fit.vcp_mean)
    notes = ["one class only"] if len(classes) < 2 else []
    notes += ["the fit did not converge"] if any("converge" in str(one.message) for one in told) else []
    return CrossedEffects(accuracy.get(True), accuracy.get(False), reader_sd, case_sd, "; ".join(notes))
