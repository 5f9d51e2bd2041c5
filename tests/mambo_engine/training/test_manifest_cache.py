from __future__ import annotations

import csv
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from mambo_engine.data.fitting import Preparation
from mambo_engine.data.manifest import Manifest, ManifestRow
from mambo_engine.errors import DataError
from mambo_engine.training.cache import ImageCache
from mambo_engine.training.manifest_cache import Copies, manifest_cache

VOCABULARY = {"view": ("CC", "MLO")}


def breast(seed: int, *, right: bool = False) -> np.ndarray:
    """A bright half-disc at the left border of a 96 x 64 picture."""
    rows, columns = np.ogrid[:96, :64]
    inside = (rows - 48) ** 2 + columns**2 < 40**2
    noise = np.random.default_rng(seed).integers(120, 250, (96, 64))
    picture = np.where(inside, noise, 0).astype(np.uint8)
    return picture[:, ::-1] if right else picture


@pytest.fixture
def manifest(tmp_path: Path) -> Manifest:
    rows = []
    for number, (split, view) in enumerate([("train", "CC"), ("val", "MLO"), ("train", ""), ("train", "MLO")]):
        Image.fromarray(breast(number, right=number == 2)).save(tmp_path / f"{number}.png")
        rows.append(ManifestRow(f"{number}.png", f"p{number}", split, {"view": view}))
    return Manifest(tuple(rows), tmp_path)


def opened(manifest: Manifest, folder: Path, *, copies: Copies | None = None) -> ImageCache:
    return manifest_cache(
        folder,
        manifest,
        "train",
        preparation=Preparation(size=48),
        vocabulary=VOCABULARY,
        copies=copies or Copies(),
        workers=1,
    )


def test_a_split_becomes_squares_with_the_breast_on_the_left(manifest: Manifest, tmp_path: Path) -> None:
    cache = opened(manifest, tmp_path / "cache")
    assert cache.images.shape == (3, 48, 48)
    assert cache.labels.tolist() == [[1], [0], [2]]
    for image in cache.images:
        assert image[:, :8].mean() > 10 * image[:, 40:].mean()
        assert 120 / 255 * 4095 < image[24, 4] < 4095


def test_copies_follow_their_image_and_are_recorded(manifest: Manifest, tmp_path: Path) -> None:
    cache = opened(manifest, tmp_path / "cache", copies=Copies(2, seed=5))
    plain = opened(manifest, tmp_path / "cache")
    assert cache.labels[:, 0].tolist() == [1, 1, 1, 0, 0, 0, 2, 2, 2]
    for number in range(3):
        assert np.array_equal(cache.images[3 * number], plain.images[number])
        assert not np.array_equal(cache.images[3 * number + 1], cache.images[3 * number + 2])
    assert cache.folder is not None
    with (cache.folder / "augmentations.csv").open() as file:
        recorded = list(csv.DictReader(file))
    assert [row["row"] for row in recorded] == ["2", "2", "2", "4", "4", "4", "5", "5", "5"]
    assert recorded[0]["gamma"] is None
    assert 0.8 < float(recorded[1]["gamma"]) < 1.2
    assert all(row["mirrored"] == "False" for row in recorded[3:] if row["mirrored"])


def test_changed_labels_keep_the_cache_and_changed_files_do_not(manifest: Manifest, tmp_path: Path) -> None:
    first = opened(manifest, tmp_path / "cache")
    renamed = tuple(ManifestRow(row.path, row.patient, row.split, {"view": "CC"}) for row in manifest.rows)
    second = opened(Manifest(renamed, manifest.folder), tmp_path / "cache")
    assert second.folder == first.folder
    assert second.labels.tolist() == [[1], [1], [1]]
    Image.fromarray(breast(9)).save(tmp_path / "0.png")
    assert opened(manifest, tmp_path / "cache").folder != first.folder


def test_images_that_show_nothing_are_all_listed_with_their_rows(manifest: Manifest, tmp_path: Path) -> None:
    for number in (0, 3):
        Image.fromarray(np.zeros((96, 64), dtype=np.uint8)).save(tmp_path / f"{number}.png")
    with pytest.raises(DataError, match=r"row 2: .*\n  row 5: "):
        opened(manifest, tmp_path / "cache")


def test_an_empty_split_is_named(manifest: Manifest, tmp_path: Path) -> None:
    empty = Manifest(manifest.part("val"), manifest.folder, "m.csv")
    with pytest.raises(DataError, match=r"m\.csv: got no rows with split train"):
        opened(empty, tmp_path / "cache")
