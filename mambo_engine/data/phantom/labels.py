"""What a phantom is asked to show."""

from __future__ import annotations

from dataclasses import dataclass

from mambo_engine.errors import ConfigError

BIRADS = (1, 2, 3, 4, 5)
DENSITIES = ("A", "B", "C", "D")
VIEWS = ("CC", "MLO")


@dataclass(frozen=True)
class PhantomLabels:
    """Labels of one phantom.

    Attributes:
        birads: Assessment category 1 to 5 that the drawn lesions stand for.
        density: ACR breast density "A" (almost entirely fatty) to "D" (extremely dense).
        view: "CC" or "MLO".

    Raises:
        ConfigError: When a label is outside its vocabulary.

    Source: ACR BI-RADS Atlas, 5th edition, mammography lexicon.
    """

    birads: int
    density: str
    view: str

    def __post_init__(self) -> None:
        """Check each label against its vocabulary."""
        if self.birads not in BIRADS:
            raise ConfigError(f"birads must be one of {BIRADS}, got {self.birads!r}")
        if self.density not in DENSITIES:
            raise ConfigError(f"density must be one of {DENSITIES}, got {self.density!r}")
        if self.view not in VIEWS:
            raise ConfigError(f"view must be one of {VIEWS}, got {self.view!r}")
