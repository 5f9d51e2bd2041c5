"""`manage.py permission_matrix [--check FILE]`: prints who may open which address."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from studies.matrix import markdown


class Command(BaseCommand):
    """Prints docs/permissions.md."""

    help = "Print who may open which address, as Markdown; with --check compare a file with it."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("--check", type=Path, metavar="FILE")

    def handle(self, *args: Any, **options: Any) -> None:
        """Print or compare."""
        text = markdown()
        if options["check"] is None:
            self.stdout.write(text, ending="")
        elif options["check"].read_text(encoding="utf-8") != text:
            raise CommandError(f"{options['check']} is not what permission_matrix prints. Print it again.")
