"""One user model with one role: what a person came here to do."""

from __future__ import annotations

from django.contrib.auth.models import AbstractUser
from django.db import models
from django.utils.crypto import salted_hmac


class Role(models.TextChoices):
    """What a person came for. Rights inside a study come from its memberships, not from here."""

    ADMIN = "admin", "Study admin"
    STAFF = "staff", "Study staff"  # coordinators and analysts: studies, but neither library nor generator
    READER = "reader", "Reader"
    DEMO = "demo", "Demo user"


class User(AbstractUser):
    """A person who signs in."""

    role = models.CharField(max_length=10, choices=Role.choices, default=Role.READER)
    session_epoch = models.PositiveIntegerField(default=0)  # a step ends all sessions that are open

    def _get_session_auth_hash(self, secret: str | None = None) -> str:
        """Return what a session is held against: it changes with the password and with each step of the epoch."""
        salt = "webapp.accounts.session"
        return salted_hmac(
            salt, f"{self.password}|{self.session_epoch}", secret=secret, algorithm="sha256"
        ).hexdigest()

    @property
    def is_study_admin(self) -> bool:
        """Whether this person may use the library and run studies."""
        return self.role == Role.ADMIN

    @property
    def is_study_staff(self) -> bool:
        """Whether this person may work on studies; what they may do in each follows from their role there."""
        return self.role in {Role.ADMIN, Role.STAFF}

    @property
    def may_generate(self) -> bool:
        """Whether this person may ask for pictures. Readers may not: they could come to know a study's cases."""
        return self.role in {Role.ADMIN, Role.DEMO}


class AccessToken(models.Model):
    """A key for scripts of a member of staff. Only its hash is kept; it never signs and never reads cases."""

    user = models.ForeignKey(User, models.CASCADE, related_name="access_tokens")
    name = models.CharField(max_length=60)
    token_sha256 = models.CharField(max_length=64, unique=True)
    may_write = models.BooleanField(default=False)
    created_at = models.DateTimeField(auto_now_add=True)
    expires_at = models.DateTimeField()
    last_used_at = models.DateTimeField(null=True)
    revoked_at = models.DateTimeField(null=True)


class WrongPassword(models.Model):
    """A wrong password for an account, kept for a day to be counted."""

    user = models.ForeignKey(User, models.CASCADE, related_name="wrong_passwords")
    at = models.DateTimeField(db_index=True)
