"""Generation on demand: times to a picture, lockstep, the platform's cost, lost events, and recovery from kills.

Every figure of time stands beside another of the same run, on the same machine with the same model.
"""

from __future__ import annotations

import asyncio
import itertools
import tempfile
import time
from pathlib import Path
from typing import Any

from bench.generation_site import Site, wait_for
from bench.table import Row

CLIENTS, EVENTS, EVENTS_PER_S = 100, 50, 5
RECOVERY_LIMIT_S = 15.0
STEPS_QUICK = 5

_seeds = itertools.count(1)


def measure(bundle: str = "phantom", *, quick: bool = False) -> list[Row]:
    """Measure and return the rows.

    Args:
        bundle: name or folder of the model.
        quick: few steps, three pictures, twenty clients; shows that every row works, the figures mean little.
    """
    with tempfile.TemporaryDirectory(prefix="mambo-bench-") as folder:
        site = Site(Path(folder), bundle)
        try:
            raw = {"steps": str(STEPS_QUICK)} if quick else {}
            count = 3 if quick else 8
            worker = site.start_worker("one", together=1)
            rows = _one_picture(site, raw, repeats=1 if quick else 5)
            one_by_one = _draw_waiting(site, raw, count)
            site.end(worker)
            worker = site.start_worker("first", together=count)
            rows += _lockstep_rows(count, one_by_one, _draw_waiting(site, raw, count))
            rows += _events(site, clients=20 if quick else CLIENTS, events=10 if quick else EVENTS)
            return rows + _kills(site, raw, worker)
        finally:
            site.stop()


def _ask(site: Site, raw: dict[str, str], name: str = "ada") -> Any:
    from webapp.generation import engine
    from webapp.generation.services.requests import request_create

    return request_create(
        user=site.person(name), card=engine.bundle_card(), raw={**raw, "seed": str(next(_seeds))}
    )


def _ended(*requests: Any) -> bool:
    for request in requests:
        request.refresh_from_db()
    if any(request.state == "failed" for request in requests):
        raise RuntimeError(f"a request failed: {[request.error for request in requests]}")
    return all(not request.is_live for request in requests)


def _one_picture(site: Site, raw: dict[str, str], *, repeats: int) -> list[Row]:
    """Return the rows of one picture at a time."""
    from webapp.generation.tasks import ring

    first, whole, claimed, work, bare, bare_work = [], [], [], [], [], []
    for _ in range(repeats):  # site and bare engine in turn, so that both meet the same machine
        request = _ask(site, raw)
        began = time.monotonic()
        ring(request.pk)
        wait_for(lambda one=request: _ended(one) or one.overview_id is not None, "the overview")  # type: ignore[misc]
        first.append(time.monotonic() - began)
        wait_for(lambda one=request: _ended(one), "the picture", every_s=0.25)  # type: ignore[misc]
        whole.append((request.finished_at - request.created_at).total_seconds())
        claimed.append((request.finished_at - request.started_at).total_seconds())
        work.append(request.cpu_s)
        seconds, spent = _bare_seconds(raw, request.seed)
        bare.append(seconds)
        bare_work.append(spent)
    peer = "the bare engine"
    return [
        Row("request to first picture", _middle(first), "s"),
        Row("request to full picture", _middle(whole), "s", peer, _ratio(whole, bare)),
        Row("from a worker's claim to the stored picture", _middle(claimed), "s", peer, _ratio(claimed, bare)),
        Row("its processor time", _middle(work), "core s", peer, _ratio(work, bare_work)),
    ]


def _ratio(ours: list[float], peers: list[float]) -> float:
    """Return the median of the rounds' ratios."""
    return _middle([one / peer for one, peer in zip(ours, peers, strict=True)])


def _bare_seconds(raw: dict[str, str], seed: int) -> tuple[float, float]:
    """Return seconds and core seconds of the engine alone, in this process: no broker, nothing stored."""
    from webapp.generation import engine
    from webapp.generation.parameters import parameters_from

    engine.warm_up()
    nobody = engine.Observer(lambda *step: None, lambda *preview: None, lambda: False)
    asked = parameters_from(engine.bundle_card(), {**raw, "seed": str(seed)})
    began, spent = time.monotonic(), time.process_time()
    engine.draw(asked, nobody)
    return time.monotonic() - began, time.process_time() - spent


def _draw_waiting(site: Site, raw: dict[str, str], count: int) -> float:
    """Seconds in which the running worker draws so many waiting pictures."""
    from webapp.generation.tasks import ring

    requests = [
        _ask(site, raw, name) for name, _ in zip(itertools.cycle(("ada", "ben")), range(count), strict=False)
    ]
    began = time.monotonic()
    for request in requests:
        ring(request.pk)
    wait_for(lambda: _ended(*requests), "waiting pictures")
    return time.monotonic() - began


def _lockstep_rows(count: int, one_by_one: float, together: float) -> list[Row]:
    rate, name = 3600 * count, f"{count} waiting"
    return [
        Row(f"{name}, one after another", rate / one_by_one, "pictures/h"),
        Row(f"{name}, in lockstep", rate / together, "pictures/h", "one after another", one_by_one / together),
    ]


def _events(site: Site, *, clients: int, events: int) -> list[Row]:
    """Count what websocket clients miss of the events of one request."""
    from webapp.generation.services.requests import request_cancel

    web, request = site.start_web(), _ask(site, {})
    cookie = _session(request.user)
    got, late_ms = asyncio.run(_listen(site, request.token, cookie, clients=clients, events=events))
    request_cancel(request)
    site.end(web)
    return [
        Row(f"events lost of {events} for each of {clients} clients", clients * events - got, "events"),
        Row("event to the last client", late_ms, "ms"),
    ]


async def _listen(site: Site, token: str, cookie: str, *, clients: int, events: int) -> tuple[int, float]:
    from asgiref.sync import sync_to_async
    from websockets.asyncio.client import connect

    from webapp.generation.progress import publish

    origin = f"http://127.0.0.1:{site.web_port}"
    headers = {"Cookie": f"sessionid={cookie}"}
    address = f"{origin.replace('http', 'ws')}/ws/generate/{token}/"
    sockets = [await connect(address, origin=origin, additional_headers=headers) for _ in range(clients)]  # type: ignore[arg-type]
    for socket in sockets:
        await asyncio.wait_for(socket.recv(), 20)  # the present state
    got, late = 0, []

    async def count(socket: Any) -> None:
        nonlocal got
        await asyncio.wait_for(socket.recv(), 5)
        got += 1

    for number in range(events):
        began = time.monotonic()
        fields = {"state": "running", "stage": "patch", "done": number, "total": events}
        await sync_to_async(publish)(token, {"type": "request.progress", "fields": fields})
        await asyncio.gather(*(count(socket) for socket in sockets), return_exceptions=True)
        late.append(time.monotonic() - began)
        await asyncio.sleep(max(0.0, 1 / EVENTS_PER_S - late[-1]))
    for socket in sockets:
        await socket.close()
    return got, 1000 * _middle(late)


def _session(user: Any) -> str:
    from django.test import Client

    client = Client()
    client.force_login(user, backend="django.contrib.auth.backends.ModelBackend")
    return client.cookies["sessionid"].value


def _kills(site: Site, raw: dict[str, str], worker: Any) -> list[Row]:
    """Kill the drawing worker of two; then the broker, while a request waits in it."""
    from webapp.generation.tasks import ring

    spare = site.start_worker("spare")
    request = _ask(site, {"steps": "60"})  # long enough to be killed in
    ring(request.pk)
    wait_for(lambda: _ended(request) or bool(request.stage), "the drawing")
    site.kill(worker if _computes(worker) else spare)
    killed = wait_for(lambda: _ended(request) or request.attempts == 2, "the second attempt")
    wait_for(lambda: _ended(request), "the picture")
    site.kill(site.broker)
    waiting = _ask(site, raw)
    ring(waiting.pk)  # the bell is lost
    site.broker = site.start_broker()
    revived = wait_for(lambda: _ended(waiting) or waiting.attempts == 1, "a drawing after the broker came back")
    limit = "the limit of 15 s"
    return [
        Row("worker killed: until another draws on", killed, "s", limit, killed / RECOVERY_LIMIT_S),
        Row("broker killed and back: until the next drawing", revived, "s", limit, revived / RECOVERY_LIMIT_S),
    ]


def _computes(worker: Any) -> bool:
    """Tell whether this worker's child is computing, by the processor time of a second."""

    def spent() -> float:
        stat = 0.0
        for child in _children(worker.pid):
            fields = Path(f"/proc/{child}/stat").read_text().rsplit(")", 1)[1].split()
            stat += float(fields[11]) + float(fields[12])
        return stat

    before = spent()
    time.sleep(1.0)
    return spent() - before > 10  # ticks of 10 ms


def _children(pid: int) -> list[int]:
    found = [int(one) for one in Path(f"/proc/{pid}/task/{pid}/children").read_text().split()]
    return found + [grandchild for child in found for grandchild in _children(child)]


def _middle(values: list[float]) -> float:
    return sorted(values)[len(values) // 2]
