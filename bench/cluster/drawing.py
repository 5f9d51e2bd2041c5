"""Pictures asked for through the programming interface, over HTTPS, while hosts go and come."""

from __future__ import annotations

import io
import threading
import time
from dataclasses import dataclass, field
from typing import Any

from bench.cluster.services import SITE
from bench.cluster.site import GONE, closed
from studies.services.rehearsal.browser import Browser

STEPS = 5
ANSWER_S = 15.0
DOWNLOADS = 25  # of one run: the front lets so many through at once
PACE_S = 0.5  # between two that are asked for, at least
LIVE = 3  # asked for at the same time
PATIENCE_S = 240.0


class Caller(Browser):
    """A script with an access token."""

    secret = ""

    def _headers(self, kind: str) -> dict[str, str]:
        return super()._headers(kind) | {"Authorization": f"Bearer {self.secret}"}


@dataclass
class Asker(threading.Thread):
    """Keeps a few pictures asked for, each lap of seeds by another person, until told to stop.

    Args:
        base: address of the site.
        seeds: of one lap.
        people: secrets of access tokens, one for each lap: a person gets each picture drawn once.
        stop: set when enough was drawn; what was asked for is still waited for.
        live_most: so many are asked for at the same time.
    """

    base: str
    seeds: list[int]
    people: list[str]
    stop: threading.Event
    live_most: int = LIVE
    asked: dict[str, int] = field(default_factory=dict)
    finished: dict[str, float] = field(default_factory=dict)
    hashes: dict[str, str] = field(default_factory=dict)
    failed: dict[str, str] = field(default_factory=dict)
    attempts: int = 0
    problem: str = ""

    __hash__ = threading.Thread.__hash__  # a thread is itself, whatever it has drawn

    def __post_init__(self) -> None:
        super().__init__(name="asker", daemon=True)

    def run(self) -> None:
        """Ask, wait, and ask on."""
        try:
            for secret in self.people:
                caller = Caller(self.base, SITE, timeout_s=ANSWER_S)
                caller.secret = secret
                for seed in self.seeds:
                    self._wait(self.live_most - 1)
                    if self.stop.is_set():
                        break
                    time.sleep(PACE_S)
                    self._ask(caller, seed)
                caller.close()
            self._wait(0)
        except TimeoutError as error:
            self.problem = str(error)
        closed()

    @property
    def live(self) -> int:
        """How many are asked for and not ended."""
        return len(self.asked) - len(self.finished) - len(self.failed)

    def _ask(self, caller: Caller, seed: int) -> None:
        """Ask until the site has it: asking twice gives the same request.

        Raises:
            TimeoutError: it refuses, or does not answer for too long.
        """
        deadline, told = time.monotonic() + PATIENCE_S, ""
        while time.monotonic() < deadline:
            try:
                reply = caller.send("/api/generation/requests/", {"seed": seed, "steps": STEPS})
            except GONE as error:
                caller.close()
                told = repr(error)
            else:
                if reply.status in (200, 201):
                    self.asked[reply.json()["token"]] = seed
                    return
                told = f"{reply.status} {reply.body[:200]!r}"
                if reply.status < 500 and reply.status != 429:
                    break
            time.sleep(0.5)
        raise TimeoutError(f"asking for seed {seed}: {told}")

    def _wait(self, most: int) -> None:
        deadline = time.monotonic() + PATIENCE_S
        while self.live > most:
            before = self.live
            self._look()
            if self.live < before:
                deadline = time.monotonic() + PATIENCE_S
            if time.monotonic() > deadline:
                raise TimeoutError(f"{self.live} pictures were not finished in {PATIENCE_S:.0f} s")
            time.sleep(0.2)

    def _look(self) -> None:
        from django.db import DatabaseError

        from webapp.generation.models import GenerationRequest

        open_ones = set(self.asked) - set(self.finished) - set(self.failed)
        rows = GenerationRequest.objects.filter(token__in=open_ones).exclude(state__in=("queued", "running"))
        try:
            for row in rows.select_related("image"):
                self.attempts += row.attempts
                if row.state == "finished" and row.image and row.finished_at:
                    self.hashes[row.token] = row.image.pixel_sha256
                    self.finished[row.token] = row.finished_at.timestamp()
                else:
                    self.failed[row.token] = f"{row.state}: {row.error}"
        except DatabaseError:
            closed()

    def by_seed(self) -> dict[int, set[str]]:
        """Return the hashes of each seed's pictures."""
        found: dict[int, set[str]] = {seed: set() for seed in self.seeds}
        for token, digest in self.hashes.items():
            found[self.asked[token]].add(digest)
        return found


def people_made(count: int, name: str) -> list[str]:
    """Make people who may ask, with a token each; return the tokens."""
    from webapp.accounts.access import access_token_create
    from webapp.accounts.models import Role, User

    found = []
    for number in range(count):
        user = User.objects.create(username=f"{name}{number}", password="!", role=Role.ADMIN)  # noqa: S106 - none at all
        found.append(access_token_create(user, name="cluster", may_write=True)[1])
    return found


def downloaded(base: str, secret: str, tokens: list[str]) -> dict[str, str]:
    """Return the hash of the pixels of pictures as they come over HTTPS; blank for one that does not come."""
    import numpy as np
    from PIL import Image

    from webapp.generation.models import GenerationRequest
    from webapp.imaging.ingest.source import SourceImage

    bits = dict(GenerationRequest.objects.filter(token__in=tokens).values_list("token", "image__bits"))

    caller, found = Caller(base, SITE), dict[str, str]()
    caller.secret = secret
    for token in tokens[-DOWNLOADS:]:
        reply: Any = caller.get(f"/api/generation/requests/{token}/picture.png")
        if reply.status != 200:
            found[token] = ""
            continue
        pixels = np.asarray(Image.open(io.BytesIO(reply.body))).astype(np.uint16)
        found[token] = SourceImage(pixels=pixels, bits=bits[token]).pixel_sha256
    caller.close()
    return found
