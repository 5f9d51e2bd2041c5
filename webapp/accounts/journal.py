"""What happens around signing in: noted in the session, counted, and logged by number, never by name."""

from __future__ import annotations

import logging
import time
from typing import Any

from django.contrib.auth.signals import user_logged_in, user_logged_out, user_login_failed
from django.dispatch import receiver
from django.http import HttpRequest

from webapp.accounts.models import User
from webapp.accounts.passwords import wrong_password_note
from webapp.accounts.second_factor import OWED, second_factor_owed
from webapp.accounts.sessions import BEGAN

logger = logging.getLogger(__name__)


@receiver(user_logged_in)
def signed_in(sender: Any, request: HttpRequest, user: User, **kwargs: Any) -> None:
    """Note when the session began and whether it owes a second factor, by whatever page it came about."""
    request.session[BEGAN] = time.time()
    if second_factor_owed(user):
        request.session[OWED] = True
    logger.info("signed in: account %s, role %s", user.pk, user.role)


@receiver(user_logged_out)
def signed_out(sender: Any, user: User | None, **kwargs: Any) -> None:
    """Write who left."""
    if user is not None:
        logger.info("signed out: account %s", user.pk)


@receiver(user_login_failed)
def sign_in_failed(
    sender: Any, credentials: dict[str, Any], request: HttpRequest | None = None, **kwargs: Any
) -> None:
    """Count a wrong password; a name that nobody has may be a password typed into the wrong field.

    What comes from an address that is closed for this name is not looked at, and so not counted: else one address
    could close the name for everybody.
    """
    user = User.objects.filter(username=str(credentials.get("username", ""))[:150]).first()
    if user is not None and not getattr(request, "axes_locked_out", False):
        wrong_password_note(user)
    logger.warning("sign-in refused: account %s", user.pk if user else "unknown")
