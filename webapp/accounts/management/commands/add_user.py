"""`manage.py add_user NAME --role admin|reader|demo`: creates an account; the password is asked for."""

from __future__ import annotations

import getpass
import sys
from typing import Any

from django.core.management.base import BaseCommand, CommandError, CommandParser

from webapp.accounts.models import Role
from webapp.accounts.services import user_create
from webapp.core.errors import DomainError


class Command(BaseCommand):
    """Creates an account."""

    help = "Create an account. The password is asked for, or read from standard input with --password-stdin."

    def add_arguments(self, parser: CommandParser) -> None:
        """Declare the arguments."""
        parser.add_argument("username")
        parser.add_argument("--role", choices=Role.values, default=Role.READER)
        parser.add_argument("--password-stdin", action="store_true")

    def handle(self, *args: Any, **options: Any) -> None:
        """Create the account or say why not."""
        stdin = options["password_stdin"]
        password = sys.stdin.readline().rstrip("\n") if stdin else getpass.getpass("Password: ")
        try:
            user = user_create(username=options["username"], password=password, role=options["role"])
        except DomainError as error:
            raise CommandError(error.message) from error
        self.stdout.write(f"Created {user.username} ({user.get_role_display()}).")
