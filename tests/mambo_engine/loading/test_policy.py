from __future__ import annotations

import pytest
import torch

from mambo_engine.errors import ConfigError
from mambo_engine.loading import choose_device, load_bundle, pays_bf16, policy_for


def test_choose_device_finds_one_and_names_what_is_there() -> None:
    assert choose_device("cpu") == torch.device("cpu")
    assert choose_device("auto").type in {"cuda", "mps", "cpu"}
    for name in ("abacus", "", "cpu:x", "cpu:7", "cuda:99"):
        with pytest.raises(ConfigError, match=r"expected auto or one of: .*cpu"):
            choose_device(name)


def test_precision_is_checked_before_the_bundle_is_opened() -> None:
    with pytest.raises(ConfigError, match="expected auto, bf16 or fp32"):
        load_bundle("no-such-bundle", precision="fp8")


def test_bf16_is_chosen_by_the_hardware() -> None:
    assert pays_bf16(torch.device("cuda"))
    assert not pays_bf16(torch.device("mps"))
    assert pays_bf16(torch.device("cpu")) in {True, False}


def test_policy_gives_a_reason_for_every_choice() -> None:
    policy = policy_for("cpu")
    assert policy.bf16 == pays_bf16(torch.device("cpu"))
    assert policy.channels_last
    assert not policy.compiled
    assert policy.buckets == ()
    assert list(policy.facts()) == ["device", "precision", "layout", "compile", "batch"]
    assert policy.facts()["device"] == "cpu (asked for)"


def test_policy_follows_what_is_asked_for() -> None:
    policy = policy_for("cpu", precision="fp32", compiled=True)
    assert (policy.bf16, policy.compiled, policy.buckets) == (False, True, (1, 2, 4, 8, 16))
    assert policy.facts()["precision"] == "fp32 (asked for)"


def test_policy_on_mps_is_the_plain_path() -> None:
    policy = policy_for(torch.device("mps"))
    assert (policy.bf16, policy.channels_last, policy.compiled) == (False, False, False)
