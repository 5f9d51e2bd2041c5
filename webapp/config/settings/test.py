"""The tests: a real PostgreSQL (or SQLite, by DATABASE_URL) and a real Valkey, started by the test session."""

from __future__ import annotations

from webapp.config import env
from webapp.config.settings.base import *  # noqa: F403
from webapp.config.settings.base import DATA_DIR, GENERATION_LIMITS, STORAGES

DEBUG = False
DEMO = False
SECRET_KEY = "test-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2
ALLOWED_HOSTS = ["*"]
DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'test.sqlite3'}"))}
# Fast hashing only: the tests check who may sign in, not how slow a password is to guess.
PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {**STORAGES, "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"}}
CHANNEL_LAYERS = {"default": {"BACKEND": "channels.layers.InMemoryChannelLayer"}}
# Tests of limits set their own: all others share one address, and ask for more in a minute than people do.
GENERATION_LIMITS = dict.fromkeys(GENERATION_LIMITS, 0)
