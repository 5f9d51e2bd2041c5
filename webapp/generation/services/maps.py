"""Asks for anomaly maps: where a picture differs from what a model of healthy breasts would have drawn."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace

from webapp.accounts.models import User
from webapp.core.errors import DomainError
from webapp.generation.models import GenerationRequest, Kind
from webapp.generation.parameters import BundleCard, Parameters, parameters_from
from webapp.generation.services.requests import request_admit
from webapp.imaging.models import Image

NOISE_LEVELS = (300, 500, 700, 900)
DEFAULT_LEVEL = 700
DEFAULT_SEED = "0"


def map_create(
    *,
    user: User,
    card: BundleCard,
    source: Image,
    healthy: Mapping[str, str],
    noise_level: str = "",
    address: str = "",
) -> GenerationRequest:
    """Store a request for a map, or return this person's own for exactly the same one.

    The caller enqueues on commit when the returned request is queued.

    Args:
        user: who asks, and may look at `source`.
        card: the bundle that maps are made with.
        source: the picture to search.
        healthy: labels that ask for a healthy breast; those that the bundle doesn't know are left out.
        noise_level: how far the picture is noised, as text; blank: the paper's best.
        address: digest of the network address, for its quota.

    Raises:
        DomainError: for another noise level than those offered.
        ConflictError: when this person has too many requests waiting.
        QuotaError: when a share is used up, or (BusyError) the queue is too long.
    """
    level = noise_level or str(DEFAULT_LEVEL)
    if level not in {str(one) for one in NOISE_LEVELS}:
        offered = ", ".join(str(one) for one in NOISE_LEVELS)
        raise DomainError(f"The noise level is one of {offered}; got {level[:20]!r}.", field="noise_level")
    asked = _parameters(card, source, healthy, int(level))
    return request_admit(user, card, asked, source=source, address=address, kind=Kind.ANOMALY)


def _parameters(card: BundleCard, source: Image, healthy: Mapping[str, str], level: int) -> Parameters:
    known = {name: value for name, value in healthy.items() if value in card.vocabulary.get(name, ())}
    plain = parameters_from(card, {**known, "seed": DEFAULT_SEED, "guidance": "1"}, source.pixel_sha256)
    return replace(plain, noise_level=level)
