from __future__ import annotations

import json

import pytest

from mambo_engine.config import (
    Defaults,
    GeometryConfig,
    IntensityConfig,
    NetworkConfig,
    ScheduleConfig,
    StageConfig,
    from_mapping,
    label_indices,
    to_mapping,
)
from mambo_engine.errors import ConfigError

VOCABULARY = {"birads": ("1", "2", "3", "4", "5"), "view": ("CC", "MLO")}


def test_config_survives_the_round_trip_through_json() -> None:
    config = StageConfig(NetworkConfig(in_channels=3, label_sizes=(5, 4)), ScheduleConfig("cosine"), "v")
    assert from_mapping(StageConfig, json.loads(json.dumps(to_mapping(config)))) == config


def test_from_mapping_names_the_unknown_key_and_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"unknown kinds; expected .*kind"):
        from_mapping(ScheduleConfig, {"kinds": "linear"})


@pytest.mark.parametrize(
    ("kind", "mapping", "message"),
    [
        (GeometryConfig, {"size": 512, "context_factor": 3}, "multiple of context_factor"),
        (GeometryConfig, {"size": 512, "context_factor": 4, "patch_size": 256}, "at least patch_size"),
        (GeometryConfig, {"overlap": 256}, r"expected 0\.\.255"),
        (NetworkConfig, {"base_channels": 20}, "multiple of norm_groups"),
        (NetworkConfig, {"base_channels": "128"}, "expected int"),
        (ScheduleConfig, {"beta_end": 1}, "expected 0 < start < end < 1"),
        (IntensityConfig, {"bits": 17}, r"expected 1\.\.16"),
        (Defaults, {"sampler": "euler"}, "expected one of ddpm"),
        (Defaults, {"guided_stages": ["final"]}, "expected some of global"),
        (StageConfig, {"network": {}, "prediction": "score"}, "expected one of eps"),
        (StageConfig, {}, "missing"),
    ],
)
def test_from_mapping_refuses_what_makes_no_sense(kind: type, mapping: dict[str, object], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        from_mapping(kind, mapping)


def test_label_indices_keep_the_order_of_the_vocabulary_with_null_for_absent_fields() -> None:
    assert label_indices(VOCABULARY, {"view": "MLO"}) == (0, 2)
    assert label_indices(VOCABULARY, {"view": "CC", "birads": "5"}) == (5, 1)


def test_label_indices_name_what_is_allowed() -> None:
    with pytest.raises(ConfigError, match=r"label birads: got '6', expected one of 1, 2, 3, 4, 5"):
        label_indices(VOCABULARY, {"birads": "6"})
    with pytest.raises(ConfigError, match=r"label 'age' is unknown; this model has: birads, view"):
        label_indices(VOCABULARY, {"age": "50"})
