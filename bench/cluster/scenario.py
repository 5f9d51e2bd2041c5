"""The whole of it: an undisturbed run, the same again under faults, and what came of each answer and picture."""

from __future__ import annotations

import itertools
import sys
import threading
import time
from bisect import bisect_right
from collections import Counter
from dataclasses import dataclass, field, replace
from typing import Any

from bench.cluster import scaling
from bench.cluster.drawing import Asker, downloaded, people_made
from bench.cluster.faults import Fault, schedule
from bench.cluster.readers import Reader
from bench.cluster.services import SITE
from bench.cluster.site import Cluster, closed
from bench.cluster.study import readers_enrolled, study_made, tiles_that_differ
from bench.table import Row

READERS, CASES, SEEDS, LAPS = 4, 200, 8, 150
QUICK_READERS, QUICK_CASES, QUICK_SEEDS, QUICK_LAPS = 2, 40, 2, 100
CALM_S, RECOVERY_S = 1.0, 45.0
Hashes = dict[int, set[str]]  # by seed


@dataclass(frozen=True)
class Met:
    """A fault that was met.

    Args:
        name: in words.
        at: seconds after the first fault.
        lasted: seconds.
        pause: the longest time without a confirmed answer from its beginning until all was well again.
        wait: the longest time that one reader waited for one answer's receipt meanwhile.
        answer: seconds from its end to the first answer that was sent and confirmed after it.
        picture: seconds from its end to the first picture finished after it.
        back: seconds from its end until the host that was hit worked again.
        lost: answers confirmed from its beginning to the next one's that are not stored as they were.
        doubled: of those, answers that are stored more than once.
    """

    name: str
    at: float
    lasted: float
    pause: float
    wait: float
    answer: float
    picture: float
    back: float
    lost: int = 0
    doubled: int = 0


@dataclass
class Outcome:
    """What came of it all."""

    rehearsal: dict[str, Any] = field(default_factory=dict)
    met: list[Met] = field(default_factory=list)
    told: Counter[str] = field(default_factory=Counter)
    problems: list[str] = field(default_factory=list)
    scaling: list[Row] = field(default_factory=list)


def play(cluster: Cluster, *, quick: bool) -> Outcome:
    """Run the scenario."""
    readers, cases = (QUICK_READERS, QUICK_CASES) if quick else (READERS, CASES)
    seeds = list(range(1, 1 + (QUICK_SEEDS if quick else SEEDS)))
    outcome = Outcome()
    _say("the pictures of an undisturbed run")
    expected = _undisturbed(cluster, seeds, outcome)
    _say("a rehearsal, undisturbed")
    draft, owner = study_made("Cluster", cases, seed=1)
    outcome.rehearsal = _rehearsed(cluster, quick)
    stop = threading.Event()
    study, people = readers_enrolled(draft, owner, base=cluster.base, count=readers, stop=stop)
    asker = Asker(cluster.base, seeds, people_made(QUICK_LAPS if quick else LAPS, "disturbed"), stop)
    threads = [threading.Thread(target=one.read, name=one.name, daemon=True) for one in people]
    closed()
    for thread in (*threads, asker):
        thread.start()
    _first_answers(people)
    began = time.time()
    for fault in schedule(cluster, quick=quick):
        outcome.met.append(_meet(cluster, fault, people, asker, began))
        _say(str(outcome.met[-1]))
        time.sleep(1 if quick else CALM_S)
    stop.set()
    for thread in (*threads, asker):
        thread.join(300)
    _compared(cluster, outcome, study, people=people, asker=asker, expected=expected)
    outcome.met = _attributed(outcome.met, study, people, began)
    _say("one host and two")
    outcome.scaling = scaling.rows(cluster, people, quick=quick)
    return outcome


def _say(text: str) -> None:
    sys.stderr.write(f"cluster: {text}\n")


def _undisturbed(cluster: Cluster, seeds: list[int], outcome: Outcome) -> dict[int, set[str]]:
    people = people_made(1, "calm")
    asker = Asker(cluster.base, seeds, people, threading.Event())
    asker.run()
    outcome.problems += [asker.problem] if asker.problem else []
    outcome.problems += list(asker.failed.values())
    _download(cluster, asker, outcome)
    return asker.by_seed()


def _download(cluster: Cluster, asker: Asker, outcome: Outcome) -> None:
    """Take the pictures as a person does, from the store through web host and front."""
    pixels = downloaded(cluster.base, asker.people[0], list(asker.finished))
    other = sum(digest != asker.hashes[token] for token, digest in pixels.items())
    outcome.told["pictures that came over HTTPS"] += len(pixels)
    outcome.told["pictures that came over HTTPS with other pixels than were drawn"] += other


def _rehearsed(cluster: Cluster, quick: bool) -> dict[str, Any]:
    """Rehearse a small study through the front, with the faults of hand and network that a rehearsal has."""
    from studies.services.rehearsal import Plan, study_rehearse

    study, _ = study_made("Rehearsed", 6 if quick else 20, seed=2)
    plan = Plan(readers=2 if quick else 4, at_once=4)
    return study_rehearse(study, plan, base=cluster.base, host=SITE)


def _first_answers(people: list[Reader]) -> None:
    deadline = time.monotonic() + 120
    while not all(one.told or one.stuck for one in people) and time.monotonic() < deadline:
        time.sleep(0.1)


def _meet(cluster: Cluster, fault: Fault, people: list[Reader], asker: Asker, origin: float) -> Met:
    """Let a fault come and go, and wait until all goes on."""
    began = time.time()
    more = fault.begin()
    time.sleep(fault.lasts)
    ended = time.time()
    fault.end()
    found: dict[str, float] = {}
    while len(found) < 3 and time.time() - ended < RECOVERY_S:
        told = [one for reader in people for one in list(reader.told.values())]
        _note(found, "answer", [one.confirmed for one in told if one.asked >= ended], ended)
        _note(found, "picture", [at for at in list(asker.finished.values()) if at >= ended], ended)
        if "back" not in found and fault.back():
            found["back"] = time.time() - ended
        time.sleep(0.05)
    told = [one for reader in people for one in list(reader.told.values())]
    moments = sorted(one.confirmed for one in told)
    missing = float("inf")
    closed()
    return Met(
        f"{fault.name}{f': {more}' if more else ''}",
        at=began - origin,
        lasted=ended - began,
        pause=_longest(moments, began, time.time()),
        wait=max((one.confirmed - one.asked for one in told if one.confirmed >= began), default=0.0),
        answer=found.get("answer", missing),
        picture=found.get("picture", missing),
        back=found.get("back", missing),
    )


def _note(found: dict[str, float], name: str, moments: list[float], since: float) -> None:
    if name not in found and moments:
        found[name] = min(moments) - since


def _longest(moments: list[float], began: float, ended: float) -> float:
    """Return the longest time between two of the moments that overlaps what lies between began and ended."""
    inside = [one for one in moments if began < one < ended]
    before = [one for one in moments if one <= began]
    line = [before[-1] if before else began, *inside, ended]
    return max(later - earlier for earlier, later in itertools.pairwise(line))


def _compared(
    cluster: Cluster,
    outcome: Outcome,
    study: Any,
    people: list[Reader],
    asker: Asker,
    expected: dict[int, set[str]],
) -> None:
    """Compare what was told with what is stored, and each picture with the undisturbed one."""
    from bench.faults import _verdict

    closed()
    outcome.told.update(_verdict(study, people))  # type: ignore[arg-type]
    _download(cluster, asker, outcome)
    different = sum(digest not in expected[asker.asked[token]] for token, digest in asker.hashes.items())
    outcome.told.update(
        {
            "requests sent again": sum(one.tries for one in people),
            "tiles loaded": sum(len(one.tiles) for one in people),
            "cases with different tiles": tiles_that_differ(study, people),
            "pictures asked for": len(asker.asked),
            "pictures not finished": asker.live + len(asker.failed),
            "pictures unlike the undisturbed": different,
            "pictures drawn at a later attempt": asker.attempts - len(asker.finished),
            "undisturbed seeds without exactly one picture": sum(len(one) != 1 for one in expected.values()),
            "programs that ended by themselves and were started again": sum(
                host.restarts for host in cluster.hosts.values()
            ),
        }
    )
    outcome.problems += [one.stuck for one in people if one.stuck] + ([asker.problem] if asker.problem else [])
    outcome.problems += [f"picture {text}" for text in asker.failed.values()]
    outcome.problems += outcome.rehearsal.get("unexpected", [])


def _attributed(met: list[Met], study: Any, people: list[Reader], origin: float) -> list[Met]:
    """Count to each fault the lost and doubled answers of those confirmed from its beginning to the next one's."""
    from studies.models.response import Response

    stored: dict[str, list[str]] = {}
    for token, digest in Response.objects.filter(trial__participant__study=study).values_list(
        "trial__token", "sha256"
    ):
        stored.setdefault(token, []).append(digest)
    begins = [origin + one.at for one in met]
    lost, doubled = Counter[int](), Counter[int]()
    for reader in people:
        for token, digest in reader.accepted.items():
            place = bisect_right(begins, reader.told[token].confirmed) - 1
            lost[place] += digest not in stored.get(token, [])
            doubled[place] += len(stored.get(token, [])) > 1
    closed()
    return [replace(one, lost=lost[n], doubled=doubled[n]) for n, one in enumerate(met)]
