"""Work that a worker does: the study's own pictures. A message only names the row."""

from __future__ import annotations

import logging
from collections.abc import Iterable

from celery import shared_task
from django.utils import timezone
from kombu.exceptions import OperationalError

from studies.models.study import Study
from studies.services.audit import heads_keep
from studies.services.cases import asset_build

logger = logging.getLogger(__name__)


@shared_task
def asset_prepare(asset_id: int) -> None:
    """Make one case's picture. Safe to run twice."""
    asset_build(asset_id)


@shared_task
def audit_heads_daily() -> None:
    """Keep the day's head of every study's record. Safe to run twice."""
    for study in Study.objects.all():
        heads_keep(study, timezone.now().date())


def assets_enqueue(asset_ids: Iterable[int]) -> None:
    """Ring the worker for each picture. With the broker down the pictures wait; the study page can ring again."""
    for asset_id in asset_ids:
        try:
            asset_prepare.apply_async((asset_id,), retry=False)
        except OperationalError:
            logger.warning("The broker does not answer; the pictures wait.")
            return
