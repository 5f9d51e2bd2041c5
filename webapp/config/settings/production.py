"""Production: everything by environment variable; an insecure or missing value stops the start and is named."""

from __future__ import annotations

from django.core.exceptions import ImproperlyConfigured

from webapp.config import env
from webapp.config.settings.base import *  # noqa: F403
from webapp.config.settings.base import REDIS_URL

DEBUG = False
DEMO = False
SECRET_KEY = env.secret_key()
SECRET_KEY_FALLBACKS = env.old_secret_keys("SECRET_KEY_FALLBACKS")
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS")
if not ALLOWED_HOSTS or "*" in ALLOWED_HOSTS:
    raise ImproperlyConfigured(f"ALLOWED_HOSTS={','.join(ALLOWED_HOSTS)!r}: expected host names, and not '*'.")
DATABASES = {"default": env.database(env.text("DATABASE_URL"))}
if "sqlite" in str(DATABASES["default"]["ENGINE"]) and not env.flag("ALLOW_SQLITE"):
    raise ImproperlyConfigured(
        "DATABASE_URL names SQLite: expected postgresql://… (or ALLOW_SQLITE=1 for a trial)."
    )
if not REDIS_URL:
    raise ImproperlyConfigured("REDIS_URL is not set. It is required, for example redis://host:6379/0.")

CSRF_TRUSTED_ORIGINS = env.items("CSRF_TRUSTED_ORIGINS") or [f"https://{host}" for host in ALLOWED_HOSTS]
SECURE_PROXY_SSL_HEADER = ("HTTP_X_FORWARDED_PROTO", "https")
SECURE_SSL_REDIRECT = env.flag("SECURE_SSL_REDIRECT", True)
SECURE_HSTS_SECONDS = int(env.text("SECURE_HSTS_SECONDS", "31536000"))
SECURE_HSTS_INCLUDE_SUBDOMAINS = True
SECURE_HSTS_PRELOAD = True
SESSION_COOKIE_SECURE = True
CSRF_COOKIE_SECURE = True
# A browser takes these names from this very host over TLS only: no neighbor host can plant one.
SESSION_COOKIE_NAME = "__Host-sessionid"
CSRF_COOKIE_NAME = "__Host-csrftoken"
STAFF_SECOND_FACTOR = env.flag("MAMBO_STAFF_SECOND_FACTOR", True)
SILENCED_SYSTEM_CHECKS = ["security.W002"]  # X-Frame-Options: webapp.core.middleware.security_headers sends it
