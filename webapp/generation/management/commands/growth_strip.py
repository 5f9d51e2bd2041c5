"""Draws a picture and saves how it grows as one row of images, as in the documentation."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.core.errors import DomainError
from webapp.generation import engine
from webapp.generation.parameters import parameters_from
from webapp.generation.strip import GrowthStrip


class Command(BaseCommand):
    """`manage.py growth_strip FILE [--seed N] [--label NAME=VALUE ...] [--side PX]`."""

    help = __doc__
    requires_system_checks: list[str] = []

    def add_arguments(self, parser: CommandParser) -> None:
        """Take the file and what is drawn."""
        parser.add_argument("file", type=Path)
        parser.add_argument("--seed", default="7")
        parser.add_argument("--label", action="append", default=[], metavar="NAME=VALUE")
        parser.add_argument("--side", type=int, default=240, help="width of each image, px")

    def handle(self, *args: Any, **options: Any) -> None:
        """Draw and save."""
        raw = dict(label.partition("=")[::2] for label in options["label"])
        try:
            asked = parameters_from(engine.bundle_card(), {**raw, "seed": options["seed"]})
            strip = GrowthStrip(asked).row(options["side"])
        except DomainError as error:
            raise CommandError(error.message) from error
        strip.save(options["file"], optimize=True)
        self.stdout.write(f"{options['file']}: {strip.width} × {strip.height} px")
