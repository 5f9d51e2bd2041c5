"""A reader's devices, a network that does what it likes, and the real server: what fault schedules play with."""

from __future__ import annotations

import datetime
import json
import uuid
from collections import Counter
from dataclasses import dataclass, field
from types import SimpleNamespace
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from studies.design.canonical import canonical_hash
from studies.models.response import Response
from studies.selectors.audit import chain_verify, counts_verify

SAID = ("trial", "revision", "answers", "marks")
AWAY = {401, 403, 500, 502, 503}


@dataclass
class Entry:
    """An answer in an outbox, as the browser keeps it."""

    identity: uuid.UUID
    body: dict[str, Any]
    refusal: str = ""

    @property
    def sha256(self) -> str:
        return canonical_hash({key: self.body[key] for key in SAID})


@dataclass
class Device:
    """A browser: what is on its disk, and what its tab has in memory."""

    outbox: dict[uuid.UUID, Entry] = field(default_factory=dict)
    clock_h: int = 0
    sitting: str = ""
    trial: str = ""
    identity: uuid.UUID | None = None

    def crash(self) -> None:
        """Lose the memory and keep the disk; the next visit gives refused answers one more chance."""
        self.trial, self.identity = "", None
        for entry in self.outbox.values():
            entry.refusal = ""


@dataclass
class World:
    """Two devices of one reader and one study of four cases."""

    opened: SimpleNamespace
    devices: list[Device] = field(default_factory=lambda: [Device(), Device()])
    requests: list[tuple[int, Entry]] = field(default_factory=list)
    replies: list[tuple[int, uuid.UUID, int, dict[str, Any]]] = field(default_factory=list)
    pressed: list[Entry] = field(default_factory=list)
    accepted: dict[str, str] = field(default_factory=dict)
    happened: Counter[str] = field(default_factory=Counter)

    def __post_init__(self) -> None:
        self.client, self.other = Client(), Client()
        self.client.force_login(self.opened.readers[0])
        self.other.force_login(self.opened.readers[1])
        self.person = self.opened.participants[0]

    # what the reader does

    def sit(self, device: Device, *, take_over: bool) -> int:
        url = reverse("studies:sittings", args=[self.person.token])
        data = {"client_at": self._clock(device), "screen": {}, "take_over": take_over}
        reply = self.client.post(url, json.dumps(data), content_type="application/json")
        if reply.status_code == 201:
            device.sitting = reply.json()["sitting"]
        return reply.status_code

    def ask(self, device: Device) -> int:
        reply = self.client.get(
            reverse("studies:next", args=[self.person.token]), headers={"X-Sitting": device.sitting}
        )
        if reply.status_code == 200 and reply.json()["token"] != device.trial:
            device.trial, device.identity = reply.json()["token"], uuid.uuid4()
        return reply.status_code

    def press(self, device: Device, origin: str) -> None:
        """Enter: the outbox first. The identifier stays the trial's, so a second Enter adds nothing."""
        if device.identity is None:
            return
        body = {
            "trial": device.trial, "revision": 1, "answers": {"origin": origin, "confidence": 1, "birads": "1"},
            "marks": [], "client_at": self._clock(device), "active_ms": 10,
        }  # fmt: skip
        entry = device.outbox[device.identity] = Entry(device.identity, body)
        device.identity = None
        self.pressed.append(entry)

    def send(self, number: int) -> None:
        waiting = [entry for entry in self.devices[number].outbox.values() if not entry.refusal]
        if waiting:
            self.requests.append((number, waiting[0]))

    # what network and server do

    def serve(self, number: int, entry: Entry, *, fate: str = "") -> None:
        """Let the server take a request; `fate` is a kill before or after it commits, or a lost reply."""
        if fate == "server killed before commit":
            with transaction.atomic():
                self._put(self.client, entry)
                transaction.set_rollback(True)
            return
        status, said = self._put(self.client, entry)
        if not fate:
            self.replies.append((number, entry.identity, status, said))

    def hear(self, number: int, identity: uuid.UUID, status: int, said: dict[str, Any]) -> None:
        """Let the browser settle a reply as its outbox does."""
        entry = self.devices[number].outbox.get(identity)
        if status in AWAY or entry is None:
            return
        if status not in (200, 201):
            entry.refusal = said["error"]["code"]
            assert said["error"]["message"]
            return
        assert said["sha256"] == entry.sha256
        del self.devices[number].outbox[identity]
        self.accepted[entry.body["trial"]] = entry.sha256

    def forge(self, entry: Entry, *, foreign: bool) -> tuple[int, str]:
        """Send an identifier with another body, or from another reader."""
        answers = entry.body["answers"] | {"confidence": 3}
        client = self.other if foreign else self.client
        status, said = self._put(client, Entry(entry.identity, entry.body | {"answers": answers}))
        return status, said.get("error", {}).get("code", "")

    # what must hold

    def stored(self) -> dict[str, tuple[uuid.UUID, str]]:
        rows = Response.objects.values_list("trial__token", "pk", "sha256")
        found = {token: (identity, sha256) for token, identity, sha256 in rows}
        assert len(found) == len(rows), "a trial has two answers"
        return found

    def check(self) -> None:
        """Nothing doubled, nothing that was confirmed changed, counts and chain whole."""
        stored = self.stored()
        for token, sha256 in self.accepted.items():
            assert stored[token][1] == sha256, "what the reader saw accepted is not what is stored"
        self.person.refresh_from_db()
        assert self.person.done == len(stored)
        assert counts_verify(self.opened.study) == []

    def settle(self) -> None:
        """Let everything arrive, with a reader who is signed in and waits."""
        self.client.force_login(self.opened.readers[0])
        for _ in range(3):
            while self.requests:
                self.serve(*self.requests.pop())
            while self.replies:
                self.hear(*self.replies.pop())
            for number, device in enumerate(self.devices):
                waiting = [entry for entry in device.outbox.values() if not entry.refusal]
                self.requests += [(number, entry) for entry in waiting]
        assert not self.requests, "an answer waits for ever"

    def finish(self) -> None:
        """Read what is left on the first device, then look at everything that was ever answered."""
        self.settle()
        device = self.devices[0]
        if self.opened.study.state == "open":
            self.sit(device, take_over=True)
            device.trial = ""
            while self.ask(device) == 200:
                self.press(device, "real")
                self.settle()
            assert len(self.stored()) == self.person.trials.count()
        self.check()
        stored = dict(self.stored().values())
        kept = {identity: entry for each in self.devices for identity, entry in each.outbox.items()}
        for entry in self.pressed:
            if entry.identity in kept:
                assert kept[entry.identity].refusal, "kept without a reason"
                assert entry.identity not in stored, "stored, and the reader was told that it is not"
            else:
                assert stored.get(entry.identity) == entry.sha256, "an answer is lost"
        assert chain_verify(self.opened.study).ok
        self.happened["refused and kept"] += len(kept)

    def _put(self, client: Client, entry: Entry) -> tuple[int, dict[str, Any]]:
        url = reverse("studies:response", args=[entry.identity])
        reply = client.put(url, json.dumps(entry.body), content_type="application/json")
        return reply.status_code, reply.json()

    def _clock(self, device: Device) -> str:
        return (datetime.datetime.now(datetime.UTC) + datetime.timedelta(hours=device.clock_h)).isoformat()
