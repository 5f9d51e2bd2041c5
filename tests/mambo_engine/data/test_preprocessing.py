"""Preprocessing brings any mammogram to one form and can be undone."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pydicom
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from PIL import Image

from mambo_engine.data.files import read_image
from mambo_engine.data.phantom import PhantomLabels, draw_phantom
from mambo_engine.data.preprocessing import REFERENCE_CROP, Preprocessing, dilate_mask, erode_mask, preprocess
from mambo_engine.errors import DataError


@pytest.fixture(scope="module")
def stored() -> np.ndarray:
    """A 12-bit phantom cut to a frame higher than wide."""
    return draw_phantom(PhantomLabels(4, "C", "MLO"), size=256, seed=11).pixels[:, :210]


def read(path: Path) -> np.ndarray:
    with Image.open(path) as image:
        pixels = np.asarray(image)
    return pixels if pixels.dtype == np.uint8 else pixels.astype(np.uint16)


def test_preprocess_pads_on_the_far_side_to_a_multiple_of_the_patch(stored: np.ndarray) -> None:
    result = preprocess(stored, patch_size=64)
    assert result.image.shape == result.mask.shape == (256, 256)
    assert preprocess(stored[:250], patch_size=96).transform.side == 288
    assert not result.image[:, 210:].any()
    assert result.image.dtype == np.float32
    assert result.image[100, 10] == np.float32(stored[100, 10] / np.float32(4095))


@pytest.mark.parametrize("mirrored", [False, True])
@pytest.mark.parametrize("inverted", [False, True])
def test_preprocess_brings_every_form_to_the_same_square(
    stored: np.ndarray, mirrored: bool, inverted: bool
) -> None:
    other = stored[:, ::-1] if mirrored else stored
    other = (4095 - other).astype(np.uint16) if inverted else other
    plain, result = preprocess(stored, patch_size=64), preprocess(other, patch_size=64)
    assert (result.transform.flipped, result.transform.negated) == (mirrored, inverted)
    assert np.array_equal(result.mask, plain.mask)
    assert np.allclose(result.image, plain.image, atol=1e-6)


def test_preprocess_blackens_what_is_outside_the_breast(stored: np.ndarray) -> None:
    marked = stored.copy()
    marked[5:15, 190:205] = 4000
    result = preprocess(marked, patch_size=64)
    assert not result.image[:20, 180:].any()


def test_preprocess_crops_like_the_reference_when_asked(stored: np.ndarray) -> None:
    transform = preprocess(stored, patch_size=64, crop=REFERENCE_CROP).transform
    assert transform.box == (10, 246, 2, 208)


def test_preprocess_trims_air_before_the_chest_wall_when_asked(stored: np.ndarray) -> None:
    padded = np.pad(stored, ((0, 0), (40, 0)))
    trimmed = preprocess(padded, patch_size=64, trim=True)
    assert abs(trimmed.transform.box[2] - 40) <= 4
    assert trimmed.mask[:, 0].any()
    assert not preprocess(padded, patch_size=64).mask[:, :20].any()


@settings(max_examples=60, deadline=None)
@given(
    rows=st.integers(2, 40),
    columns=st.integers(2, 40),
    negated=st.booleans(),
    flipped=st.booleans(),
    bits=st.sampled_from([8, 12, 16]),
    seed=st.integers(0, 2**32 - 1),
)
def test_invert_returns_every_stored_value(
    rows: int, columns: int, negated: bool, flipped: bool, bits: int, seed: int
) -> None:
    stored = np.random.default_rng(seed).integers(0, 2**bits, (rows, columns)).astype(np.uint16)
    transform = Preprocessing(
        shape=(rows, columns),
        box=(0, rows, 0, columns),
        white=2.0**bits - 1,
        negated=negated,
        flipped=flipped,
        side=48,
    )
    assert np.array_equal(np.rint(transform.invert(transform.apply(stored))).astype(np.uint16), stored)
    mask = stored > 2 ** (bits - 1)
    assert np.array_equal(transform.invert_mask(transform.apply_mask(mask)), mask)


def test_invert_fills_the_cropped_border_with_air(stored: np.ndarray) -> None:
    inverted = (4095 - stored).astype(np.uint16)
    transform = preprocess(inverted, patch_size=64, bits=12, crop=(0.1, 0.1)).transform
    assert np.all(transform.invert(transform.apply(inverted))[0] == 4095)


def test_apply_refuses_another_shape(stored: np.ndarray) -> None:
    transform = preprocess(stored, patch_size=64).transform
    with pytest.raises(DataError, match="got"):
        transform.apply(stored[:-1])
    with pytest.raises(DataError, match="got"):
        transform.invert(np.zeros((64, 64), dtype=np.float32))


@pytest.mark.parametrize(
    ("stored", "bits"),
    [
        (np.zeros((8, 8), dtype=np.uint16), None),
        (np.zeros((8, 8, 3), dtype=np.uint8), None),
        (np.zeros((8, 8), dtype=np.float32), None),
        (np.zeros((1, 8), dtype=np.uint8), None),
        (np.full((8, 8), 5000, dtype=np.uint16), 12),
    ],
)
def test_preprocess_refuses_what_is_no_mammogram(stored: np.ndarray, bits: int | None) -> None:
    with pytest.raises(DataError, match="got"):
        preprocess(stored, patch_size=64, bits=bits)


def test_preprocess_refuses_a_crop_of_everything(stored: np.ndarray) -> None:
    with pytest.raises(DataError, match=r"below 0\.5"):
        preprocess(stored, patch_size=64, crop=(0.5, 0.0))


def test_preprocess_hangs_real_mammograms_the_same_way(shared_data: Path) -> None:
    paths = sorted((shared_data / "cesm" / "images").glob("*.jpg"))[::9]
    wrong = []
    for path in paths:
        transform = preprocess(read(path), patch_size=64, trim=True).transform
        if transform.negated or transform.flipped != ("_R_" in path.name):
            wrong.append(path.name)
    assert len(paths) > 20
    assert wrong == []


def test_preprocess_removes_film_labels_of_digitised_film(shared_data: Path) -> None:
    paths = sorted((shared_data / "mias").rglob("mdb*.png"))[:60:6]
    assert paths
    for path in paths:
        result = preprocess(read(path), patch_size=64)
        assert not result.transform.negated
        assert result.transform.flipped == (int(path.stem[3:]) % 2 == 1), path.name
        assert 0.1 < result.mask.mean() < 0.9


@pytest.mark.parametrize("name", ["mdb079", "mdb085", "mdb211"])
def test_preprocess_trims_to_the_chest_wall_past_strips_of_film(shared_data: Path, name: str) -> None:
    stored = read(shared_data / "mias" / f"{name}.png")
    result = preprocess(stored, patch_size=64, trim=True)
    assert result.transform.flipped
    assert result.mask[:, 0].mean() > 0.5
    assert not result.mask[:8, 700:].any()


@pytest.mark.parametrize("name", ["mdb007", "mdb193", "mdb265"])
def test_preprocess_removes_film_labels_that_a_strip_joins_to_the_breast(shared_data: Path, name: str) -> None:
    result = preprocess(read(shared_data / "mias" / f"{name}.png"), patch_size=64, trim=True)
    assert result.transform.flipped
    assert not result.mask[:90, 400:].any()


def test_preprocess_keeps_fat_at_the_chest_wall_that_is_as_dark_as_air(shared_data: Path) -> None:
    mask = preprocess(read(shared_data / "cesm/images/P70_L_DM_CC.jpg"), patch_size=64, trim=True).mask
    rows = np.flatnonzero(mask[:, 0])
    assert mask[rows[0] + 80 : rows[-1] - 60, :100].all()


def test_preprocess_reads_a_real_dicom_and_returns_its_values(ge_dicom: Path) -> None:
    stored = pydicom.dcmread(ge_dicom).pixel_array
    result = preprocess(stored, patch_size=256, bits=12)
    assert result.transform.side == 3072
    assert result.transform.flipped
    assert not result.transform.negated
    back = result.transform.invert(result.image)
    inside = result.transform.invert_mask(result.mask)
    assert np.array_equal(np.rint(back[inside]), stored[inside])


@pytest.mark.parametrize("flipped", [False, True])
def test_trim_cuts_dark_columns_before_the_chest_wall(flipped: bool) -> None:
    rows, columns = np.mgrid[:128, :128]
    breast = ((rows - 64) / 50) ** 2 + ((columns - 20) / 60) ** 2 < 1
    stored = np.where(breast & (columns >= 20), 140, 0).astype(np.uint8)
    stored = stored[:, ::-1] if flipped else stored
    prepared = preprocess(np.ascontiguousarray(stored), patch_size=32, bits=8, negate=False, trim=True)
    assert prepared.transform.flipped == flipped
    assert prepared.image[64, 0] == pytest.approx(140 / 255)
    assert prepared.transform.box[2 if not flipped else 3] == (20 if not flipped else 108)


def round_trip(pixels: np.ndarray, transform: Preprocessing) -> bool:
    """Whether every stored value inside the kept box comes back."""
    top, bottom, left, right = transform.box
    back = np.rint(transform.invert(transform.apply(pixels)))
    return np.array_equal(back[top:bottom, left:right], pixels[top:bottom, left:right])


def test_preprocess_keeps_all_16_bits_of_a_real_pair(shared_data: Path) -> None:
    for path in sorted((shared_data / "nyu16").rglob("*.png")):
        pixels = read_image(path).pixels
        result = preprocess(pixels, patch_size=256)
        assert result.transform.side == 3328
        assert result.transform.flipped == ("_R_" in path.name)
        assert len(np.unique(result.image)) > 2048  # 8 bits would leave 256
        assert round_trip(pixels, result.transform)
        # "LCC" or "RCC" is burnt in above the breast, far from it.
        assert not result.image[:200, 1200:].any()


def test_preprocess_trims_digitised_film_to_the_chest_wall(shared_data: Path) -> None:
    for path in sorted((shared_data / "mias").rglob("mdb*.png"))[:80:8]:
        pixels = read_image(path).pixels
        result = preprocess(pixels, patch_size=64, trim=True)
        assert result.mask[:, :3].any(axis=1).mean() > 0.3, path.name
        assert round_trip(pixels, result.transform), path.name


def test_eroded_masks_of_real_mammograms_keep_to_the_inside_and_to_the_chest_wall(shared_data: Path) -> None:
    for path in sorted((shared_data / "cesm" / "images").glob("*.jpg"))[::30]:
        mask = preprocess(read_image(path).pixels, patch_size=64, trim=True).mask
        eroded = erode_mask(mask)
        assert 0.6 < eroded.sum() / mask.sum() < 0.95, path.name
        assert not (eroded & ~mask).any()
        # No air lies within half of the kernel; the side of the image is no air.
        assert not (dilate_mask(~mask, radius=9) & eroded).any()
        assert eroded[:, 0].any()
