"""Writes accounts."""

from __future__ import annotations

import logging

from django.contrib.auth.password_validation import validate_password
from django.core.exceptions import ValidationError
from django.db import IntegrityError, transaction
from django.db.models import F

from webapp.accounts.models import Role, User
from webapp.core.errors import ConflictError, DomainError

logger = logging.getLogger(__name__)


def user_create(*, username: str, password: str, role: str, check_password: bool = True) -> User:
    """Create a user.

    Args:
        username: unique sign-in name.
        password: checked against the site's rules unless `check_password` is false (demo accounts).
        role: a value of `Role`.
        check_password: whether to apply the password rules.

    Raises:
        DomainError: for an unknown role or a weak password.
        ConflictError: when the name is taken.
    """
    if role not in Role.values:
        raise DomainError(f"Unknown role {role!r}: expected one of {', '.join(Role.values)}.", field="role")
    if check_password:
        try:
            validate_password(password, User(username=username))
        except ValidationError as error:
            raise DomainError(" ".join(error.messages), field="password") from error
    try:
        with transaction.atomic():
            made = User.objects.create_user(username=username, password=password, role=role)
    except IntegrityError as error:
        raise ConflictError(f"The name {username!r} is taken.", field="username") from error
    logger.info("account made: account %s, role %s", made.pk, made.role)
    return made


def sessions_end(user: User) -> None:
    """End every session of this person; access tokens stay, they are ended by themselves."""
    User.objects.filter(pk=user.pk).update(session_epoch=F("session_epoch") + 1)
    user.refresh_from_db(fields=["session_epoch"])
    logger.info("sessions ended: account %s", user.pk)
