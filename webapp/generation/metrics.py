"""Generation in figures for Prometheus, read from the database at each scrape.

The rows are the truth, so every web process answers the same, and nothing is lost with a process. A counter falls
only when a person is deleted together with their requests; Prometheus takes that for a restart. No label names a
person, a picture or a study.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime, timedelta
from typing import Any

from django.db.models import Count, DurationField, ExpressionWrapper, F, Min, Q, QuerySet, Sum
from django.utils import timezone
from prometheus_client.core import CounterMetricFamily, GaugeMetricFamily, HistogramMetricFamily, Metric
from prometheus_client.registry import Collector

from webapp.generation.health import broker_answers
from webapp.generation.models import GenerationRequest, Queue, State
from webapp.generation.selectors import worker_list

BUCKETS_S = (1, 2, 5, 10, 20, 30, 60, 120, 300, 600, 1800, 3600)


class Generation(Collector):
    """Queues, times, work, failures and workers."""

    def collect(self) -> Iterator[Metric]:
        """Yield each figure as the rows have it now."""
        rows, now = GenerationRequest.objects.all(), timezone.now()
        yield from _queues(rows, now)
        started = rows.filter(started_at__isnull=False)
        yield _histogram("wait", "from asking until the last attempt began", started, "created_at", "started_at")
        drawn = rows.filter(state=State.FINISHED)
        yield _histogram(
            "draw", "from the last attempt's begin to the picture", drawn, "started_at", "finished_at"
        )
        yield from _work(rows)
        yield from _workers(now)


def _queues(rows: QuerySet[GenerationRequest], now: datetime) -> Iterator[Metric]:
    counts = {
        (one["queue"], one["state"]): one["n"] for one in rows.values("queue", "state").annotate(n=Count("pk"))
    }
    held = GaugeMetricFamily("mambo_generation_requests", "Requests by queue and state", labels=["queue", "state"])
    waits = GaugeMetricFamily(
        "mambo_generation_oldest_wait_seconds", "How long the oldest waits", labels=["queue"]
    )
    oldest = dict(
        rows.filter(state=State.QUEUED).values_list("queue").annotate(first=Min("created_at")).order_by("queue")
    )
    for queue in Queue.values:
        for state in State.values:
            held.add_metric([queue, state], counts.get((queue, state), 0))
        waits.add_metric([queue], (now - oldest[queue]).total_seconds() if queue in oldest else 0)
    yield held
    yield waits


def _histogram(
    name: str, what: str, rows: QuerySet[GenerationRequest], begin: str, end: str
) -> HistogramMetricFamily:
    """Return how long it took, by queue."""
    family = HistogramMetricFamily(f"mambo_generation_{name}_seconds", f"Seconds {what}", labels=["queue"])
    timed = rows.annotate(took=ExpressionWrapper(F(end) - F(begin), DurationField()))
    below = {f"b{limit}": Count("pk", filter=Q(took__lte=timedelta(seconds=limit))) for limit in BUCKETS_S}
    found = timed.order_by().values("queue").annotate(n=Count("pk"), total=Sum("took"), **below)
    by_queue = {one["queue"]: one for one in found}
    for queue in Queue.values:
        one: dict[str, Any] = dict(by_queue.get(queue, {}))
        buckets: list[Any] = [(str(float(limit)), one.get(f"b{limit}", 0)) for limit in BUCKETS_S]
        total = one.get("total") or timedelta()
        family.add_metric([queue], [*buckets, ("+Inf", one.get("n", 0))], total.total_seconds())
    return family


def _work(rows: QuerySet[GenerationRequest]) -> Iterator[Metric]:
    spent = rows.aggregate(cpu=Sum("cpu_s"), gpu=Sum("gpu_s"), attempts=Sum("attempts"))
    for name, key, text in (
        ("cpu_seconds", "cpu", "Processor seconds spent on drawing"),
        ("gpu_seconds", "gpu", "Seconds for which a drawing held a card"),
        ("attempts", "attempts", "Attempts to draw"),
    ):
        yield CounterMetricFamily(f"mambo_generation_{name}", text, value=spent[key] or 0)
    failures = CounterMetricFamily("mambo_generation_failures", "Requests that failed, by kind", labels=["kind"])
    failed = rows.filter(state=State.FAILED).order_by().values("failure").annotate(n=Count("pk"))
    for one in failed:
        failures.add_metric([one["failure"] or "unknown"], one["n"])
    yield failures


def _workers(now: datetime) -> Iterator[Metric]:
    ages = GaugeMetricFamily(
        "mambo_worker_heartbeat_age_seconds", "Since a worker was last heard of", labels=["worker", "queues"]
    )
    for worker in worker_list():
        ages.add_metric([worker.name, " ".join(worker.queues)], (now - worker.last_seen).total_seconds())
    yield ages
    yield GaugeMetricFamily("mambo_broker_up", "Whether the broker answers", value=int(broker_answers()))
