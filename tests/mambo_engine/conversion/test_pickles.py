from __future__ import annotations

import os
import pickle
from pathlib import Path

import pytest
import torch

from mambo_engine.conversion.pickles import open_checkpoint
from mambo_engine.errors import BundleError


class Order:
    """Makes a folder when it is unpickled."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder

    def __reduce__(self) -> tuple[object, tuple[str]]:
        return os.mkdir, (str(self.folder),)


@pytest.mark.parametrize("kind", ["zip", "legacy", "plain", "protocol 4"])
@pytest.mark.filterwarnings("ignore:Detected pickle protocol")
def test_a_pickle_with_code_is_refused_and_its_code_not_run(tmp_path: Path, kind: str) -> None:
    path, order = tmp_path / "model.pt", Order(tmp_path / "made")
    content = {"model_state": {"init_conv.weight": torch.ones(2), "x": order}}
    if kind in ("zip", "legacy"):
        torch.save(content, path, _use_new_zipfile_serialization=kind == "zip")
    else:
        path.write_bytes(pickle.dumps(content, protocol=2 if kind == "plain" else 4))
    with pytest.raises(BundleError, match=r"model\.pt: got a pickle that .*, expected tensors only; nothing"):
        open_checkpoint(path)
    assert not order.folder.exists()
    torch.load(path, weights_only=False) if kind in ("zip", "legacy") else pickle.loads(path.read_bytes())
    assert order.folder.exists()  # the trap is real


def test_the_refusal_names_what_the_pickle_asks_for(tmp_path: Path) -> None:
    torch.save({"model_state": Order(tmp_path / "made")}, tmp_path / "model.pt")
    with pytest.raises(BundleError, match=r"asks for \w+\.mkdir,"):
        open_checkpoint(tmp_path / "model.pt")


@pytest.mark.parametrize("zipped", [True, False])
def test_files_that_are_cut_short_or_foreign_are_refused(tmp_path: Path, zipped: bool) -> None:
    path = tmp_path / "model.pt"
    torch.save({"model_state": {"a": torch.ones(5000)}}, path, _use_new_zipfile_serialization=zipped)
    whole = path.read_bytes()
    for data in (whole[: len(whole) // 2], whole[:40], b"", b"no checkpoint at all", b"\x89PNG\r\n\x1a\n"):
        path.write_bytes(data)
        with pytest.raises(BundleError, match=r"model\.pt: "):
            open_checkpoint(path)
    with pytest.raises(BundleError, match="no such file"):
        open_checkpoint(tmp_path / "none.pt")
    (tmp_path / "model.safetensors").write_bytes(whole)
    with pytest.raises(BundleError, match="cut short"):
        open_checkpoint(tmp_path / "model.safetensors")
