"""One person's or one address's flood ends at a quota that is named, and nobody else is turned away."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest
from django.utils import timezone

from webapp.accounts.models import Role, User
from webapp.core.errors import BusyError, DomainError, QuotaError
from webapp.generation.models import GenerationRequest, Queue, State
from webapp.generation.services.admission import in_words, work_check
from webapp.generation.services.requests import request_create

pytestmark = pytest.mark.django_db

NEAR, FAR = "a" * 32, "b" * 32


@pytest.fixture
def limited(settings):
    """Sets some limits; the others are off."""

    def limit(**limits):
        settings.GENERATION_LIMITS = {**dict.fromkeys(settings.GENERATION_LIMITS, 0), **limits}

    return limit


def ask(user, card, seed, address=NEAR):
    return request_create(user=user, card=card, raw={"seed": str(seed)}, address=address)


def ended(**fields):
    """End all requests, so that none counts as waiting."""
    now = timezone.now()
    GenerationRequest.objects.update(state=State.FINISHED, started_at=now, finished_at=now, **fields)


def test_hour_of_a_person_ends_at_the_quota_and_says_when_to_come_back(person, stranger, card, limited):
    limited(person_hour=2)
    ask(person, card, 1)
    ended(created_at=timezone.now() - timedelta(minutes=50))
    ask(person, card, 2)
    with pytest.raises(QuotaError, match=r"2 pictures in the last hour.*Ask again in 10 minutes") as refused:
        ask(person, card, 3)
    assert 590 <= refused.value.retry_after_s <= 600
    assert ask(stranger, card, 3).state == State.QUEUED


def test_hour_of_a_person_begins_anew_when_the_oldest_is_an_hour_ago(person, card, limited):
    limited(person_hour=1, person_day=2)
    for seed in (1, 2):
        ask(person, card, seed)
        ended(created_at=timezone.now() - timedelta(minutes=61))
    with pytest.raises(QuotaError, match="last 24 hours"):
        ask(person, card, 3)


def test_flood_from_one_address_disturbs_nobody_elsewhere(person, stranger, card, limited):
    limited(address_hour=5)
    flooders = [User.objects.create_user(f"f{n}", password="a-long-password", role=Role.DEMO) for n in range(5)]
    for number, flooder in enumerate(flooders):
        ask(flooder, card, number)
    with pytest.raises(QuotaError, match="from your network address"):
        ask(person, card, 9)
    assert ask(stranger, card, 9, address=FAR).state == State.QUEUED
    assert ask(flooders[0], card, 0).user == flooders[0]  # what was asked for before is found again


def test_long_queue_refuses_with_the_expected_wait(person, stranger, card, limited):
    limited(waiting=2)
    ask(person, card, 1)
    ended(image=None)
    now = timezone.now()
    GenerationRequest.objects.update(started_at=now - timedelta(seconds=90))
    for seed in (2, 3):
        ask(person, card, seed)
    with pytest.raises(BusyError, match=r"2 pictures are waiting.*about 3 minutes") as refused:
        ask(stranger, card, 4)
    assert (refused.value.status, refused.value.retry_after_s) == (503, 180)
    GenerationRequest.objects.filter(seed=2).update(queue=Queue.BATCH)  # batches wait behind all others
    assert ask(stranger, card, 4).state == State.QUEUED


def test_work_of_one_picture_is_bounded_by_the_steps_that_fit(card, person, limited):
    limited(evaluations=1000)
    large = replace(card, patches=20)
    for raw in ({"steps": "50"}, {"steps": "25", "guidance": "2"}):
        request_create(user=person, card=large, raw=raw)
    with pytest.raises(DomainError, match=r"at most 50: .* 1000 evaluations") as refused:
        request_create(user=person, card=large, raw={"steps": "51"})
    assert refused.value.field == "steps"
    with pytest.raises(DomainError, match="at most 25 with guidance"):
        request_create(user=person, card=large, raw={"steps": "26", "guidance": "2"})
    with pytest.raises(DomainError, match="larger pictures than this site allows"):
        request_create(user=person, card=replace(card, patches=500), raw={"steps": "5"})


def test_work_of_a_map_is_that_of_its_one_patch(card, queued, limited):
    limited(evaluations=100)
    from webapp.generation.pictures import request_parameters

    work_check(replace(card, patches=500), replace(request_parameters(queued), noise_level=700))


@pytest.mark.parametrize(
    ("seconds", "said"),
    [(1, "1 second"), (59, "59 seconds"), (60, "1 minute"), (61, "2 minutes"), (3601, "2 hours")],
)
def test_times_are_said_as_people_say_them(seconds, said):
    assert in_words(seconds) == said
