"""The error tree of the engine: every deliberate failure is an EngineError with got and expected."""

from __future__ import annotations


class EngineError(Exception):
    """Root of all errors that the engine raises on purpose."""


class ConfigError(EngineError):
    """A configuration, label or argument is not allowed."""


class StateError(ConfigError):
    """A saved state belongs to another drawing."""


class BundleError(EngineError):
    """A model bundle is missing, malformed, foreign or was changed after it was written."""


class TrainingError(EngineError):
    """Training cannot start or go on."""


class PeerLost(TrainingError):  # noqa: N818 (what happened, not a fault of this process)
    """Another process of the run was lost; what was trained is saved, and those left may go on."""


class DataError(EngineError):
    """An input image or a training cache cannot be used."""


class SamplingError(EngineError):
    """A network gave values that are not finite, so there is no image to return."""


class Cancelled(EngineError):  # noqa: N818 (an outcome that callers expect, not a fault)
    """The caller asked to stop; nothing was written."""
