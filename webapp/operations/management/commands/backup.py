"""`manage.py backup FOLDER`: database and tile packs, consistent, with hashes and the heads of the records."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.core.errors import DomainError
from webapp.operations.backup import backup_make


class Command(BaseCommand):
    """Makes a backup while the site runs."""

    help = "Write a backup into an empty folder. The site may run meanwhile."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("folder", type=Path)

    def handle(self, *args: Any, **options: Any) -> None:
        """Make it and say what it holds."""
        try:
            manifest = backup_make(options["folder"], self._progress)
        except DomainError as error:
            raise CommandError(error.message) from error
        for head in manifest.heads:
            self.stdout.write(f"{head.study}: {head.events} events, head {head.hash}")
        self.stdout.write(
            f"Backup of {len(manifest.sha256) - 1} tile packs and the database in {options['folder']}."
        )

    def _progress(self, done: int, count: int) -> None:
        if done == count or done % 500 == 0:
            self.stderr.write(f"{done} of {count} packs")
