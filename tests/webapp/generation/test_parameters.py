"""What may be asked for is what the bundle declares; everything else is refused by name."""

from __future__ import annotations

from dataclasses import replace

import pytest

from webapp.core.errors import DomainError
from webapp.generation.parameters import SEED_LIMIT, BundleCard, label_title, parameters_from

CARD = BundleCard(
    name="tiny",
    digest="d" * 64,
    size=32,
    patch_size=16,
    vocabulary={"birads": ("1", "2", "4"), "view": ("CC", "MLO")},
    sampler="dpmpp_2m",
    steps=20,
    guidance=1.5,
    pixel_spacing_mm=0.4,
    license="Apache-2.0",
    data="phantoms",
    code_version="0.1.0",
)


def test_parameters_take_the_bundles_defaults_when_fields_are_blank():
    asked = parameters_from(CARD, {"birads": "4", "seed": "7"})
    assert asked.labels == {"birads": "4", "view": None}
    assert (asked.seed, asked.steps, asked.guidance, asked.sampler) == (7, 20, 1.5, "dpmpp_2m")


def test_parameters_choose_a_seed_when_none_is_given():
    seeds = {parameters_from(CARD, {}).seed for _ in range(8)}
    assert len(seeds) > 1
    assert all(0 <= seed < SEED_LIMIT for seed in seeds)


@pytest.mark.parametrize(
    ("raw", "field", "said"),
    [
        ({"birads": "3"}, "birads", "1, 2, 4"),
        ({"birads": "any"}, "birads", "1, 2, 4"),
        ({"density": "C"}, "density", "birads, view"),
        ({"steps": "4"}, "steps", "from 5 to 100"),
        ({"steps": "101"}, "steps", "from 5 to 100"),
        ({"steps": "20.5"}, "steps", "whole number"),
        ({"steps": "²"}, "steps", "whole number"),
        ({"seed": "-1"}, "seed", "whole number"),
        ({"seed": str(SEED_LIMIT)}, "seed", "from 0 to"),
        ({"seed": "9" * 5000}, "seed", "whole number"),
        ({"guidance": "nan"}, "guidance", "from 0 to 8"),
        ({"guidance": "9"}, "guidance", "from 0 to 8"),
        ({"guidance": "strong"}, "guidance", "a number"),
    ],
)
def test_parameters_refuse_by_field_when_out_of_range(raw, field, said):
    with pytest.raises(DomainError) as caught:
        parameters_from(CARD, raw)
    assert caught.value.field == field
    assert said in caught.value.message
    assert len(caught.value.message) < 300


def test_dedup_key_is_the_same_when_only_the_spelling_differs():
    blank = parameters_from(CARD, {"seed": "7"})
    spelled = parameters_from(CARD, {"seed": " 7 ", "view": "", "steps": "20", "guidance": "1.50"})
    assert blank.dedup_key(1) == spelled.dedup_key(1)


def test_dedup_key_differs_by_person_seed_label_and_bundle():
    base = parameters_from(CARD, {"seed": "7"})
    keys = {
        base.dedup_key(1),
        base.dedup_key(2),
        replace(base, seed=8).dedup_key(1),
        replace(base, labels={"birads": "1", "view": None}).dedup_key(1),
        replace(base, bundle_digest="e" * 64).dedup_key(1),
        replace(base, code_version="0.2.0").dedup_key(1),
    }
    assert len(keys) == 6


def test_label_title_falls_back_to_the_name():
    assert label_title("birads") == "BI-RADS"
    assert label_title("implant_present") == "Implant present"
