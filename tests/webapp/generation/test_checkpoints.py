"""The kept states of drawings: one per live request, none after its end."""

from __future__ import annotations

import pytest

from webapp.generation.checkpoints import (
    checkpoint_bring,
    checkpoint_forget,
    checkpoint_keep,
    checkpoint_path,
    checkpoints_sweep,
)
from webapp.generation.services.requests import request_cancel

pytestmark = pytest.mark.django_db


@pytest.fixture
def kept(queued, settings, tmp_path):
    """A waiting request whose earlier attempt kept a state."""
    settings.DATA_DIR = tmp_path
    path = checkpoint_path(queued)
    path.parent.mkdir()
    path.write_bytes(b"state")
    return path


def test_sweep_keeps_the_state_of_a_live_request(kept):
    assert checkpoints_sweep() == 0
    assert kept.exists()


def test_sweep_removes_the_states_of_ended_and_unknown_requests(kept, queued):
    stranger = kept.with_name("x" * 22 + ".npz")
    stranger.write_bytes(b"state")
    request_cancel(queued)
    assert checkpoints_sweep() == 2
    assert not kept.exists()
    assert not stranger.exists()


def test_sweep_of_a_host_that_never_drew_finds_nothing(settings, tmp_path):
    settings.DATA_DIR = tmp_path
    assert checkpoints_sweep() == 0


def test_forget_is_content_when_there_is_nothing(queued, kept):
    checkpoint_forget(queued)
    checkpoint_forget(queued)
    assert not kept.exists()


def test_state_of_a_host_that_is_gone_is_brought_to_another(queued, kept, hosts, settings):
    settings.DATA_DIR = kept.parents[1]
    checkpoint_keep(kept)
    hosts("another")
    assert not checkpoint_bring(queued).exists()  # nobody has begun it: nothing is asked of the store
    queued.attempts = 1
    assert checkpoint_bring(queued).read_bytes() == b"state"
    checkpoint_forget(queued)
    hosts("third")
    assert not checkpoint_bring(queued).exists()


def test_state_in_the_store_of_an_ended_request_is_swept_by_any_host(queued, kept, hosts, settings):
    settings.DATA_DIR = kept.parents[1]
    checkpoint_keep(kept)
    request_cancel(queued)
    hosts("another")
    assert checkpoints_sweep() == 1
    queued.attempts = 1
    assert not checkpoint_bring(queued).exists()


def test_store_that_is_away_costs_the_state_and_not_the_drawing(queued, kept, hosts, store_away):
    store_away()
    queued.attempts = 1
    assert not checkpoint_bring(queued).exists()
