"""The demo on one machine: SQLite and an embedded Valkey, both started by `./dev demo`.

Not for a real study: the accounts' passwords are printed, and SQLite belongs to one machine.
"""

from __future__ import annotations

from webapp.config import env
from webapp.config.settings.base import *  # noqa: F403
from webapp.config.settings.base import DATA_DIR, SESSION_COOKIE_AGE

DEBUG = False
DEMO = True
SECRET_KEY = env.text("SECRET_KEY", "demo-only-" + "0123456789abcdefghijklmnopqrstuvwxyz" * 2)
ALLOWED_HOSTS = env.items("ALLOWED_HOSTS", "localhost,127.0.0.1,[::1]")
DATABASES = {"default": env.database(env.text("DATABASE_URL", f"sqlite:///{DATA_DIR / 'mambo.sqlite3'}"))}
SESSION_IDLE_S = SESSION_COOKIE_AGE  # nobody is signed out in the middle of a demonstration
