"""One simulated reader's way over HTTP: sign-in, the steps of the flow, every case, the debrief."""

from __future__ import annotations

import datetime
import random
import threading
import time
import uuid
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from django.urls import reverse

from studies.design.canonical import canonical_hash
from studies.design.simulated_answers import simulated_answers, simulated_marks, simulated_seconds
from studies.services.rehearsal.browser import Browser, Reply

FAULTS = ("double_click", "lost_reply", "cut_request", "second_tab")
TRIES, WAIT_S = 8, 0.05
# Every square seen and every letter read, on a screen of plain size.
DISPLAY = {
    "pitch_mm": 0.25, "black": True, "white": True, "lines": True,
    "letters": [{"background": gray, "smallest": 1} for gray in (12, 128, 242)],
    "screen": {"width": 2560, "height": 1440, "ratio": 1, "depth": 24, "gamut": "srgb", "drawer": "webgl",
               "exact": True, "browser": "simulated"},
}  # fmt: skip


@dataclass(frozen=True)
class Script:
    """What a simulated reader will do, settled before the first request.

    Args:
        name: of the account.
        password: of the account; empty when the browser is signed in already.
        participant: token of the reader's place.
        flow: of the protocol.
        calls: decision variable by trial token.
        leaves_after: how many cases are answered before the reader drops out; none for all.
        fault_share: of the cases that meet a fault of the network or of the hand.
        seed: of the reader's answers, times and faults.
    """

    name: str
    password: str
    participant: str
    flow: Mapping[str, Any]
    calls: Mapping[str, float]
    leaves_after: int | None
    fault_share: float
    seed: str


@dataclass
class Diary:
    """What one reader did and was told."""

    accepted: dict[str, str] = field(default_factory=dict)
    steps: list[str] = field(default_factory=list)
    faults: Counter[str] = field(default_factory=Counter)
    unexpected: list[str] = field(default_factory=list)
    next_s: list[float] = field(default_factory=list)
    answer_s: list[float] = field(default_factory=list)


class Refused(Exception):  # noqa: N818 - ends a reader's way
    """The site answered something that a reader can't go on from."""


def walk(browser: Browser, script: Script) -> Diary:
    """Go the whole way and return what happened; what the site should not have said is in `unexpected`."""
    diary, rng = Diary(), random.Random(script.seed)
    try:
        if script.password:
            _sign_in(browser, script)
        _steps(browser, script, diary, rng)
        _cases(browser, script, diary, rng)
        if script.leaves_after is None:
            _steps(browser, script, diary, rng)
    except (Refused, OSError) as error:
        diary.unexpected.append(str(error))
    browser.close()
    return diary


def _sign_in(browser: Browser, script: Script) -> None:
    address = reverse("accounts:sign-in")
    browser.get(address)
    reply = browser.form(address, [("username", script.name), ("password", script.password)])
    if reply.status != 302:
        raise Refused(f"sign-in: {reply.status}")


def _steps(browser: Browser, script: Script, diary: Diary, rng: random.Random) -> None:
    """Take each step that the site leads to, until it leads to the cases or to the end."""
    room = reverse("studies:reading", args=[script.participant])
    for _ in range(20):
        place = browser.get(room).location
        kind = place.rstrip("/").rpartition("/")[2]
        if not place.startswith(room) or kind == "done":
            return
        if kind == "display":
            browser.send(reverse("viewer:display-save"), DISPLAY)
        reply = browser.form(place, _fields(kind, script.flow, rng))
        if reply.status != 302:
            raise Refused(f"{kind}: {reply.status}")
        diary.steps.append(kind)
    raise Refused("the steps do not end")


def _fields(kind: str, flow: Mapping[str, Any], rng: random.Random) -> list[tuple[str, str]]:
    if kind == "consent":
        return [("statement", str(place)) for place, _ in enumerate(flow["consent"]["statements"], 1)]
    if kind == "instructions":
        return [(str(place), str(item["correct"])) for place, item in enumerate(flow.get("quiz", []))]
    if kind not in ("questionnaire", "debrief"):
        return []
    answers = simulated_answers(flow[kind], rng.gauss(0, 1), rng)
    given = {key: value if isinstance(value, list) else [value] for key, value in answers.items()}
    return [(key, str(one)) for key, values in given.items() for one in values]


def _cases(browser: Browser, script: Script, diary: Diary, rng: random.Random) -> None:
    address = reverse("studies:next", args=[script.participant])
    while script.leaves_after is None or len(diary.accepted) < script.leaves_after:
        started = time.perf_counter()
        reply = browser.get(address)
        diary.next_s.append(time.perf_counter() - started)
        if reply.status == 204:
            return
        if reply.status != 200:
            raise Refused(f"next: {reply.status} {_code(reply)}")
        shown = reply.json()
        if shown["token"] in diary.accepted:
            raise Refused("next: a case that was answered before")
        _answer(browser, script, shown, diary, rng)


def _answer(browser: Browser, script: Script, shown: Mapping[str, Any], diary: Diary, rng: random.Random) -> None:
    body = _body(shown, script.calls[shown["token"]], rng)
    address = reverse("studies:response", args=[uuid.UUID(int=rng.getrandbits(128), version=4)])
    fault = rng.choice(FAULTS) if rng.random() < script.fault_share else ""
    if fault:
        diary.faults[fault] += 1
    if fault == "lost_reply":
        browser.put_and_vanish(address, body, share=1)
    elif fault == "cut_request":
        browser.put_and_vanish(address, body, share=rng.random())
    twice = _start_twin(browser, address, body) if fault == "double_click" else None
    reply = _put_until(browser, address, body, diary)
    if twice is not None:
        _join(twice, reply, diary)
    if fault == "second_tab":
        _other_tab(browser, shown, body, diary)
    expected = canonical_hash({key: body[key] for key in ("trial", "revision", "answers", "marks")})
    if reply.json().get("sha256") != expected:
        raise Refused("answer: another hash than that of what was sent")
    diary.accepted[shown["token"]] = expected


def _body(shown: Mapping[str, Any], call: float, rng: random.Random) -> dict[str, Any]:
    questions, image = shown["questions"], shown.get("image") or {}
    size = (image.get("height", 0), image.get("width", 0))
    return {
        "trial": shown["token"],
        "revision": 1,
        "answers": simulated_answers(questions, call, rng),
        "marks": simulated_marks(questions, *size, rng) if min(size) >= 8 else [],
        "client_at": datetime.datetime.now(datetime.UTC).isoformat(),
        "active_ms": int(1000 * simulated_seconds(shown["index"], rng)),
    }


def _put_until(browser: Browser, address: str, body: Mapping[str, Any], diary: Diary) -> Reply:
    """Send until it is acknowledged, as the outbox does: the same identifier each time.

    Raises:
        Refused: when the site says no, or nothing for too long.
    """
    said = ""
    for attempt in range(TRIES):
        started = time.perf_counter()
        try:
            reply = browser.put(address, body)
        except OSError as error:
            said = type(error).__name__
        else:
            if reply.status in (200, 201):
                diary.answer_s.append(time.perf_counter() - started)
                return reply
            said = f"{reply.status} {_code(reply)}"
            if reply.status < 500:
                break
        time.sleep(WAIT_S * 2**attempt)
    raise Refused(f"answer: {said}")


def _start_twin(browser: Browser, address: str, body: Mapping[str, Any]) -> tuple[threading.Thread, list[Reply]]:
    """Send the same again on another connection at the same moment."""
    twin, replies = browser.twin(), list[Reply]()

    def send() -> None:
        replies.append(twin.put(address, body))
        twin.close()

    thread = threading.Thread(target=send, daemon=True)
    thread.start()
    return thread, replies


def _join(twice: tuple[threading.Thread, list[Reply]], reply: Reply, diary: Diary) -> None:
    thread, replies = twice
    thread.join()
    statuses = sorted([reply.status, *(one.status for one in replies)])
    if statuses != [200, 201]:
        diary.unexpected.append(f"double click: {statuses}, expected one stored and one acknowledged")


def _other_tab(browser: Browser, shown: Mapping[str, Any], body: Mapping[str, Any], diary: Diary) -> None:
    """Answer the same case from another tab under an identifier of its own: the first answer stands."""
    twin = browser.twin()
    reply = twin.put(reverse("studies:response", args=[uuid.uuid4()]), body)
    twin.close()
    if reply.status != 409:
        diary.unexpected.append(f"second tab: {reply.status}, expected 409 for case {shown['index']}")


def _code(reply: Reply) -> str:
    error = reply.json().get("error") or {}
    return f"{error.get('code', '')} {error.get('message', '')}".strip()
