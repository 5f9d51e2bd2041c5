"""`manage.py demo_study --phantoms DIR --generated DIR`: the demo's accounts, images and open study."""

from __future__ import annotations

import argparse
from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError
from tqdm import tqdm

from studies.models.study import Study
from studies.services.demo import TITLE, demo_accounts, demo_study_create
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError
from webapp.imaging.ingest.errors import IngestError
from webapp.imaging.ingest.labels import FILE_NAME, read_labels
from webapp.imaging.models import Image
from webapp.imaging.services import image_ingest

SUFFIXES = {".png", ".tif", ".tiff", ".pgm", ".dcm", ".jpg", ".jpeg"}


class Command(BaseCommand):
    """Fills the demo on its first run; a second run finds everything and changes nothing.

    The first phantom is the home page's and no case of the study.
    """

    help = "Create the demo's accounts and its open study of phantoms and generated images."

    def add_arguments(self, parser: argparse.ArgumentParser) -> None:
        """Declare the arguments."""
        parser.add_argument(
            "--phantoms",
            type=Path,
            metavar="DIR",
            help="reference images, with labels.csv; the first is for the home page",
        )
        parser.add_argument("--generated", type=Path, metavar="DIR", help="generated images, with labels.csv")

    def handle(self, *args: Any, **options: Any) -> None:
        """Make what is missing and say what there is."""
        users = demo_accounts()
        self.stdout.write("Accounts: " + ", ".join(users) + ".")
        if Study.objects.filter(title=TITLE, created_by=users["admin"]).exists():
            self.stdout.write(f"The study “{TITLE}” is there already.")
            return
        if not (options["phantoms"] and options["generated"]):
            self.stdout.write("No study: give --phantoms and --generated to make one.")
            return
        try:
            # The home page shows the first phantom to anybody, so a reader would know that case's origin.
            images = _brought(options["phantoms"], "phantom", users["admin"])[1:]
            images += _brought(options["generated"], "generated", users["admin"])
            study = demo_study_create(images, users["admin"], wrap=_bar)
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"The study “{study.title}” is open with {len(images)} cases.")


def _bar(identities: list[int]) -> Any:
    return tqdm(identities, unit="picture", desc="preparing", leave=False, disable=None)


def _brought(folder: Path, source: str, owner: User) -> list[Image]:
    """Return the folder's images in the library, those brought in before included."""
    if not folder.is_dir():
        raise CommandError(f"There is no folder {folder}.")
    files = sorted(path for path in folder.iterdir() if path.suffix.lower() in SUFFIXES)
    if not files:
        raise CommandError(f"{folder} holds no image.")
    labels = _labels(folder / FILE_NAME)
    images = []
    for path in tqdm(files, unit="file", desc=source, leave=False, disable=None):
        name = path.name
        known = Image.objects.filter(title=name, source=source).first()
        try:
            row = labels.get(name, {})
            images.append(known or image_ingest(path, name=name, created_by=owner, source=source, labels=row))
        except ConflictError:
            continue  # the same picture under another name
    return images


def _labels(table: Path) -> dict[str, dict[str, str]]:
    if not table.is_file():
        return {}
    try:
        return read_labels(table.read_text(encoding="utf-8-sig"))
    except (IngestError, UnicodeDecodeError) as error:
        raise CommandError(f"{table}: {error}") from error
