"""The check passes equal packaging, and catches a planted leak of every channel (positive controls)."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy import ndimage

from studies.leakage.audit import leak_audit
from studies.leakage.channels import CHANNELS, CONTENT, PACKAGING, LeakCase

CASES, ROWS, COLUMNS = 40, 300, 240
SYNTHETIC = [number % 2 == 1 for number in range(CASES)]


def breast(number):
    """A half ellipse of smooth tissue with noise, of another size and texture for each number."""
    random = np.random.default_rng(number)
    rows, columns = np.mgrid[0:ROWS, 0:COLUMNS]
    inside = ((rows - 150) / random.uniform(105, 125)) ** 2 + (columns / random.uniform(150, 200)) ** 2 < 1
    tissue = ndimage.gaussian_filter(random.normal(0, 1, inside.shape), 4) * 4000 + 2000
    return np.where(inside, np.clip(tissue + random.normal(0, 60, inside.shape), 2, 4094), 0).astype(np.uint16)


def case(number):
    random = np.random.default_rng(1000 + number)
    return LeakCase(
        picture=breast(number),
        dimensions=(COLUMNS, ROWS, 12),
        window=(("center", 2048.0), ("width", 3600.0)),
        fields=("height", "width"),
        headers=(("content-type", "application/octet-stream"),),
        stream=("1f8b",),
        sizes=tuple(random.integers(5, 9, 3) * 8192.0),
        times_ms=tuple(random.normal(2, 0.3, 2)),
        places=tuple(random.permutation(CASES)[:3].astype(float)),
    )


@pytest.fixture(scope="module")
def cases():
    return [case(number) for number in range(CASES)]


def painted(one, area, value):
    picture = one.picture.copy()
    picture[area] = value
    return replace(one, picture=picture)


def blended(one, period, axis):
    """Every `period` px a brighter line, as seams and blocks leave it."""
    picture = one.picture.astype(np.int32)
    lines = np.arange(picture.shape[axis]) % period == 0
    area = lines[:, None] if axis == 0 else lines[None, :]
    return replace(
        one, picture=np.where(area & (picture > 0), picture + 400, picture).clip(0, 4095).astype(np.uint16)
    )


def smoothed(one):
    picture = ndimage.gaussian_filter(one.picture.astype(float), 2.0)
    return replace(one, picture=np.where(one.picture > 0, picture, 0).astype(np.uint16))


def combed(one):
    return replace(one, picture=(one.picture // 16 * 16).astype(np.uint16))


def paled(one):
    """A faint haze in the corner: nothing that the eye would see."""
    picture = one.picture.copy()
    picture[-8:, -8:] = np.random.default_rng(int(picture.sum())).integers(0, 3, (8, 8))
    return replace(one, picture=picture)


PLANTS = {
    "names": lambda one: replace(one, found_names=("gen_0041.png",)),
    "order": lambda one: replace(one, places=tuple(place + 15 for place in one.places)),
    "dimensions": lambda one: replace(one, dimensions=(COLUMNS, ROWS, 16)),
    "window": lambda one: replace(one, window=(("center", 2047.0), ("width", 3600.0))),
    "fields": lambda one: replace(one, fields=("height", "prompt", "width")),
    "headers": lambda one: replace(one, headers=(*one.headers, ("etag", "x"))),
    "stream": lambda one: replace(one, stream=("1f8c",)),
    "sizes": lambda one: replace(one, sizes=tuple(size - 16384 for size in one.sizes)),
    "times": lambda one: replace(one, times_ms=tuple(ms + 0.6 for ms in one.times_ms)),
    "side": lambda one: replace(one, picture=one.picture[:, ::-1]),
    "corners": paled,
    "frame": lambda one: painted(one, np.s_[0, :], 1),
    "background": lambda one: painted(one, np.s_[270:274, 200:204], 900),
    "comb": combed,
    "spectrum": smoothed,
    "seams": lambda one: blended(one, 128, 0),
    "blocks": lambda one: blended(one, 8, 1),
}


def findings(cases, **more):
    return {one.key: one for one in leak_audit(cases, SYNTHETIC, seed=3, **more).findings}


def test_equal_packaging_passes_every_channel(cases):
    result = leak_audit(cases, SYNTHETIC, seed=3)
    assert not result.blocked
    assert {one.key for one in result.findings if one.verdict != "clear"} == set()


def test_every_channel_of_the_register_has_a_planted_leak():
    assert set(PLANTS) == {channel.key for channel in CHANNELS}


@pytest.mark.parametrize("channel", CHANNELS, ids=lambda channel: channel.key)
def test_planted_leak_is_caught_by_its_channel(cases, channel):
    planted = [PLANTS[channel.key](one) if made else one for one, made in zip(cases, SYNTHETIC, strict=True)]
    values = [channel.read(one) for one in planted]
    assert values[1] != values[0]
    result = leak_audit(planted, SYNTHETIC, seed=3)
    found = {one.key: one for one in result.findings}
    assert found[channel.key].verdict == "leak", found[channel.key]
    if channel.kind == PACKAGING:
        assert result.blocked
        assert channel.key in {one.key for one in result.leaks}
    else:
        assert channel.kind == CONTENT
        assert channel.key not in {one.key for one in result.leaks}


def test_too_few_cases_are_said_and_do_not_block(cases):
    small = leak_audit(cases[:6], SYNTHETIC[:6], seed=1)
    assert {one.verdict for one in small.findings if one.key in {"sizes", "times", "comb"}} == {"too few cases"}
    assert not small.blocked


def test_one_differing_case_is_enough_where_all_must_be_equal(cases):
    odd = [replace(cases[0], dimensions=(1, 1, 1)), *cases[1:6]]
    assert leak_audit(odd, SYNTHETIC[:6], seed=1).blocked


def test_result_is_json_and_the_same_for_the_same_seed(cases):
    first, second = (leak_audit(cases, SYNTHETIC, seed=3, permutations=99).to_dict() for _ in range(2))
    assert first == second
    assert first["cases"] == CASES
