"""A second factor by time-based codes (RFC 6238) and, for a lost phone, codes that work once."""

from __future__ import annotations

import base64
import hashlib
import secrets
from dataclasses import dataclass

from django.conf import settings
from django.db import transaction
from django.http import HttpRequest
from django_otp import devices_for_user
from django_otp.plugins.otp_static.models import StaticDevice, StaticToken
from django_otp.plugins.otp_totp.models import TOTPDevice

from webapp.accounts.models import User
from webapp.accounts.passwords import password_confirm
from webapp.accounts.services import sessions_end
from webapp.core.errors import ConflictError, DomainError

RECOVERY_CODES = 8
PHONE_DIGITS = 6
RECOVERY_BYTES = 15  # 120 random bits, 24 letters and digits: enough to be kept as a plain hash
ISSUER = "MAMBO Reader"
OWED = "second_factor_owed"  # the session's note that one must be set up first


@dataclass(frozen=True)
class Enrolment:
    """What a phone needs to know: as an address to scan and as a key to type."""

    uri: str
    key: str


def second_factor_on(user: User) -> bool:
    """Tell whether this person gives a code at sign-in."""
    return TOTPDevice.objects.filter(user=user, confirmed=True).exists()


def second_factor_owed(user: User) -> bool:
    """Tell whether this person must set one up before anything else (`MAMBO_STAFF_SECOND_FACTOR`)."""
    return settings.STAFF_SECOND_FACTOR and user.is_study_staff and not second_factor_on(user)


def enrolment_begin(user: User) -> Enrolment:
    """Return the key of a device that is not confirmed yet; the same one until it is.

    Raises:
        ConflictError: when one is set up already.
    """
    if second_factor_on(user):
        raise ConflictError("A second factor is set up already. Remove it first.")
    device, _ = TOTPDevice.objects.get_or_create(
        user=user, confirmed=False, defaults={"name": "phone", "tolerance": 1}
    )
    parts = device.config_url.partition("?")
    label = f"otpauth://totp/{ISSUER.replace(' ', '%20')}:{user.username}"
    return Enrolment(f"{label}?{parts[2]}", base64.b32encode(device.bin_key).decode())


@transaction.atomic
def enrolment_confirm(user: User, code: str) -> list[str]:
    """Turn the second factor on with a first code; return the recovery codes, which are shown now and never again.

    Sessions of this person end; the view renews the present one.

    Raises:
        DomainError: when the code is not the one that the phone shows now.
    """
    device = TOTPDevice.objects.filter(user=user, confirmed=False).first()
    if device is None or not device.verify_token(_digits(code)):
        raise DomainError(
            "That is not the code of this moment. Wait for the next one and try again.", field="code"
        )
    device.confirmed = True
    device.save()
    StaticDevice.objects.filter(user=user).delete()
    spare = StaticDevice.objects.create(user=user, name="recovery codes")
    codes = [_recovery_code() for _ in range(RECOVERY_CODES)]
    StaticToken.objects.bulk_create(StaticToken(device=spare, token=kept_code(code)) for code in codes)
    sessions_end(user)
    return codes


def second_factor_remove(user: User, password: str) -> None:
    """Turn the second factor off; sessions elsewhere end.

    Raises:
        DomainError: when the password is wrong.
        QuotaError: when it was wrong too often.
    """
    if not password_confirm(user, password):
        raise DomainError("That is not your password.", field="password")
    for device in devices_for_user(user, confirmed=None):
        device.delete()
    sessions_end(user)


def code_matches(user: User, code: str) -> bool:
    """Tell whether the code is right; wrong ones make each next try wait longer, and a code works once.

    Locks: the person's devices.
    """
    plain = _digits(code)
    # Each kind of device sees its own kind of code: another would count it as a wrong one and make its owner wait.
    of_phone = plain.isdecimal() and len(plain) == PHONE_DIGITS
    kind, given = (TOTPDevice, plain) if of_phone else (StaticDevice, kept_code(plain))
    with transaction.atomic():
        devices = kind.objects.select_for_update().filter(user=user, confirmed=True)
        return any(device.verify_token(given) for device in devices)


def kept_code(code: str) -> str:
    """Return what is kept of a recovery code: 96 bits of its hash, which is what the row has room for."""
    digest = hashlib.sha256(b"mambo recovery code|" + _digits(code).encode()).digest()
    return base64.urlsafe_b64encode(digest[:12]).decode()


def _recovery_code() -> str:
    text = base64.b32encode(secrets.token_bytes(RECOVERY_BYTES)).decode().lower()
    return "-".join(text[start : start + 4] for start in range(0, len(text), 4))


def _digits(code: str) -> str:
    return "".join(code.split()).replace("-", "").lower()


def enrolment_due(request: HttpRequest) -> bool:
    """Tell whether this session may only set up its second factor."""
    return bool(request.session.get(OWED))
