"""All coefficients at once, by class too."""

import json

import pytest

from studies.statistics.agreement import agreement_summary, fleiss_kappa
from tests.studies.statistics.agreement.conftest import rows


def test_summary_has_each_coefficient_overall_and_by_class():
    frame = rows([0, 1, 1, 0, 1, 0], [0, 1, 0, 0, 1, 1], [0, 1, 1, 0, 0, 0])
    frame["truth"] = frame["case"] % 2 == 1
    found = agreement_summary(frame)
    assert found.fleiss.value == fleiss_kappa(frame).value
    assert set(found.by_truth) == {"positive", "negative"}
    assert found.by_truth["positive"].fleiss.cases == 3
    assert found.light == pytest.approx(sum(kappa.value for kappa in found.pairs.values()) / 3)
    json.dumps(found.to_dict(), allow_nan=False)


def test_ordered_answers_use_order():
    frame = rows([1, 2, 3, 4, 1], [2, 3, 4, 4, 1])
    found = agreement_summary(frame, ordered=True)
    assert found.krippendorff.coefficient == "Krippendorff's alpha, ordinal"
    assert "quadratic" in found.pairs["r0", "r1"].coefficient
    assert found.pairs["r0", "r1"].value > agreement_summary(frame).pairs["r0", "r1"].value
