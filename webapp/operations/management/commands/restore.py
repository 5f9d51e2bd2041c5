"""`manage.py restore FOLDER`: a backup into an empty database and an empty data folder."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.core.errors import DomainError
from webapp.operations.restore import backup_restore


class Command(BaseCommand):
    """Restores a backup and verifies it."""

    help = "Restore a backup into an empty database and an empty MAMBO_DATA_DIR, and verify every record."
    requires_migrations_checks = False

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Restore it and say what was verified."""
        try:
            manifest = backup_restore(options["folder"], self._progress)
        except DomainError as error:
            raise CommandError(error.message) from error
        for head in manifest.heads:
            self.stdout.write(f"{head.study}: whole, {head.events} events, head {head.hash} as in the backup")
        self.stdout.write(f"Restored the backup of {manifest.made_at}.")

    def _progress(self, done: int, count: int) -> None:
        if done == count or done % 500 == 0:
            self.stderr.write(f"{done} of {count} packs")
