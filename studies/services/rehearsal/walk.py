"""One simulated reader's way over HTTP: sign-in, the steps of the flow, every case, the debrief."""

from __future__ import annotations

import random
import time
from collections.abc import Mapping
from typing import Any

from django.urls import reverse

from studies.design.simulated_answers import MEDIAN_S, simulated_answers
from studies.services.rehearsal.answering import answer, sitting_body
from studies.services.rehearsal.browser import Browser
from studies.services.rehearsal.script import Diary, Refused, Script, said

# Every square seen and every letter read, on a screen of plain size.
DISPLAY = {
    "pitch_mm": 0.25, "black": True, "white": True, "lines": True,
    "letters": [{"background": gray, "smallest": 1} for gray in (12, 128, 242)],
    "screen": {"width": 2560, "height": 1440, "ratio": 1, "depth": 24, "gamut": "srgb", "drawer": "webgl",
               "exact": True, "browser": "simulated"},
}  # fmt: skip


def walk(browser: Browser, script: Script) -> Diary:
    """Go the whole way and return what happened; what the site should not have said is in `unexpected`."""
    diary, rng = Diary(), random.Random(script.seed)
    try:
        if script.password:
            _sign_in(browser, script)
        _steps(browser, script, diary, rng)
        time.sleep(script.pace * rng.random() * MEDIAN_S)  # nobody begins at the same moment
        _sit_down(browser, script)
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


def _sit_down(browser: Browser, script: Script) -> None:
    reply = browser.send(reverse("studies:sittings", args=[script.participant]), sitting_body())
    if reply.status != 201:
        raise Refused(f"sitting: {said(reply)}")
    browser.sitting = reply.json()["sitting"]


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
            raise Refused(f"next: {said(reply)}")
        shown = reply.json()
        if shown["token"] in diary.accepted:
            raise Refused("next: a case that was answered before")
        answer(browser, script, shown, diary, rng)
