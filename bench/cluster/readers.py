"""Simulated readers who read on while hosts go and come: over HTTPS, with tiles, asking until answered."""

from __future__ import annotations

import contextlib
import hashlib
import random
import threading
import time
import uuid
from dataclasses import dataclass, field
from typing import Any

from bench.cluster.services import SITE
from bench.cluster.site import GONE
from bench.faults import VANISH_SHARE
from studies.services.rehearsal.browser import Browser, Reply

PATIENCE_S = 180.0
SIGN_IN_S = 12.0  # the front lets twenty through in a minute
ANSWER_S = 20.0  # as long as the reading page waits for an answer before it asks again
PACE_S = 1.2  # between two answers of one reader, on average


@dataclass(frozen=True)
class Told:
    """A confirmed answer.

    Args:
        asked: when it was first sent, seconds of the wall clock.
        confirmed: when the site said that it has it.
    """

    asked: float
    confirmed: float


class Page(Browser):
    """A browser that takes tiles as they are stored."""

    def _headers(self, kind: str) -> dict[str, str]:
        return super()._headers(kind) | {"Accept-Encoding": "gzip"}


@dataclass
class Reader:
    """One reader's browser and what it was told.

    Args:
        base: address of the site.
        name: of the account.
        secret: its password.
        token: of the reader's place in the study.
        chance: of answers, pauses and lost connections.
        stop: set when enough was read.
    """

    base: str
    name: str
    secret: str
    token: str
    chance: random.Random
    stop: threading.Event
    accepted: dict[str, str] = field(default_factory=dict)
    told: dict[str, Told] = field(default_factory=dict)
    tiles: dict[str, str] = field(default_factory=dict)
    tries: int = 0
    again: int = 0
    stuck: str = ""

    def __post_init__(self) -> None:
        self.browser = Page(self.base, SITE, timeout_s=ANSWER_S)

    def read(self) -> None:
        """Sign in, sit down, and read until told to stop, or to the last case."""
        from django.urls import reverse

        from studies.services.rehearsal.answering import sitting_body

        try:
            self._sign_in()
            there = reverse("studies:sittings", args=[self.token])
            self.browser.sitting = self._until("POST", there, sitting_body() | {"take_over": True}).json()[
                "sitting"
            ]
            while not self.stop.is_set() and self._read_one():
                time.sleep(2 * PACE_S * self.chance.random())
        except TimeoutError as error:
            self.stuck = f"{self.name}: {error}"
        self.browser.close()

    def _sign_in(self) -> None:
        """Give name and password as often as the front's limit allows.

        Raises:
            TimeoutError: they are not taken.
        """
        from django.urls import reverse

        address, deadline = reverse("accounts:sign-in"), time.monotonic() + PATIENCE_S
        while time.monotonic() < deadline:
            reply = self.browser.form(address, [("username", self.name), ("password", self.secret)])
            if reply.status == 302:
                return
            time.sleep(SIGN_IN_S * (0.5 + self.chance.random()))
        raise TimeoutError(f"sign-in: {reply.status}")

    def _read_one(self) -> bool:
        from django.urls import reverse

        from studies.design.canonical import canonical_hash

        shown = self._until("GET", reverse("studies:next", args=[self.token]), None)
        if shown.status == 204:
            return False
        case = shown.json()
        self._look(case)
        said = {"trial": case["token"], "revision": 1, "marks": []}
        said["answers"] = {"origin": self.chance.choice(["real", "synthetic"]), "confidence": 1, "birads": "1"}
        body = said | {"client_at": "2026-01-01T10:00:00Z", "active_ms": 1000}
        address, began = reverse("studies:response", args=[uuid.uuid4()]), time.time()
        if self.chance.random() < VANISH_SHARE:
            with contextlib.suppress(*GONE):
                self.browser.put_and_vanish(address, body, share=min(1, 1.2 * self.chance.random()))
        reply = self._until("PUT", address, body)
        self.again += reply.status == 200
        if reply.json()["sha256"] != canonical_hash(said):
            raise TimeoutError("got a receipt of something else")
        self.accepted[said["trial"]] = reply.json()["sha256"]
        self.told[said["trial"]] = Told(began, time.time())
        return True

    def _look(self, case: dict[str, Any]) -> None:
        """Load a tile of the picture; its hash is compared among readers."""
        image = case["image"]
        tile = self._until("GET", f"{image['tiles']}/{image['maxLevel']}/0_0", None)
        self.tiles[case["token"]] = hashlib.sha256(tile.body).hexdigest()

    def _until(self, method: str, address: str, body: Any) -> Reply:
        """Ask until the site answers, as the outbox does.

        Raises:
            TimeoutError: when it refuses, or does not answer for too long.
        """
        deadline, told, tries = time.monotonic() + PATIENCE_S, "", 0
        while time.monotonic() < deadline:
            try:
                reply = self._ask(method, address, body)
            except GONE as error:
                self.browser.close()
                told = repr(error)
            else:
                if reply.status < 300:
                    return reply
                told = f"{reply.status} {reply.body[:200]!r}"
                if reply.status < 500:
                    break
            tries += 1
            self.tries += 1
            time.sleep(min(2.0, 0.1 * 2**tries) * (0.5 + self.chance.random()))
        raise TimeoutError(f"{method} {address}: {told}")

    def _ask(self, method: str, address: str, body: Any) -> Reply:
        if method == "PUT":
            return self.browser.put(address, body)
        return self.browser.send(address, body) if method == "POST" else self.browser.get(address)
