"""Asks for anomaly maps: where a picture differs from what a model of healthy breasts would have drawn."""

from __future__ import annotations

from collections.abc import Mapping

from django.db import IntegrityError, transaction
from django.utils import timezone

from webapp.accounts.models import User
from webapp.core.errors import DomainError
from webapp.generation.models import GenerationRequest, Kind
from webapp.generation.parameters import BundleCard, Parameters, parameters_from
from webapp.generation.services.admission import admit, work_check
from webapp.generation.services.requests import request_same
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
    key = asked.dedup_key(user.pk)
    existing = request_same(key)
    if existing is not None:
        return existing
    work_check(card, asked)
    try:
        with transaction.atomic():
            admit(user, address=address)
            return _stored(user, asked, source, key=key, address=address)
    except IntegrityError:
        existing = request_same(key)  # two clicks at once: the other one won
        if existing is None:
            raise
        return existing


def _parameters(card: BundleCard, source: Image, healthy: Mapping[str, str], level: int) -> Parameters:
    known = {name: value for name, value in healthy.items() if value in card.vocabulary.get(name, ())}
    plain = parameters_from(card, {**known, "seed": DEFAULT_SEED, "guidance": "1"}, source.pixel_sha256)
    return Parameters(**{**plain.__dict__, "noise_level": level})


def _stored(user: User, asked: Parameters, source: Image, *, key: str, address: str) -> GenerationRequest:
    return GenerationRequest.objects.create(
        user=user,
        kind=Kind.ANOMALY,
        noise_level=asked.noise_level,
        bundle=asked.bundle,
        bundle_digest=asked.bundle_digest,
        labels=asked.labels,
        seed=asked.seed,
        sampler=asked.sampler,
        steps=asked.steps,
        guidance=asked.guidance,
        code_version=asked.code_version,
        dedup_key=key,
        address_digest=address,
        source=source,
        source_sha256=asked.source_sha256,
        rung_at=timezone.now(),
    )
