"""Plays a whole draft study with simulated readers, through the real reader API, and keeps none of it."""

from __future__ import annotations

import datetime
import json
import random
import uuid
from dataclasses import asdict, dataclass, field
from typing import Any

from django.db import transaction
from django.test import Client
from django.urls import reverse

from studies.design.simulated_reader import simulated_calls
from studies.models.participant import Participant
from studies.models.response import Response
from studies.models.study import MemberRole, Membership, State, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.selectors.audit import chain_verify
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_close, study_lock, study_open
from webapp.accounts.models import Role
from webapp.accounts.services import user_create
from webapp.core.errors import ConflictError

FAULT_SHARE = 0.1  # of the trials, for each kind of fault


@dataclass
class Tally:
    """What one simulated reader did and what the server kept."""

    reader: str
    true_positives: int = 0
    false_positives: int = 0
    false_negatives: int = 0
    true_negatives: int = 0
    accepted: int = 0
    stored: int = 0
    differing: int = 0
    dropped_out: bool = False
    faults: dict[str, int] = field(default_factory=dict)
    unexpected: list[str] = field(default_factory=list)


def study_rehearse(study: Study, *, readers: int, preset: str, seed: int, dropouts: int = 0) -> dict[str, Any]:
    """Lock, open, read and close a draft with simulated readers, then undo everything.

    All of it happens in one transaction that is rolled back, so that no simulated row can ever stand beside
    a real one. Locks: the study's row, for as long as the rehearsal runs.

    Raises:
        ConflictError: when the study is no draft.
        NotReadyError: when it can't be locked yet.
        DesignError: for an unknown preset, or one that asks for other numbers of cases.
    """
    with transaction.atomic():
        result = _play(study, readers, preset, seed, dropouts)
        transaction.set_rollback(True)
    return result


def _play(study: Study, readers: int, preset: str, seed: int, dropouts: int) -> dict[str, Any]:
    study = Study.objects.select_for_update().get(pk=study.pk)
    if study.state != State.DRAFT:
        raise ConflictError("Only a draft can be rehearsed. Copy the study to try its design.")
    owner = Membership.objects.get(study=study, role=MemberRole.OWNER).user
    names = [f"simulated-{uuid.uuid4().hex[:12]}" for _ in range(readers)]
    for name in names:
        user_create(username=name, password=uuid.uuid4().hex, role=Role.READER, check_password=False)
    people = [reader_enrol(study, name, owner) for name in names]
    study_lock(study, owner)
    study_open(study, owner)
    truths = dict(CaseTruth.objects.filter(case__study=study).values_list("case__code", "is_synthetic"))
    tallies = []
    for number, person in enumerate(people):
        rng = random.Random(f"{seed}|{number}")
        calls = simulated_calls(truths, preset, number, rng)
        tallies.append(_read(person, calls, truths, rng, leaves=number < dropouts))
    study_close(study, owner)
    return {
        "study": study.slug,
        "preset": preset,
        "seed": seed,
        "simulated": True,
        "chain_intact": chain_verify(study).ok,
        "lost_or_doubled": sum(abs(tally.accepted - tally.stored) + tally.differing for tally in tallies),
        "readers": [asdict(tally) for tally in tallies],
    }


def _read(
    person: Participant, calls: dict[str, float], truths: dict[str, bool], rng: random.Random, *, leaves: bool
) -> Tally:
    tally = Tally(person.reader_code, dropped_out=leaves)
    client = Client(SERVER_NAME="localhost")
    client.force_login(person.membership.user)
    accepted: dict[str, str] = {}
    last = Trial.objects.filter(participant=person).count() // 2 if leaves else len(calls)
    while len(accepted) < last:
        reply = client.get(reverse("studies:next", args=[person.token]), secure=True)
        if reply.status_code != 200:
            tally.unexpected.append(f"next: {reply.status_code}")
            break
        shown = reply.json()
        code = Trial.objects.values_list("case__code", flat=True).get(token=shown["token"])
        body = _body(shown["token"], shown["questions"], calls[code])
        receipt = _send(client, body, tally, rng)
        if not receipt:
            break
        accepted[shown["token"]] = receipt
        _count(tally, said=calls[code] > 0, synthetic=truths[code])
    _compare(person, accepted, tally)
    return tally


def _send(client: Client, body: dict[str, Any], tally: Tally, rng: random.Random) -> str:
    """Send one answer with the faults drawn for it; return the hash that the reader saw accepted."""
    identity = uuid.UUID(int=rng.getrandbits(128), version=4)
    kind = next((name for name in ("double_click", "lost_reply", "second_tab") if rng.random() < FAULT_SHARE), "")
    first = _put(client, identity, body)
    if first.status_code != 201:
        tally.unexpected.append(f"answer: {first.status_code}")
        return ""
    if kind:
        tally.faults[kind] = tally.faults.get(kind, 0) + 1
        # A second tab makes an identifier of its own: the first answer stands. The others repeat the same one.
        again = _put(client, uuid.uuid4() if kind == "second_tab" else identity, body)
        if again.status_code != (409 if kind == "second_tab" else 200):
            tally.unexpected.append(f"{kind}: {again.status_code}")
    return str(first.json()["sha256"])


def _put(client: Client, identity: uuid.UUID, body: dict[str, Any]) -> Any:
    url = reverse("studies:response", args=[identity])
    return client.put(url, json.dumps(body), content_type="application/json", secure=True)


def _body(token: str, questions: list[dict[str, Any]], call: float) -> dict[str, Any]:
    """Answer origin and confidence from the decision variable, other required questions by their first option."""
    answers: dict[str, Any] = {}
    for question in questions:
        if question["kind"] == "marks":
            continue
        values = [option["value"] for option in question["options"]]
        if question["key"] == "origin":
            answers["origin"] = "synthetic" if call > 0 else "real"
        elif question["key"] == "confidence":
            answers["confidence"] = values[min(int(abs(call) / 0.6), len(values) - 1)]
        elif question["required"]:
            answers[question["key"]] = values[0]
    now = datetime.datetime.now(datetime.UTC).isoformat()
    return {
        "trial": token, "revision": 1, "answers": answers, "marks": [], "client_at": now, "active_ms": 1000,
    }  # fmt: skip


def _count(tally: Tally, *, said: bool, synthetic: bool) -> None:
    if said:
        tally.true_positives += synthetic
        tally.false_positives += not synthetic
    else:
        tally.false_negatives += synthetic
        tally.true_negatives += not synthetic


def _compare(person: Participant, accepted: dict[str, str], tally: Tally) -> None:
    stored = list(Response.objects.filter(trial__participant=person).values_list("trial__token", "sha256"))
    tally.accepted, tally.stored = len(accepted), len(stored)
    tally.differing = sum(accepted.get(token) != digest for token, digest in stored)
