from __future__ import annotations

import argparse
import json

import pytest

from mambo_engine.cli import main
from mambo_engine.cli.engine_options import add_engine_arguments, cascade_from
from mambo_engine.errors import ConfigError


def parsed(*arguments: str) -> argparse.Namespace:
    parser = argparse.ArgumentParser()
    add_engine_arguments(parser)
    return parser.parse_args(arguments)


def test_cascade_from_follows_the_options() -> None:
    cascade, plan = cascade_from(
        parsed("--device", "cpu", "--precision", "fp32", "--max-memory", "460MB"), "phantom"
    )
    assert not cascade.stages["patch"].bf16
    assert 1 <= plan.max_batch < 16


def test_cascade_from_needs_no_option() -> None:
    cascade, plan = cascade_from(parsed("--device", "cpu"), "phantom")
    assert cascade.pixel_spacing_mm is not None
    assert plan.max_batch == 16


@pytest.mark.parametrize(
    ("arguments", "message"),
    [
        (["--max-memory", "much"], "expected a size such as 4GB"),
        (["--max-memory", "1MB"], "expected at least"),
        (["--precision", "fp8"], "expected auto, bf16 or fp32"),
    ],
)
def test_cascade_from_refuses_what_cannot_be(arguments: list[str], message: str) -> None:
    with pytest.raises(ConfigError, match=message):
        cascade_from(parsed("--device", "cpu", *arguments), "phantom")


def test_info_says_how_the_bundle_runs_here_and_why(capsys: pytest.CaptureFixture[str]) -> None:
    assert (
        main(["info", "--policy", "--device", "cpu", "--precision", "fp32", "--max-memory", "4GB", "--json"]) == 0
    )
    facts = json.loads(capsys.readouterr().out)
    assert facts["device"] == "cpu (asked for)"
    assert facts["precision"] == "fp32 (asked for)"
    assert facts["compile"].startswith("no (it takes minutes")
    assert "at a batch of 16" in facts["memory"]
