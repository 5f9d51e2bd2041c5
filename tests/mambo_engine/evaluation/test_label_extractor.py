from __future__ import annotations

import json
from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.errors import BundleError, DataError
from mambo_engine.evaluation.features import matched
from mambo_engine.evaluation.label_extractor import LabelExtractor, open_extractor, write_extractor
from mambo_engine.evaluation.label_network import LabelNetwork, LabelNetworkConfig

CONFIG = LabelNetworkConfig({"view": ("CC", "MLO"), "density": ("A", "B", "C")}, side=32, widths=(8, 8, 16))


def pictures(count: int = 3, side: int = 48) -> list[np.ndarray]:
    return list(np.random.default_rng(0).random((count, side, side)).astype(np.float32))


@pytest.fixture
def extractor(tmp_path: Path) -> LabelExtractor:
    torch.manual_seed(0)
    return write_extractor(LabelNetwork(CONFIG), tmp_path / "own", card="# Card\n", accuracy={"x": {"view": 0.5}})


def test_an_extractor_comes_back_from_its_folder(extractor: LabelExtractor, tmp_path: Path) -> None:
    again = open_extractor(tmp_path / "own")
    assert again.digest == extractor.digest
    assert again.accuracy == {"x": {"view": 0.5}}
    assert len(matched(again(pictures()), extractor(pictures()))) == 2
    assert np.array_equal(again(pictures()).values, extractor(pictures()).values)


def test_features_and_answers_are_one_row_a_picture(extractor: LabelExtractor) -> None:
    found, read = extractor(pictures()), extractor.read(pictures())
    assert found.values.shape == (3, 16)
    assert found.count == 3
    assert {name: values.shape for name, values in read.items()} == {"view": (3, 2), "density": (3, 3)}
    assert read["density"].sum(axis=1) == pytest.approx(1.0)


def test_pictures_of_any_side_are_read(extractor: LabelExtractor) -> None:
    assert extractor([*pictures(1, 32), *pictures(1, 100)]).values.shape == (2, 16)


def test_what_is_no_picture_is_refused(extractor: LabelExtractor) -> None:
    with pytest.raises(DataError, match="got no picture"):
        extractor([])
    with pytest.raises(DataError, match=r"picture 0: got shape \(4, 5\)"):
        extractor([np.zeros((4, 5))])


def test_a_changed_or_missing_file_is_refused(extractor: LabelExtractor, tmp_path: Path) -> None:
    folder = tmp_path / "own"
    content = json.loads((folder / "extractor.json").read_text())
    (folder / "extractor.json").write_text(json.dumps({**content, "format": "other/1"}))
    with pytest.raises(BundleError, match="format: got 'other/1'"):
        open_extractor(folder)
    (folder / "extractor.json").write_text(json.dumps(content))
    weights = folder / "extractor.safetensors"
    weights.write_bytes(weights.read_bytes()[:-1] + b"x")
    with pytest.raises(BundleError, match="it was changed or is foreign"):
        open_extractor(folder)
    with pytest.raises(BundleError, match="no extractor that can be read here"):
        open_extractor(tmp_path / "nowhere")
