"""Requests beyond the bound wait and are answered; none is refused."""

from __future__ import annotations

import asyncio

import pytest

from webapp.core.at_once import AtOnce


async def test_no_more_than_so_many_are_at_work_and_all_are_answered():
    present, most, answered = 0, 0, 0

    async def application(scope, receive, send):
        nonlocal present, most, answered
        present += 1
        most = max(most, present)
        await asyncio.sleep(0)
        await asyncio.sleep(0)
        present -= 1
        answered += 1

    bounded = AtOnce(application, 3)
    await asyncio.gather(*(bounded({"type": "http"}, None, None) for _ in range(20)))
    assert (most, answered) == (3, 20)


async def test_a_request_that_fails_gives_its_place_back():
    async def application(scope, receive, send):
        raise RuntimeError("broken")

    bounded = AtOnce(application, 1)
    for _ in range(3):
        with pytest.raises(RuntimeError, match="broken"):
            await bounded({"type": "http"}, None, None)
