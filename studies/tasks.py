"""Work that a worker does: the study's own pictures. A message only names the row."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from studies.models.case import Asset
from studies.services.cases import asset_build

logger = logging.getLogger(__name__)


@shared_task
def asset_prepare(asset_id: int) -> None:
    """Make one case's picture. Safe to run twice."""
    asset_build(asset_id)


def assets_enqueue(assets: list[Asset]) -> None:
    """Ring the worker for each picture. A broker that is down costs nothing: opening the page rings again."""
    for asset in assets:
        try:
            asset_prepare.delay(asset.pk)
        except OperationalError:
            logger.warning("The broker does not answer; pictures wait.")
            return
