from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.config import IntensityConfig, from_mapping, to_mapping
from mambo_engine.data.intensity import (
    linear_from_network,
    network_from_linear,
    network_from_stored,
    stored_from_linear,
)
from mambo_engine.errors import ConfigError

PUBLISHED = IntensityConfig(bits=12, kind="affine", mean=0.007, std=0.01)


@pytest.mark.parametrize("intensity", [IntensityConfig(12, 0.6), IntensityConfig(16), PUBLISHED])
def test_stored_values_come_back_from_network_values(intensity: IntensityConfig) -> None:
    stored = np.arange(intensity.stored_max + 1, dtype=np.uint16)
    network = network_from_stored(stored, intensity)
    assert network.dtype == np.float32
    assert network[0] == np.float32(intensity.background)
    linear = linear_from_network(network, intensity)
    assert linear[0] == 0.0
    assert np.array_equal(stored_from_linear(linear, intensity), stored)
    np.testing.assert_allclose(network_from_linear(linear, intensity), network, atol=2e-6)


def test_the_published_mapping_is_mean_and_std_of_values_over_65536() -> None:
    stored = np.array([0, 458, 1114, 4095], dtype=np.uint16)
    expected = (stored / 65536 - 0.007) / 0.01
    np.testing.assert_allclose(network_from_stored(stored, PUBLISHED), expected, atol=1e-6)
    assert PUBLISHED.range == pytest.approx((-0.7, 5.548), abs=1e-3)
    assert PUBLISHED.level(0.5) == pytest.approx((-0.7 + 5.5485) / 2, abs=1e-3)


def test_a_mapping_without_kind_is_the_gamma_curve_from_minus_one_to_one() -> None:
    old = from_mapping(IntensityConfig, {"bits": 12, "gamma": 0.6})
    assert (old.kind, old.range, old.background) == ("gamma", (-1.0, 1.0), -1.0)
    levels = np.arange(4096) / 4095
    assert np.array_equal(network_from_stored(np.arange(4096), old), (2 * levels**0.6 - 1).astype(np.float32))
    assert from_mapping(IntensityConfig, to_mapping(PUBLISHED)) == PUBLISHED


@pytest.mark.parametrize(
    ("values", "message"),
    [
        ({"kind": "log"}, "expected gamma or affine"),
        ({"kind": "affine", "std": 0.0}, "std: got 0.0"),
        ({"kind": "affine", "gamma": 0.6}, "gamma: got 0.6, expected none"),
        ({"kind": "affine", "mean": float("nan")}, "expected a finite number"),
        ({"mean": 0.5}, "expected none with kind gamma"),
    ],
)
def test_intensity_refuses_values_that_make_no_mapping(values: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_mapping(IntensityConfig, values)
