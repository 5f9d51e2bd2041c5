"""The choices of anomaly segmentation; the defaults are the paper's where it states them."""

from __future__ import annotations

from dataclasses import dataclass

from mambo_engine.config import SAMPLERS, require

NOISE_LEVEL = 700
EROSION_SHARE = 20 / 256
BLUR_SHARE = 1 / 256
RELATIVE_TO = ("map", "image")


@dataclass(frozen=True)
class AnomalySettings:
    """How anomalies are looked for.

    Attributes:
        noise_level: lambda, the timestep up to which the image is noised; 700 in the paper, of T = 1000.
        draws: noise draws whose healthy counterparts are averaged; 1 in the paper.
        sampler: from lambda down to 0; the paper's is ddpm.
        steps: of a walk down from T; those below lambda are taken. None: the bundle's.
        guidance: weight of the labels; 1 needs one pass.
        dark: look for what is darker than healthy instead of brighter.
        threshold: differences below this share of the highest intensity are dropped; 0.3 in the paper.
        relative_to: what the highest intensity is of: the difference map, or the image inside the mask. The
            paper's wording leaves it open.
        blur: standard deviation of the Gaussian blur, px; None: side / 256.
        binary_threshold: share of the blurred map's highest value above which the mask is set; the paper states
            none.
        erosion: side of the square that the breast mask is eroded by, px; None: 20 at 256, in proportion.
    """

    noise_level: int = NOISE_LEVEL
    draws: int = 1
    sampler: str = "dpmpp_2m"
    steps: int | None = None
    guidance: float = 1.0
    dark: bool = False
    threshold: float = 0.3
    relative_to: str = "map"
    blur: float | None = None
    binary_threshold: float = 0.3
    erosion: int | None = None

    def __post_init__(self) -> None:
        """Check names and ranges; the noise level and steps against the schedule later."""
        require(self.noise_level >= 1, f"noise_level: got {self.noise_level}, expected at least 1")
        require(1 <= self.draws <= 1000, f"draws: got {self.draws}, expected 1..1000")
        require(self.sampler in SAMPLERS, f"sampler: got {self.sampler!r}, expected one of {', '.join(SAMPLERS)}")
        require(0 <= self.guidance <= 20, f"guidance: got {self.guidance}, expected 0..20")
        for name in ("threshold", "binary_threshold"):
            share = getattr(self, name)
            require(0 <= share < 1, f"{name}: got {share}, expected at least 0 and below 1")
        allowed = " or ".join(RELATIVE_TO)
        require(self.relative_to in RELATIVE_TO, f"relative_to: got {self.relative_to!r}, expected {allowed}")
        require(self.blur is None or self.blur >= 0, f"blur: got {self.blur}, expected at least 0 px")
        require(self.erosion is None or self.erosion >= 1, f"erosion: got {self.erosion}, expected at least 1 px")

    def erosion_at(self, side: int) -> int:
        """Side of the eroding square for images of `side` px."""
        return max(1, round(EROSION_SHARE * side)) if self.erosion is None else self.erosion

    def blur_at(self, side: int) -> float:
        """Standard deviation of the blur for images of `side` px."""
        return BLUR_SHARE * side if self.blur is None else self.blur
