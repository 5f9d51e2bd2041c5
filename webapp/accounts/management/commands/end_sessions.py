"""`manage.py end_sessions NAME` or `--all`: signs a person out everywhere, or everybody."""

from __future__ import annotations

from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.accounts.models import User
from webapp.accounts.services import sessions_end


class Command(BaseCommand):
    """Ends sessions."""

    help = "End every session of an account, or with --all of all accounts. Access tokens stay."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username", nargs="?", default="")
        parser.add_argument("--all", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """End them or say why not."""
        name, everybody = options["username"], options["all"]
        if bool(name) == everybody:
            raise CommandError("Give the name of an account, or --all.")
        people = list(User.objects.all() if everybody else User.objects.filter(username=name))
        if not people:
            raise CommandError(f"There is no account {name!r}.")
        for user in people:
            sessions_end(user)
        self.stdout.write(f"Ended the sessions of {len(people)} account{'' if len(people) == 1 else 's'}.")
