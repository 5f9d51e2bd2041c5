"""Plays a rehearsal from the copy to the report, and compares what readers were told with what is kept."""

from __future__ import annotations

import random
import time
import uuid
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import Any

import numpy as np
from django.contrib.auth.hashers import make_password
from django.db import transaction

from studies.design.simulated_reader import simulated_calls
from studies.models.case import Phase
from studies.models.participant import Participant
from studies.models.response import Response
from studies.models.study import MemberRole, Membership, Study
from studies.models.trial import Trial
from studies.models.truth import CaseTruth
from studies.selectors.audit import chain_verify
from studies.selectors.pairs import is_of_pairs, pair_report
from studies.selectors.reports import report_of_study
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_close, study_lock, study_open, study_unblind
from studies.services.rehearsal.browser import Browser
from studies.services.rehearsal.copying import rehearsal_create
from studies.services.rehearsal.script import Diary, Script
from studies.services.rehearsal.walk import walk
from webapp.accounts.models import Role, User
from webapp.core.errors import DomainError


@dataclass(frozen=True)
class Plan:
    """How a study is rehearsed.

    Args:
        readers: how many.
        preset: whose abilities, of `studies.design.simulated_reader.NAMES`.
        seed: of answers, times and faults.
        dropouts: so many stop half way.
        fault_share: of the cases that meet a double click, a lost connection or a second tab.
        at_once: how many read at the same time.
        pace: share of a reading's time that is really waited; 0 for none, 1 for a reader's own pace.
    """

    readers: int = 6
    preset: str = "mixed"
    seed: int = 1
    dropouts: int = 0
    fault_share: float = 0.15
    at_once: int = 6
    pace: float = 0.0


def study_rehearse(study: Study, plan: Plan, *, base: str, host: str = "") -> dict[str, Any]:
    """Copy a study, have simulated readers read it on a running site, close and unblind it.

    The copy stays: it is marked, its readers are marked, and triggers keep both from real ones.

    Args:
        study: a draft, or unblinded.
        plan: how.
        base: address of a site on the same database.
        host: the name under which that site knows itself, where that is not the address's.

    Raises:
        ConflictError: when the study can't be rehearsed now.
        NotReadyError: when it can't be locked yet.
        DesignError: for an unknown preset, or one that asks for other numbers of cases.
    """
    started = time.perf_counter()
    owner = Membership.objects.get(study=study, role=MemberRole.OWNER).user
    copy, scripts = rehearsal_open(study, owner, plan)
    opened = time.perf_counter()
    with ThreadPoolExecutor(max_workers=plan.at_once) as pool:
        diaries = list(pool.map(lambda script: walk(Browser(base, host), script), scripts))
    read = time.perf_counter()
    copy = study_unblind(study_close(copy, owner), owner)
    names = [script.name for script in scripts]
    User.objects.filter(username__in=names).update(is_active=False)
    report, problem = _report(copy)
    tallies = [_tally(script, diary) for script, diary in zip(scripts, diaries, strict=True)]
    answers = sum(one["accepted"] for one in tallies)
    return {
        "study": study.slug,
        "rehearsal": copy.slug,
        "preset": plan.preset,
        "seed": plan.seed,
        "answers": answers,
        "lost": sum(one["lost"] for one in tallies),
        "doubled": sum(one["doubled"] for one in tallies),
        "faults": dict(sum((diary.faults for diary in diaries), Counter())),
        "unexpected": [text for diary in diaries for text in diary.unexpected] + problem,
        "chain_intact": chain_verify(copy).ok,
        "seconds": {
            "prepare": round(opened - started, 2),
            "read": round(read - opened, 2),
            "close_and_report": round(time.perf_counter() - read, 2),
        },
        "latency_ms": {
            "next": _percentiles([one for diary in diaries for one in diary.next_s]),
            "response": _percentiles([one for diary in diaries for one in diary.answer_s]),
        },
        "readers": tallies,
        "report": report,
    }


def _report(copy: Study) -> tuple[dict[str, Any] | None, list[str]]:
    """Return the report's main numbers; a plan that gives none is what a rehearsal is there to find."""
    try:
        if is_of_pairs(copy):
            told = pair_report(copy)
            return (told.result.to_dict() if told else None), []
        found = report_of_study(copy)
    except DomainError as error:
        return None, [error.message]
    return (found.report.first.main.to_dict() if found else None), []


@transaction.atomic
def rehearsal_open(study: Study, owner: User, plan: Plan) -> tuple[Study, list[Script]]:
    """Make the copy and its readers, lock and open it, and settle what each reader will do."""
    copy = rehearsal_create(study, owner)
    secret = uuid.uuid4().hex
    hashed = make_password(secret)  # one for all: hashing is slow on purpose
    names = [f"simulated-{uuid.uuid4().hex[:12]}" for _ in range(plan.readers)]
    for name in names:
        User.objects.create(username=name, password=hashed, role=Role.READER)
    people = [reader_enrol(copy, name, owner, simulated=True) for name in names]
    study_lock(copy, owner)
    copy = study_open(copy, owner)
    flow = copy.protocols.latest("number").body.get("flow", {})
    truths = dict(CaseTruth.objects.filter(case__study=copy).values_list("case_id", "is_synthetic"))
    codes = dict(copy.cases.values_list("pk", "code"))
    scripts = []
    for number, (name, person) in enumerate(zip(names, people, strict=True)):
        calls = _calls(person, number, plan, truths, codes)
        leaves = len(calls) // 2 if number < plan.dropouts else None
        seed = f"{plan.seed}|{number}|hand"
        scripts.append(Script(name, secret, person.token, flow, calls, leaves, plan.fault_share, seed, plan.pace))
    return copy, scripts


def _calls(
    person: Participant, number: int, plan: Plan, truths: dict[int, bool], codes: dict[int, str]
) -> dict[str, float]:
    """Return the reader's decision variable of each trial, by its token.

    A case that comes again is judged again with a new error; training cases have no part in a preset of counts.
    """
    trials = list(Trial.objects.filter(participant=person).order_by("index"))
    tested = {one.case_id for one in trials if one.phase == Phase.TEST}
    tested |= {one.right_case_id for one in trials if one.phase == Phase.TEST and one.right_case_id}
    rng, found = random.Random(f"{plan.seed}|{number}|again"), dict[int, float]()
    for preset, chosen in ((plan.preset, tested), ("able", set(truths) - tested)):
        if chosen:
            by_code = simulated_calls({codes[pk]: truths[pk] for pk in chosen}, preset, number, plan.seed)
            found |= {pk: by_code[codes[pk]] for pk in chosen}
    calls = {}
    for trial in trials:
        value = found[trial.case_id]
        if trial.right_case_id:
            value = found[trial.right_case_id] - value
        if trial.repeat_of_id and plan.preset != "table2":
            value += rng.gauss(0, 0.5)
        calls[trial.token] = value
    return calls


def _percentiles(seconds: list[float]) -> dict[str, float]:
    if not seconds:
        return {}
    found = np.percentile(seconds, (50, 95, 99)) * 1000
    return {name: round(float(value), 1) for name, value in zip(("p50", "p95", "p99"), found, strict=True)}


def _tally(script: Script, diary: Diary) -> dict[str, Any]:
    """Compare what the reader saw accepted with what is stored."""
    place = Participant.objects.get(token=script.participant)
    stored = list(Response.objects.filter(trial__participant=place).values_list("trial__token", "sha256"))
    kept = dict(stored)
    return {
        "reader": place.reader_code,
        "steps": diary.steps,
        "accepted": len(diary.accepted),
        "stored": len(stored),
        "lost": sum(kept.get(token) != digest for token, digest in diary.accepted.items()),
        "doubled": len(stored) - len(kept),
        "dropped_out": script.leaves_after is not None,
    }
