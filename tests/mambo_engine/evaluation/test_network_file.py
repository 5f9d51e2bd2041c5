from __future__ import annotations

import hashlib
import json
from collections.abc import Callable
from pathlib import Path

import numpy as np
import pytest
import torch

from mambo_engine.errors import ConfigError
from mambo_engine.evaluation import network_file
from mambo_engine.evaluation.network_file import INCEPTION_SHA256, KNOWN, Feeding, open_network

Save = Callable[[torch.nn.Module], Path]


class Flagged(torch.nn.Module):
    def forward(self, x: torch.Tensor, double: bool = False) -> torch.Tensor:
        return x.mean(dim=(2, 3)) * (2.0 if double else 1.0)


def test_pictures_are_resized_repeated_and_brought_to_the_range() -> None:
    fed = Feeding(side=8, channels=3, low=-1, high=1).tensor([np.full((32, 32), 0.75), np.zeros((16, 16))])
    assert fed.shape == (2, 3, 8, 8)
    assert fed[0].unique().tolist() == [0.5]
    assert fed[1].unique().tolist() == [-1.0]


def test_settings_beside_the_file_are_used(save_script: Save) -> None:
    path = save_script(Flagged())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    settings = {"side": 16, "channels": 1, "low": 0, "high": 255, "flags": {"double": True}, "sha256": digest}
    path.with_name("tiny.pt.json").write_text(json.dumps(settings))
    network = open_network(path)
    assert (network.name, network.digest) == ("tiny.pt", digest)
    assert network([np.full((32, 32), 0.5)]).tolist() == [[255.0]]


def test_a_file_known_by_its_sha256_is_fed_as_it_needs_unless_told_otherwise(
    save_script: Save, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = save_script(Flagged())
    digest = hashlib.sha256(path.read_bytes()).hexdigest()
    monkeypatch.setattr(network_file, "KNOWN", {digest: Feeding(side=8, high=255.0, low=0.0)})
    assert open_network(path).feeding.high == 255.0
    assert open_network(path, feeding=Feeding(side=4)).feeding.side == 4
    path.with_name("tiny.pt.json").write_text(json.dumps({"sha256": digest}))
    assert open_network(path).feeding.side == 8
    path.with_name("tiny.pt.json").write_text(json.dumps({"side": 16}))
    assert open_network(path).feeding == Feeding(side=16)


def test_inception_is_fed_stored_grays_and_asked_for_features() -> None:
    fed = KNOWN[INCEPTION_SHA256]
    assert (fed.side, fed.channels, fed.flags) == (299, 3, {"return_features": True})
    assert fed.tensor([np.ones((64, 64))]).unique().tolist() == [255.0]


def test_another_file_than_expected_is_refused(save_script: Save) -> None:
    path = save_script(Flagged())
    with pytest.raises(ConfigError, match=r"tiny\.pt: got SHA-256 [0-9a-f]{64}, expected 0000"):
        open_network(path, sha256="0" * 64)


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("{", "is no JSON"),
        ('{"size": 3}', r"got \['size'\], expected some of"),
        ("[]", "got list"),
        ('{"side": "large"}', "expected side above 0"),
        ('{"low": 1, "high": 0}', "low below high"),
        ('{"low": "a"}', r"tiny\.pt\.json: "),
    ],
)
def test_malformed_settings_are_refused(save_script: Save, text: str, message: str) -> None:
    path = save_script(Flagged())
    path.with_name("tiny.pt.json").write_text(text)
    with pytest.raises(ConfigError, match=message):
        open_network(path)


def test_a_file_that_is_no_network_is_refused(tmp_path: Path) -> None:
    with pytest.raises(ConfigError, match="got no such file"):
        open_network(tmp_path / "none.pt")
    path = tmp_path / "text.pt"
    path.write_text("weights")
    with pytest.raises(ConfigError, match=r"text\.pt: is no TorchScript"):
        open_network(path)
    torch.save({"weight": torch.ones(2)}, path)
    with pytest.raises(ConfigError, match=r"text\.pt: is no TorchScript"):
        open_network(path)


def test_a_network_that_does_not_run_is_named(save_script: Save) -> None:
    network = open_network(save_script(torch.nn.Conv2d(5, 2, 3)))
    with pytest.raises(ConfigError, match=r"tiny\.pt: does not run on pictures of \(1, 3, 299, 299\)"):
        network([np.zeros((64, 64))])
