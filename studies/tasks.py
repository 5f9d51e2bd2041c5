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
from studies.services.leaks import leak_check
from webapp.accounts.models import User
from webapp.core.errors import ConflictError

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


@shared_task
def leaks_check(study_id: int, user_id: int) -> None:
    """Run the leak check of a study. A second run adds a second report."""
    leak_check(Study.objects.get(pk=study_id), User.objects.filter(pk=user_id).first())


def leaks_enqueue(study_id: int, user_id: int) -> None:
    """Ring the worker for a leak check.

    Raises:
        ConflictError: when the broker does not answer.
    """
    try:
        leaks_check.apply_async((study_id, user_id), retry=False)
    except OperationalError as error:
        raise ConflictError("The queue does not answer, so the leak check can't run. Try again later.") from error


def assets_enqueue(asset_ids: Iterable[int]) -> None:
    """Ring the worker for each picture. With the broker down the pictures wait; the study page can ring again."""
    for asset_id in asset_ids:
        try:
            asset_prepare.apply_async((asset_id,), retry=False)
        except OperationalError:
            logger.warning("The broker does not answer; the pictures wait.")
            return
