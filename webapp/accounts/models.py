"""One user model with one role: what a person came here to do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models


class Role(models.TextChoices):
    """What a person came for. Rights inside a study come from its memberships, not from here."""

    ADMIN = "admin", "Study admin"
    READER = "reader", "Reader"
    DEMO = "demo", "Demo user"


class User(AbstractUser):
    """A person who signs in."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.READER)

    @property
    def is_study_admin(self) -> bool:
        """Whether this person may use the library and run studies."""
        return self.role == Role.ADMIN

    @property
    def may_generate(self) -> bool:
        """Whether this person may ask for pictures. Readers may not: they could come to know a study's cases."""
        return self.role in {Role.ADMIN, Role.DEMO}
