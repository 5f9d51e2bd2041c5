"""Rows of the bundled models from what `evaluate` tells."""

from __future__ import annotations

from pathlib import Path
from typing import Any

import pytest

from bench import model

FOUND = {
    "figures": {
        "frechet": {
            "title": "Fréchet distance",
            "generated": {"value": 6.0, "low": 4.0, "high": 9.0},
            "real": 3.0,
        },
        "zero": {"title": "zero", "generated": {"value": 1.0, "low": 1.0, "high": 1.0}, "real": 0.0},
    },
    "labels": {
        "birads": {
            "generated": {"accuracy": {"value": 0.5, "low": 0.3, "high": 0.7}},
            "real": {"accuracy": {"value": 0.8, "low": 0.7, "high": 0.9}},
        },
        "view": {"generated": {"accuracy": {"value": 0.9, "low": 0.7, "high": 1.0}}},
    },
    "memorization": {
        "pixels": {"flagged": 1, "of": 16},
        "features": {"flagged": 2, "of": 16},
    },
}


def test_each_figure_stands_beside_that_of_real_pictures() -> None:
    rows = {row.what: row for row in model.evaluation_rows("cesm", FOUND)}
    frechet = rows["cesm: Fréchet distance, 95 % 4 to 9"]
    assert (frechet.value, frechet.ratio, frechet.peer) == (6.0, 2.0, "real pictures' 3")
    assert rows["cesm: zero, 95 % 1 to 1"].ratio is None


def test_labels_read_stand_beside_those_of_real_pictures_where_known() -> None:
    rows = {row.what.split(",")[0]: row for row in model.evaluation_rows("cesm", FOUND)}
    assert rows["cesm: birads read as asked"].ratio == pytest.approx(0.625)
    assert rows["cesm: view read as asked"].ratio is None


def test_copies_are_counted_in_both_spaces() -> None:
    copies = model.evaluation_rows("cesm", FOUND)[-1]
    assert copies.value == 3
    assert "1 of 16 by pixels, 2 of 16 by features" in copies.what


def test_without_the_images_there_are_no_sources(tmp_path: Path) -> None:
    assert model.cesm_sources(tmp_path / "nowhere", tmp_path) == []


@pytest.mark.skipif(not model.CESM_IMAGES.is_dir(), reason="../shared/data not present")
def test_sources_of_cesm_are_the_split_of_its_experiment(tmp_path: Path) -> None:
    sources = model.cesm_sources(model.CESM_IMAGES, tmp_path)
    text = (tmp_path / "cesm.csv").read_text()
    assert (text.count(",train"), text.count(",val")) == (211, 57)
    assert sources[1] == str(tmp_path / "cesm.csv")


def test_what_is_drawn_is_kept_for_the_next_run(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    folders = []

    def evaluated(bundle: str, sources: list[str], folder: Path, *, quick: bool) -> dict[str, Any]:
        folders.append((bundle, folder, quick))
        return FOUND

    monkeypatch.setattr(model, "evaluated", evaluated)
    monkeypatch.setattr(model, "speed_rows", lambda bundle, *, quick: [])
    rows = model.measure(quick=True, images=tmp_path / "nowhere", kept=tmp_path)
    assert folders == [("phantom", tmp_path / "phantom" / "quick", True)]
    assert folders[0][1].is_dir()
    assert {row.what.split(":")[0] for row in rows} == {"phantom"}


def test_pictures_are_kept_outside_of_the_repository(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path))
    assert model.cache_folder() == tmp_path / "mambo-reader" / "bench-model"
