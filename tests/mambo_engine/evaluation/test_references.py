from __future__ import annotations

import numpy as np
import pytest

from mambo_engine.errors import DataError
from mambo_engine.evaluation.references import CopyReferences


def breast(number):
    rows, columns = np.mgrid[0:96, 0:96]
    inside = ((rows - 48) / 40) ** 2 + (columns / (60 + number % 7)) ** 2 < 1
    noise = np.random.default_rng(number).normal(0.5, 0.1, inside.shape)
    return np.where(inside, noise.clip(0.1, 1), 0).astype(np.float32)


@pytest.fixture
def references():
    training = [[breast(i) for i in range(4)], [breast(4)]]
    return CopyReferences.of(training, [[breast(i) for i in range(100, 130)]], digest="d" * 64, about="drawn here")


def test_a_darker_copy_is_flagged_and_a_new_picture_is_not(references):
    found = references.screen(np.stack([0.8 * breast(3), breast(999)]))
    assert list(found.flagged) == [True, False]
    assert found.neighbors.numbers[0, 0] == 3


def test_a_file_holds_what_was_saved(references, tmp_path):
    references.save(tmp_path / "tiny.npz")
    loaded = CopyReferences.load(tmp_path / "tiny.npz")
    assert (loaded.digest, loaded.about) == (references.digest, "drawn here")
    assert np.allclose(loaded.training, references.training, atol=1e-3)
    assert np.array_equal(loaded.held_out, references.held_out)


@pytest.mark.parametrize("content", [b"", b"no file of ours"])
def test_a_damaged_file_is_refused_by_name(tmp_path, content):
    (tmp_path / "bad.npz").write_bytes(content)
    with pytest.raises(DataError, match=r"bad\.npz"):
        CopyReferences.load(tmp_path / "bad.npz")


def test_no_picture_gives_no_references():
    with pytest.raises(DataError, match="training pictures: got none"):
        CopyReferences.of([], [[breast(1)]], digest="d" * 64, about="")
