"""The task that screens what was drawn. It looks for its work itself, so its message holds nothing."""

from __future__ import annotations

import logging

from celery import shared_task
from kombu.exceptions import OperationalError

from webapp.generation.batches.screening import scores_of
from webapp.generation.batches.selectors import items_unscreened
from webapp.generation.batches.services import item_screened

logger = logging.getLogger(__name__)

PORTION = 50  # then others get a turn; the sweep rings again


def screen_ring() -> None:
    """Ring for the screen where some picture waits for it; called by the workers' sweep."""
    if items_unscreened().exists():
        try:
            screen_drawn.apply_async(retry=False)
        except OperationalError as error:
            logger.warning("screening waits for the next sweep, the broker is away: %s", error)


@shared_task
def screen_drawn() -> None:
    """Screen what is drawn and not screened. Two workers at once cost time and change nothing."""
    for item in items_unscreened()[:PORTION]:
        try:
            scores = scores_of(item)
        except Exception:  # one damaged picture must not keep the others from being screened
            logger.exception("picture %s of batch %s was not screened", item.number, item.batch_id)
            scores = {"flags": ["trouble"], "trouble": "The picture can't be read."}
        item_screened(item, scores)
