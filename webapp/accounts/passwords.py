"""Passwords: what is refused as one, and how often a wrong one may be tried."""

from __future__ import annotations

import datetime

from django.core.exceptions import ValidationError
from django.utils import timezone

from webapp.accounts.models import User, WrongPassword
from webapp.core.errors import QuotaError

CONFIRM_MOST, CONFIRM_WITHIN = 10, datetime.timedelta(minutes=10)
ACCOUNT_MOST, ACCOUNT_WITHIN = 100, datetime.timedelta(hours=1)
KEPT = datetime.timedelta(days=1)


class LengthMostValidator:
    """Refuses a password that takes long to hash.

    Args:
        max_length: characters that a password may have.
    """

    def __init__(self, max_length: int = 128) -> None:
        """Keep the bound."""
        self.max_length = max_length

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` for a longer one."""
        if len(password) > self.max_length:
            raise ValidationError(self.get_help_text(), code="password_too_long")

    def get_help_text(self) -> str:
        """Return the rule as people read it."""
        return f"A password may have {self.max_length} characters at most."


class SiteWordsValidator:
    """Refuses a password of the site's own words: what a guesser tries first here.

    Args:
        words: in lower case; what is left of the password without them must be long enough by itself.
        least: characters that must be left.
    """

    def __init__(self, words: tuple[str, ...], least: int = 8) -> None:
        """Keep the words."""
        self.words, self.least = words, least

    def validate(self, password: str, user: object = None) -> None:
        """Raise `ValidationError` where little but these words stands."""
        rest = password.lower()
        for word in self.words:
            rest = rest.replace(word, "")
        if rest != password.lower() and len(rest) < self.least:
            raise ValidationError(self.get_help_text(), code="password_site_words")

    def get_help_text(self) -> str:
        """Return the rule as people read it."""
        return "A password of this site's own words is guessed early. Take others."


def password_confirm(user: User, password: str) -> bool:
    """Tell whether a signed-in person gave their password once more; wrong ones are counted.

    Raises:
        QuotaError: after ten wrong ones within ten minutes, whatever comes next.
    """
    if _count(user, CONFIRM_WITHIN) >= CONFIRM_MOST:
        raise QuotaError("Too many wrong passwords. Wait ten minutes.", field="password", retry_after_s=600)
    if user.check_password(password):
        return True
    wrong_password_note(user)
    return False


def wrong_password_note(user: User) -> None:
    """Count a wrong password of this account."""
    now = timezone.now()
    WrongPassword.objects.filter(user=user, at__lt=now - KEPT).delete()
    WrongPassword.objects.create(user=user, at=now)


def account_closed(username: str) -> bool:
    """Tell whether an account had so many wrong passwords, from wherever, that none is looked at for a while."""
    user = User.objects.filter(username=username).first()
    return user is not None and _count(user, ACCOUNT_WITHIN) >= ACCOUNT_MOST


def _count(user: User, within: datetime.timedelta) -> int:
    return WrongPassword.objects.filter(user=user, at__gt=timezone.now() - within).count()
