from __future__ import annotations

from pathlib import Path

import pytest

from mambo_engine.errors import ConfigError
from mambo_engine.replication.replacement import ReplacementSettings
from mambo_engine.replication.settings import FOLDER, read_settings, settings_path


@pytest.mark.parametrize("path", sorted(FOLDER.glob("table-3*.yaml")), ids=lambda path: path.stem)
def test_shipped_settings_of_table_3_are_read(path: Path) -> None:
    settings = read_settings(ReplacementSettings, path)
    assert settings.shares[0] == 0
    assert settings.shares[-1] == 1


def test_settings_are_found_by_name_and_by_path(tmp_path: Path) -> None:
    assert settings_path("table-3") == FOLDER / "table-3.yaml"
    own = tmp_path / "own.yaml"
    own.write_text("")
    assert settings_path(str(own)) == own
    assert read_settings(ReplacementSettings, own) == ReplacementSettings()
    with pytest.raises(ConfigError, match=r"'table-33', which is no file and not one of: .*table-3"):
        settings_path("table-33")


@pytest.mark.parametrize(
    ("text", "message"),
    [
        ("share: [0, 1]", "unknown share; expected"),
        ("shares: [0, 0.5, 0.25]", "expected rising from 0"),
        ("shares: [0.5, 1]", "expected rising from 0"),
        ("seeds: 1", "seeds: got 1, expected at least 2"),
        ("stage: middle", "stage: got 'middle'"),
        ("positive: [A, C]", "got A in both"),
        ("classifier: {side: 100}", "side: got 100, expected a multiple of 32"),
        ("classifier: {epochs: 0}", "epochs: got 0"),
        ("[1, 2]", "expected a mapping"),
        ("a: [", "while parsing"),
    ],
)
def test_bad_settings_are_refused_with_their_file(text: str, message: str, tmp_path: Path) -> None:
    path = tmp_path / "bad.yaml"
    path.write_text(text)
    with pytest.raises(ConfigError, match=r"bad\.yaml") as error:
        read_settings(ReplacementSettings, path)
    assert message in str(error.value)
