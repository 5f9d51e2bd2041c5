"""All figures of the site for Prometheus.

What rows tell is read from the database at each scrape; what processes counted is the sum in Valkey. Both
are the same from every process and host. No label names a person, a study, a picture or what a picture shows.
"""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import redis
from django.conf import settings
from django.utils import timezone
from prometheus_client import CollectorRegistry, generate_latest
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from studies.selectors.figures import study_figures
from webapp.core.figures import BUCKETS_S, TIMEOUT_S, TOTAL, Series, flush, totals
from webapp.generation.metrics import Generation
from webapp.imaging.selectors import ingest_figures

COUNTERS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mambo_web_requests": (
        "Requests by method, name of the address, and kind of answer",
        ("method", "view", "status"),
    ),
    "mambo_refusals": ("What a person asked for and was refused, by the refusal's code", ("view", "code")),
    "mambo_tile_requests": ("Requests for tiles by answer; 304: the browser had it", ("status",)),
    "mambo_tile_bytes": ("Bytes of tiles, packed as they are sent", ()),
    "mambo_tasks": ("Tasks that workers ended", ("task", "outcome")),
}
HISTOGRAMS: dict[str, tuple[str, tuple[str, ...]]] = {
    "mambo_web_request_seconds": ("Seconds until a request was answered, with its wait for a place", ("view",)),
    "mambo_web_place_wait_seconds": ("Seconds that a request waited for a place in its process", ()),
    "mambo_tile_seconds": ("Seconds until a tile was sent", ()),
    "mambo_task_seconds": ("Seconds that a task took", ("task",)),
}  # fmt: skip
# Kombu keeps the messages of a priority in a list of their own; its steps are 0, 3, 6 and 9.
SUFFIXES = ("", "\x06\x163", "\x06\x166", "\x06\x169")


def metrics_text() -> bytes:
    """Return all figures in Prometheus' text format."""
    registry = CollectorRegistry(auto_describe=False)
    for collector in (Generation(), Studies(), Processes(), Broker()):
        registry.register(collector)
    return generate_latest(registry)


class Studies(Collector):
    """Studies, answers, and the preparation of pictures."""

    def collect(self) -> Iterator[Metric]:
        """Yield each sum as the rows have it now."""
        found = study_figures(timezone.now())
        yield _gauges("mambo_studies", "Studies by state", "state", found.studies)
        yield _gauges("mambo_study_pictures", "Cases by the state of their picture", "state", found.pictures)
        yield GaugeMetricFamily(
            "mambo_study_sittings", "Sittings heard of in the last five minutes", value=found.sittings
        )
        yield GaugeMetricFamily("mambo_study_answers", "Answers stored", value=found.answers)
        yield GaugeMetricFamily("mambo_study_drafts", "Drafts of answers not yet given", value=found.drafts)
        yield _gauges("mambo_ingest_runs", "Batches of files by state", "state", ingest_figures())


class Processes(Collector):
    """What all processes counted."""

    def collect(self) -> Iterator[Metric]:
        """Yield each sum; without Valkey there is none, and `mambo_figures_up` says so."""
        flush()
        try:
            held = totals()
        except redis.RedisError:
            yield GaugeMetricFamily("mambo_figures_up", "Whether the sums could be read", value=0)
            return
        yield GaugeMetricFamily("mambo_figures_up", "Whether the sums could be read", value=1)
        for name, (text, labels) in COUNTERS.items():
            family = CounterMetricFamily(name, text, labels=labels)
            for (held_as, values, _), value in sorted(held.items()):
                if held_as == f"{name}_total" and len(values) == len(labels):
                    family.add_metric(values, value)
            yield family
        for name, (text, labels) in HISTOGRAMS.items():
            yield _histogram(name, text, labels, held)


class Broker(Collector):
    """Messages that wait in the broker."""

    def collect(self) -> Iterator[Metric]:
        """Yield the length of each queue; nothing when the broker is away."""
        queues = sorted({settings.CELERY_TASK_DEFAULT_QUEUE, "interactive", "batch"})
        client = redis.Redis.from_url(
            settings.CELERY_BROKER_URL, socket_timeout=TIMEOUT_S, socket_connect_timeout=TIMEOUT_S
        )
        family = GaugeMetricFamily("mambo_queue_messages", "Messages that wait for a worker", labels=["queue"])
        try:
            for queue in queues:
                family.add_metric([queue], sum(int(client.llen(queue + end)) for end in SUFFIXES))  # type: ignore[arg-type]
        except redis.RedisError:
            family.samples.clear()
        finally:
            client.close()
        yield family


def _gauges(name: str, text: str, label: str, values: dict[str, int]) -> GaugeMetricFamily:
    family = GaugeMetricFamily(name, text, labels=[label])
    for value, n in values.items():
        family.add_metric([value], n)
    return family


def _histogram(name: str, text: str, labels: tuple[str, ...], held: dict[Series, float]) -> HistogramMetricFamily:
    """Return the histogram of a name; the buckets are held apart and told added up, as Prometheus has them."""
    family = HistogramMetricFamily(name, text, labels=labels)
    for values in sorted({values for held_as, values, _ in held if held_as == name}):
        if len(values) != len(labels):
            continue
        below, buckets = 0.0, []
        for limit in (*map(str, BUCKETS_S), "+Inf"):
            below += held.get((name, values, limit), 0)
            buckets.append((limit, below))
        told: Any = buckets
        family.add_metric(values, told, held.get((name, values, TOTAL), 0.0))
    return family
