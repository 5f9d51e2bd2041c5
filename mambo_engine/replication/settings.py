"""Reads the settings of a replication: a YAML file that holds what differs from the defaults."""

from __future__ import annotations

from pathlib import Path
from typing import TypeVar

import yaml

from mambo_engine.config import from_mapping
from mambo_engine.errors import ConfigError

T = TypeVar("T")
FOLDER = Path(__file__).parents[1] / "experiments"
PATTERN = "table-*.yaml"


def settings_path(name: str) -> Path:
    """The file of settings given by name, such as table-3, or by path.

    Raises:
        ConfigError: there is none.
    """
    for path in (Path(name), FOLDER / f"{name}.yaml"):
        if path.is_file():
            return path
    known = ", ".join(sorted(path.stem for path in FOLDER.glob(PATTERN)))
    raise ConfigError(f"--config: got {name!r}, which is no file and not one of: {known}")


def read_settings(kind: type[T], path: Path) -> T:
    """Read settings; what the file leaves out is the default.

    Args:
        kind: dataclass of the settings, which checks them.
        path: of the file.

    Raises:
        ConfigError: the file is missing or no YAML mapping, or a key or value is not allowed.
    """
    try:
        raw = yaml.safe_load(path.read_text())
    except (OSError, UnicodeDecodeError, yaml.YAMLError) as error:
        raise ConfigError(f"settings {path}: {error}") from error
    try:
        return from_mapping(kind, {} if raw is None else raw)
    except (ConfigError, TypeError) as error:
        raise ConfigError(f"settings {path}: {error}") from error
