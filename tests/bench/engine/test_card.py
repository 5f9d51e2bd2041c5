from __future__ import annotations

import pytest

from bench.engine.card import Timed, card_rows
from bench.engine.random_model import SMALL
from mambo_engine.config import GeometryConfig
from mambo_engine.loading import policy_for


def test_extrapolation_is_linear_in_patches_and_steps() -> None:
    assert Timed(2, 5, 3.0).extrapolated(20, 10).seconds == pytest.approx(60.0)


def test_rows_of_a_card_come_out_on_a_processor_too(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("bench.engine.card.FAST_STEPS", 1)
    policy = policy_for("cpu", precision="fp32")
    rows = card_rows(GeometryConfig(64, 32, 2, 8), SMALL, policy, policy, matrix_side=64)
    assert "drawn whole" in rows[0].what
    assert "naive" in rows[1].what
    assert rows[0].ratio == pytest.approx(rows[1].value / rows[0].value)
    assert all(row.value > 0 for row in rows)
