"""What a second host brings: answers a second with two web hosts, pictures an hour with two workers.

All hosts share the cores of one machine, so each host that is counted is held to a share of one core: what is
compared is then the same host once and twice, and not how the machine divides its cores.
"""

from __future__ import annotations

import math
import signal
import statistics
import threading
import time
from dataclasses import dataclass, field

from bench.cluster.drawing import Asker, people_made
from bench.cluster.readers import Page, Reader
from bench.cluster.services import SITE, write_front
from bench.cluster.site import GONE, WEB, WORKERS, Cluster, wait_for
from bench.table import Row

WEB_SHARE, WORKER_SHARE = 0.2, 0.4  # of one core
SECONDS, CONNECTIONS, SETTLE_S = 7.0, 8, 1.5
PICTURES = 4


@dataclass
class Load:
    """What came back in a while."""

    taken: list[float] = field(default_factory=list)
    errors: int = 0
    seconds: float = 0.0

    @property
    def rate(self) -> float:
        """Answers a second."""
        return len(self.taken) / self.seconds

    @property
    def p95_ms(self) -> float:
        """The 95th percentile of the times from request to answer, ms."""
        return 1000 * statistics.quantiles(self.taken, n=20)[-1] if len(self.taken) > 1 else math.nan


def rows(cluster: Cluster, people: list[Reader], *, quick: bool) -> list[Row]:
    """Return the rows.

    Args:
        cluster: with nothing else to do.
        people: readers who are signed in and have cases left.
        quick: seconds, and no workers; the figures mean little.
    """
    web = _web(cluster, people, 2.0 if quick else SECONDS)
    return web if quick else [*web, *_workers(cluster)]


def _web(cluster: Cluster, people: list[Reader], seconds: float) -> list[Row]:
    found = []
    for share, said in (
        (WEB_SHARE, f"each with {WEB_SHARE:.0%} of a core"),
        (0.0, "with the cores that there are"),
    ):
        for name in WEB:
            cluster.hosts[name].limit(share)
        loads = []
        for count in (1, 2):
            _front(cluster, count)
            loads.append(_load(cluster, people, seconds))
        one, two = loads
        found += [
            Row(f"1 web host, {said}", one.rate, "requests/s"),
            Row(f"2 web hosts, {said}", two.rate, "requests/s", "1 web host", two.rate / one.rate),
            Row(f"1 web host, {said}, p95", one.p95_ms, "ms"),
            Row(f"2 web hosts, {said}, p95", two.p95_ms, "ms", "1 web host", two.p95_ms / one.p95_ms),
            Row(f"errors meanwhile, {said}", one.errors + two.errors, ""),
        ]
    return found


def _front(cluster: Cluster, count: int) -> None:
    nginx = cluster.hosts["nginx"]
    write_front(nginx, [cluster.hosts[name].address for name in WEB[:count]])
    nginx.signal(signal.SIGHUP)
    time.sleep(SETTLE_S)


def _load(cluster: Cluster, people: list[Reader], seconds: float) -> Load:
    """Let a few connections ask for what a reader is shown next, each as fast as it is answered."""
    from django.urls import reverse

    found, until = Load(), time.monotonic() + seconds

    def ask(reader: Reader) -> None:
        page = Page(cluster.base, SITE, dict(reader.browser.cookies), reader.browser.sitting)
        address = reverse("studies:next", args=[reader.token])
        while time.monotonic() < until:
            began = time.perf_counter()
            try:
                status = page.get(address).status
            except GONE:
                status = 0
            found.taken.append(time.perf_counter() - began)
            found.errors += status not in (200, 204)  # 204: nothing is left to read
        page.close()

    threads = [threading.Thread(target=ask, args=[people[n % len(people)]]) for n in range(CONNECTIONS)]
    began = time.monotonic()
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    found.seconds = time.monotonic() - began
    return found


def _workers(cluster: Cluster, *, pictures: int = PICTURES) -> list[Row]:
    """Let one and then two workers draw as many waiting pictures."""
    for name in WORKERS:
        cluster.hosts[name].limit(WORKER_SHARE)
    second = cluster.hosts[WORKERS[1]]
    two = _pictures_per_hour(cluster, pictures, "two")
    second.power_off()
    time.sleep(16)  # until nobody counts on it
    one = _pictures_per_hour(cluster, pictures, "one")
    second.share = 0
    second.power_on()
    began = time.time()
    wait_for(lambda: cluster.serves(WORKERS[1], since=began), "the second worker")
    said = f"each with {WORKER_SHARE:.0%} of a core"
    return [
        Row(f"1 worker, {said}, {pictures} waiting", one, "pictures/h"),
        Row(f"2 workers, {said}, {pictures} waiting", two, "pictures/h", "1 worker", two / one),
    ]


def _pictures_per_hour(cluster: Cluster, pictures: int, name: str) -> float:
    seeds = list(range(1, pictures + 1))
    asker = Asker(cluster.base, seeds, people_made(1, name), threading.Event(), live_most=pictures)
    began = time.monotonic()
    asker.run()
    if len(asker.finished) != pictures:
        raise RuntimeError(f"{asker.problem or list(asker.failed.values())}: expected {pictures} pictures")
    return 3600 * pictures / (time.monotonic() - began)
