"""Tells whether a worker is heard of and takes messages; for a container's health check and for people."""

from __future__ import annotations

from typing import Any

from celery import current_app
from celery.utils.nodenames import default_nodename, host_format
from django.core.management.base import BaseCommand, CommandError, CommandParser
from django.db import DatabaseError
from django.utils import timezone

from webapp.generation.health import broker_answers
from webapp.generation.selectors import worker_alive, worker_list

PING_S = 3.0


class Command(BaseCommand):
    """`manage.py worker_ready NAME`: NAME as after `-n`, such as `generation@%h`."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the worker's name."""
        parser.add_argument("name", help="as after -n; %%h is this host's name")

    def handle(self, *args: Any, **options: Any) -> None:
        """Ask the rows for its heartbeat and the worker itself for an answer."""
        name = host_format(default_nodename(options["name"]))
        now = timezone.now()
        try:
            found = [worker for worker in worker_list() if worker.name == name]
        except DatabaseError as error:
            raise CommandError("The database is away.") from error
        if not found:
            raise CommandError(f"{name}: not heard of.")
        if not worker_alive(found[0], now):
            age = (now - found[0].last_seen).total_seconds()
            raise CommandError(f"{name}: last heard of {age:.0f} s ago.")
        if not broker_answers():
            raise CommandError("The broker is away.")
        if not current_app.control.ping(destination=[name], timeout=PING_S):
            raise CommandError(f"{name}: no answer to a message within {PING_S:.0f} s.")
        self.stdout.write(f"{name}: ready")
