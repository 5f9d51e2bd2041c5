"""Writes the workers' heartbeats."""

from __future__ import annotations

from django.utils import timezone

from webapp.generation.models import WorkerHeartbeat


def worker_beat(name: str, *, queues: list[str], started: bool = False) -> None:
    """Say that the worker is alive; with `started`, forget what an earlier process of that name said."""
    now = timezone.now()
    fresh = {"last_seen": now, "queues": queues}
    if started:
        fresh |= {"started_at": now, "device": "", "bundle": ""}
    WorkerHeartbeat.objects.update_or_create(
        name=name, defaults=fresh, create_defaults={**fresh, "started_at": now}
    )


def worker_loaded(name: str, *, device: str, bundle: str) -> None:
    """Say which model the worker has loaded, and on which device."""
    now = timezone.now()
    facts = {"device": device, "bundle": bundle, "last_seen": now}
    WorkerHeartbeat.objects.update_or_create(
        name=name, defaults=facts, create_defaults={**facts, "started_at": now}
    )


def worker_leave(name: str) -> None:
    """Forget a worker that stopped in an orderly way."""
    WorkerHeartbeat.objects.filter(name=name).delete()
