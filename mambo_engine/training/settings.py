"""Settings of an experiment's images and of the training of one stage. The defaults are the paper's (sec. 8)."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

from mambo_engine.config import require
from mambo_engine.data.fitting import FITS
from mambo_engine.training.cache import VOCABULARY


@dataclass(frozen=True)
class DataConfig:
    """The images of an experiment: those of a manifest, or phantoms when none is named.

    Attributes:
        count: number of phantoms.
        seed: of the first phantom.
        held_out: number of further phantoms that the held-out loss is measured on.
        manifest: CSV file of images; relative to the working folder, or else to the experiment's file.
        labels: label columns to train with and their allowed values, in order.
        fit: scale each square to the image size, or pad it to that size.
        stored_bits: depth of files that do not say it; 0 takes 8 or 16.
        one_depth: refuse a manifest whose files differ in depth.
        crop: share of rows, and of columns, cut off each side first.
        trim: cut off air between the image border and the chest wall.
        copies: augmented copies of each training image, besides the image itself.
        augment_seed: of the copies' parameters.
        about: what the images are, for the bundle and its card.
        attribution: who is to be named, for the card.
        pixel_spacing_mm: side of a pixel of the training images, where all have the same.
    """

    count: int = 800
    seed: int = 1000
    held_out: int = 0
    manifest: str = ""
    labels: dict[str, Any] = field(default_factory=dict)
    fit: str = "scale"
    stored_bits: int = 0
    one_depth: bool = True
    crop: tuple[float, ...] = (0.0, 0.0)
    trim: bool = False
    copies: int = 0
    augment_seed: int = 0
    about: str = ""
    attribution: str = ""
    pixel_spacing_mm: float = 0.0

    def __post_init__(self) -> None:
        """Check counts, fit, crop and labels."""
        require(self.count >= 2, f"data count: got {self.count}, expected at least 2")
        require(self.copies >= 0, f"data copies: got {self.copies}, expected at least 0")
        require(self.held_out >= 0, f"data held_out: got {self.held_out}, expected at least 0")
        require(self.fit in FITS, f"data fit: got {self.fit!r}, expected one of {', '.join(FITS)}")
        require(len(self.crop) == 2, f"data crop: got {len(self.crop)} numbers, expected 2: of rows, of columns")
        require(self.pixel_spacing_mm >= 0, f"data pixel_spacing_mm: got {self.pixel_spacing_mm}, expected >= 0")
        for name, values in self.labels.items():
            listed = isinstance(values, list | tuple) and bool(values)
            require(listed, f"data labels {name}: got {values!r}, expected a list of values")

    @property
    def vocabulary(self) -> dict[str, tuple[str, ...]]:
        """Label fields and their values, in the order of their indices."""
        if not self.manifest:
            return dict(VOCABULARY)
        return {str(name): tuple(str(value) for value in values) for name, values in self.labels.items()}


@dataclass(frozen=True)
class TrainingConfig:
    """How one stage is trained. The defaults are the paper's; 0 and false mean off.

    Attributes:
        iterations: steps of the optimizer.
        batch: examples a step, over all processes and partial batches together.
        accumulate: partial batches that each process splits its share into, to save memory.
        largest_part: most examples in one pass of the network, 0 for no limit; where fewer processes than
            before share the batch, each makes more passes.
        learning_rate: of Adam.
        warmup: steps in which the rate rises to its value.
        gradient_clip: largest norm of the gradient; the paper says nothing of it.
        ema: final share of the old average at each step.
        label_dropout: share of labels that are left out, each alone and all together.
        context_noise: most noise that is put on the contexts.
        lattice_noise: most extra noise on the lattice of a space-to-depth stem, see `training.lattice`.
        border_share: share of patches moved to the chest wall.
        bf16: compute in bfloat16; weights and optimizer stay in float32.
        compiled: compile the network.
        seed: of weights and examples.
        init_from: weights to start with: a stage of this experiment, bundle:NAME/STAGE, or a checkpoint file.
        init_skip: beginnings of the names of tensors that may differ in shape and then start fresh.
        workers: threads that cut the examples of coming steps; 0 cuts them in between.
        log_every: steps between lines of the log.
        validate_every: steps between measurements of the held-out loss.
        validation_examples: examples that the held-out loss is the mean of.
        pictures_every: steps between pictures of drawn examples.
        save_seconds: time between checkpoints.
    """

    iterations: int = 170_000
    batch: int = 8
    accumulate: int = 1
    largest_part: int = 0
    learning_rate: float = 5e-5
    warmup: int = 0
    gradient_clip: float = 1.0
    ema: float = 0.0
    label_dropout: float = 0.0
    context_noise: float = 0.0
    lattice_noise: float = 0.0
    border_share: float = 0.0
    bf16: bool = False
    compiled: bool = False
    seed: int = 0
    init_from: str = ""
    init_skip: tuple[str, ...] = ()
    workers: int = 0
    log_every: int = 50
    validate_every: int = 0
    validation_examples: int = 64
    pictures_every: int = 0
    save_seconds: float = 90.0

    def __post_init__(self) -> None:
        """Check ranges."""
        for name in ("iterations", "batch", "accumulate", "log_every", "validation_examples"):
            value = getattr(self, name)
            require(value >= 1, f"{name}: got {value}, expected at least 1")
        require(self.learning_rate > 0, f"learning_rate: got {self.learning_rate}, expected above 0")
        counts = ("warmup", "workers", "largest_part", "validate_every", "pictures_every")
        for name in (*counts, "gradient_clip", "context_noise", "lattice_noise"):
            value = getattr(self, name)
            require(value >= 0, f"{name}: got {value}, expected at least 0")
        for name in ("ema", "label_dropout", "border_share"):
            value = getattr(self, name)
            require(0.0 <= value < 1.0, f"{name}: got {value}, expected 0 <= {name} < 1")

    def passes(self, share: int) -> int:
        """Passes of the network in which a process works through its `share` of a batch."""
        needed = -(-share // self.largest_part) if self.largest_part else 1
        return max(self.accumulate, needed)
