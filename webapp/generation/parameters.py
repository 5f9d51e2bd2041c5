"""What a person may ask for, checked against what the installed bundle declares. No database here."""

from __future__ import annotations

import hashlib
import json
import secrets
from collections.abc import Mapping
from dataclasses import asdict, dataclass

from webapp.core.errors import DomainError

ANY = ""  # "I don't mind": the label's null class
SEED_LIMIT = 2**31
ROLLED_SEED_LIMIT = 1_000_000  # a seed that nobody chose is one that a person can read out
STEPS_RANGE = (5, 100)
GUIDANCE_RANGE = (0.0, 8.0)
TITLES = {"birads": "BI-RADS", "density": "Density", "view": "View", "laterality": "Side"}


@dataclass(frozen=True)
class BundleCard:
    """What a bundle says of itself, without its weights.

    Attributes:
        name: the bundle's name.
        digest: SHA-256 over its files, hexadecimal.
        size: rows and columns of the picture it draws, pixels.
        patch_size: side of a patch, pixels.
        vocabulary: allowed values of each label, in order.
        sampler: the default sampler's name.
        steps: the default number of solver steps.
        guidance: the default label guidance (1 is none).
        pixel_spacing_mm: side of a pixel, millimeters.
        license: the license of the weights.
        data: what it was trained on.
        code_version: the engine's version that will draw.
        patches: patches of all stages when no background is skipped; 0 is unknown.
    """

    name: str
    digest: str
    size: int
    patch_size: int
    vocabulary: Mapping[str, tuple[str, ...]]
    sampler: str
    steps: int
    guidance: float
    pixel_spacing_mm: float | None
    license: str
    data: str
    code_version: str
    patches: int = 0


@dataclass(frozen=True)
class Parameters:
    """One picture's parameters, complete and valid for the bundle with `bundle_digest`.

    `source_sha256` is of the pixels of a picture to upscale or to search; blank where one is drawn anew.
    `noise_level` is above 0 for an anomaly map alone.
    """

    bundle: str
    bundle_digest: str
    labels: dict[str, str | None]
    seed: int
    sampler: str
    steps: int
    guidance: float
    code_version: str
    source_sha256: str = ""
    noise_level: int = 0

    def dedup_key(self, user_id: int) -> str:
        """Return the SHA-256 of everything that decides the picture, and of who asks.

        The person is part of the key because a request is only its owner's to see.
        """
        fields = asdict(self)
        if not self.noise_level:
            del fields["noise_level"]
        canonical = json.dumps({**fields, "user": user_id}, sort_keys=True, separators=(",", ":"))
        return hashlib.sha256(canonical.encode()).hexdigest()


def new_seed() -> int:
    """Return a seed that nobody chose."""
    return secrets.randbelow(ROLLED_SEED_LIMIT)


def label_title(name: str) -> str:
    """Return a label's name as people read it."""
    return TITLES.get(name, name.replace("_", " ").capitalize())


def parameters_from(card: BundleCard, raw: Mapping[str, str], source_sha256: str = "") -> Parameters:
    """Return the parameters asked for by a form or an API call.

    Args:
        card: the installed bundle.
        raw: text by field name: each label of the vocabulary, `seed`, `steps`, `guidance`. A blank or
            absent field means: any label, a new seed, the bundle's default.
        source_sha256: of the pixels of a picture to upscale; blank draws anew.

    Raises:
        DomainError: naming the first field that the bundle doesn't know or that is out of range.
    """
    known = {*card.vocabulary, "seed", "steps", "guidance"}
    for name in raw:
        if name not in known:
            raise DomainError(
                f"The model {card.name} has no label {name!r}. It knows {_listed(card.vocabulary)}.", field=name
            )
    return Parameters(
        bundle=card.name,
        bundle_digest=card.digest,
        labels={name: _label(card, name, raw.get(name, ANY)) for name in card.vocabulary},
        seed=_seed(raw.get("seed", "")),
        sampler=card.sampler,
        steps=_steps(raw.get("steps", ""), card.steps),
        guidance=_guidance(raw.get("guidance", ""), card.guidance),
        code_version=card.code_version,
        source_sha256=source_sha256,
    )


def _label(card: BundleCard, name: str, value: str) -> str | None:
    if value == ANY:
        return None
    if value not in card.vocabulary[name]:
        raise DomainError(
            f"{label_title(name)} can't be {value!r}: this model knows {_listed(card.vocabulary[name])}.",
            field=name,
        )
    return value


def _seed(text: str) -> int:
    if not text.strip():
        return new_seed()
    seed = _whole(text, "seed")
    if not 0 <= seed < SEED_LIMIT:
        raise DomainError(f"Seed must be from 0 to {SEED_LIMIT - 1}; got {seed}.", field="seed")
    return seed


def _steps(text: str, default: int) -> int:
    if not text.strip():
        return default
    steps = _whole(text, "steps")
    low, high = STEPS_RANGE
    if not low <= steps <= high:
        raise DomainError(f"Steps must be from {low} to {high}; got {steps}.", field="steps")
    return steps


def _guidance(text: str, default: float) -> float:
    if not text.strip():
        return default
    low, high = GUIDANCE_RANGE
    try:
        guidance = float(text)
    except ValueError:
        raise DomainError(f"Guidance must be a number; got {text[:40]!r}.", field="guidance") from None
    if not low <= guidance <= high:  # also false for NaN
        raise DomainError(f"Guidance must be from {low:g} to {high:g}; got {text[:40]}.", field="guidance")
    return guidance


def _whole(text: str, field: str) -> int:
    stripped = text.strip()
    if not stripped.isascii() or not stripped.isdigit() or len(stripped) > 20:
        raise DomainError(f"{field.capitalize()} must be a whole number; got {text[:40]!r}.", field=field)
    return int(stripped)


def _listed(values: Mapping[str, object] | tuple[str, ...]) -> str:
    return ", ".join(values)
