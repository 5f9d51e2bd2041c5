"""One answer of a simulated reader, and what can befall it between hand and server."""

from __future__ import annotations

import datetime
import random
import threading
import time
import uuid
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from studies.design.canonical import canonical_hash
from studies.design.simulated_answers import simulated_answers, simulated_marks, simulated_seconds
from studies.services.rehearsal.browser import Browser, Reply
from studies.services.rehearsal.script import Diary, Refused, Script, said

FAULTS = ("double_click", "lost_reply", "cut_request", "second_tab", "second_device")
DRAFT_SHARE, LOOK_SHARE = 0.1, 0.2  # of the cases
TRIES, WAIT_S = 8, 0.05


def sitting_body() -> dict[str, Any]:
    """Return what a device says of itself when it begins."""
    now = datetime.datetime.now(datetime.UTC).isoformat()
    return {"client_at": now, "screen": {"width": 2560, "height": 1440, "ratio": 1, "depth": 24}}


def answer(browser: Browser, script: Script, shown: Mapping[str, Any], diary: Diary, rng: random.Random) -> None:
    """Draft, look around, and answer the case that is shown, with the fault that chance deals.

    Raises:
        Refused: when the site does not take the answer, or acknowledges another one.
    """
    _around(browser, shown, diary, rng)
    body = _body(shown, script.calls[shown["token"]], rng)
    time.sleep(script.pace * body["active_ms"] / 1000)
    address = reverse("studies:response", args=[uuid.UUID(int=rng.getrandbits(128), version=4)])
    # By the place in the order alone: what is shown there differs from one rehearsal to the next.
    dealt = random.Random(f"{script.seed}|{shown['index']}")
    fault = dealt.choice(FAULTS) if dealt.random() < script.fault_share else ""
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
    elif fault == "second_device":
        _other_device(browser, script, shown, diary)
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
    told = ""
    for attempt in range(TRIES):
        started = time.perf_counter()
        try:
            reply = browser.put(address, body)
        except OSError as error:
            told = type(error).__name__
        else:
            if reply.status in (200, 201):
                diary.answer_s.append(time.perf_counter() - started)
                return reply
            told = said(reply)
            if reply.status < 500:
                break
        time.sleep(WAIT_S * 2**attempt)
    raise Refused(f"answer: {told}")


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


def _other_device(browser: Browser, script: Script, shown: Mapping[str, Any], diary: Diary) -> None:
    """Open the study on another device, which must be asked first, and come back to this one."""
    left = shown["index"] < shown["count"]  # after the last case there is nothing to hold back
    device, there = browser.twin(), reverse("studies:sittings", args=[script.participant])
    device.sitting = ""
    steps = [
        ("asks", device.send(there, sitting_body()), 409),
        ("takes over", device.send(there, sitting_body() | {"take_over": True}), 201),
        ("is told here", browser.get(reverse("studies:next", args=[script.participant])), 409 if left else 204),
        ("comes back", browser.send(there, sitting_body() | {"take_over": True}), 201),
    ]
    browser.sitting = steps[-1][1].json().get("sitting", "")
    device.close()
    diary.unexpected += [
        f"second device {what}: {reply.status}, expected {expected}"
        for what, reply, expected in steps
        if reply.status != expected
    ]


def _around(browser: Browser, shown: Mapping[str, Any], diary: Diary, rng: random.Random) -> None:
    """Save a draft and send what was done with the picture, now and then twice."""
    if rng.random() < DRAFT_SHARE:
        draft = reverse("studies:draft", args=[shown["token"]])
        body: dict[str, Any] = {"answers": {}, "marks": []}
        for version, expected in ((0, 200), (0, 412), (1, 200)):  # the second is of a window that knows less
            reply = browser.put(draft, body, version=version)
            if reply.status != expected:
                diary.unexpected.append(f"draft over {version}: {said(reply)}, expected {expected}")
    if rng.random() < LOOK_SHARE:
        events = [{"seq": n, "t": 400 * n, "kind": kind, "data": {}} for n, kind in enumerate(("shown", "zoom"))]
        batch = {"batch": str(uuid.UUID(int=rng.getrandbits(128), version=4)), "events": events}
        for _ in range(2):
            reply = browser.send(reverse("studies:interactions", args=[shown["token"]]), batch)
            if reply.status != 201:
                diary.unexpected.append(f"interactions: {said(reply)}")
