"""Access tokens: keys for scripts of the staff. Shown once, kept as a hash, revocable."""

from __future__ import annotations

import datetime
import hashlib
import logging

from django.db.models import Q, QuerySet
from django.utils import timezone

from webapp.accounts.models import AccessToken, User
from webapp.core.errors import DomainError, NotAllowedError, NotFoundError
from webapp.core.tokens import random_token

logger = logging.getLogger(__name__)
PREFIX = "mambo_"
DAYS_MOST = 365
SEEN_S = 60.0  # how often the last use is written


def access_token_create(
    user: User, *, name: str, days: int = 90, may_write: bool = False
) -> tuple[AccessToken, str]:
    """Make a token and return it with its secret, which is shown now and never again.

    Raises:
        NotAllowedError: for an account that does not work on studies; readers read in the reading room alone.
        DomainError: for an empty name or a lifetime out of bounds.
    """
    if not user.is_study_staff:
        raise NotAllowedError("Access tokens are for people who run studies.")
    name = " ".join(name.split())
    if not 1 <= len(name) <= 60:
        raise DomainError("Give the token a name of 1 to 60 characters.", field="name")
    if not 1 <= days <= DAYS_MOST:
        raise DomainError(f"Got {days} days, expected 1 to {DAYS_MOST}.", field="days")
    secret = PREFIX + random_token() + random_token()
    row = AccessToken.objects.create(
        user=user,
        name=name,
        token_sha256=_hash(secret),
        may_write=may_write,
        expires_at=timezone.now() + datetime.timedelta(days=days),
    )
    logger.info("token made: account %s, token %s, may write: %s", user.pk, row.pk, may_write)
    return row, secret


def access_token_revoke(user: User, identity: int) -> None:
    """End one of this person's tokens.

    Raises:
        NotFoundError: when it is not theirs or has ended.
    """
    if not access_token_list(user).filter(pk=identity).update(revoked_at=timezone.now()):
        raise NotFoundError("There is no such token among yours.")
    logger.info("token ended: account %s, token %s", user.pk, identity)


def access_token_list(user: User) -> QuerySet[AccessToken]:
    """Return this person's tokens that hold, newest first."""
    return AccessToken.objects.filter(user=user, revoked_at=None, expires_at__gt=timezone.now()).order_by("-pk")


def access_token_find(secret: str) -> AccessToken | None:
    """Return the token of a secret that holds, of an account that is still active staff; note its use."""
    now = timezone.now()
    found = AccessToken.objects.filter(token_sha256=_hash(secret), revoked_at=None, expires_at__gt=now)
    token = found.select_related("user").filter(user__is_active=True).first()
    if token is None or not token.user.is_study_staff:
        return None
    stale = Q(last_used_at=None) | Q(last_used_at__lt=now - datetime.timedelta(seconds=SEEN_S))
    AccessToken.objects.filter(stale, pk=token.pk).update(last_used_at=now)
    return token


def _hash(secret: str) -> str:
    return hashlib.sha256(secret.encode()).hexdigest()
