"""`manage.py original TOKEN --out FILE`: writes a picture's file as it was brought in, patient's name and all."""

from __future__ import annotations

from pathlib import Path
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.core.errors import DomainError
from webapp.imaging.models import Image
from webapp.imaging.services.originals import original_bytes


class Command(BaseCommand):
    """Writes one kept original."""

    help = (
        "Write the file that a picture was made of. It names the patient. Needs MAMBO_KEEP_ORIGINALS when it came."
    )

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare picture and file."""
        parser.add_argument("token", help="of the picture: the last part of its page's address")
        parser.add_argument("--out", type=Path, required=True, help="file to write; it must not exist")

    def handle(self, *args: Any, **options: Any) -> None:
        """Write the file.

        Raises:
            CommandError: when there is no such picture or original, or the file exists.
        """
        image = Image.objects.filter(token=options["token"]).first()
        if image is None:
            raise CommandError(f"There is no picture {options['token']!r}.")
        try:
            with options["out"].open("xb") as file:
                options["out"].chmod(0o600)
                file.write(original_bytes(image))
        except FileExistsError as error:
            raise CommandError(f"{options['out']} exists already.") from error
        except (DomainError, OSError) as error:
            options["out"].unlink(missing_ok=True)
            raise CommandError(str(error)) from error
        self.stdout.write(f"{options['out']} holds “{image.title}” as it was brought in. It names the patient.")
