"""Production refuses to start with an insecure or missing value and says which."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[3]
GOOD = {
    "SECRET_KEY": "k7" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2,
    "ALLOWED_HOSTS": "reader.example.org",
    "DATABASE_URL": "postgresql://mambo@db/mambo",
    "REDIS_URL": "redis://broker:6379/0",
}


def start(**changes: str) -> subprocess.CompletedProcess[str]:
    names = {*GOOD, "DJANGO_SETTINGS_MODULE", "ALLOW_SQLITE"}
    env = {name: value for name, value in os.environ.items() if name not in names}
    env |= {**GOOD, **changes, "DJANGO_SETTINGS_MODULE": "webapp.config.settings.production"}
    code = "from django.conf import settings; print(settings.DEBUG, settings.SESSION_COOKIE_SECURE)"
    return subprocess.run(
        [sys.executable, "-c", code], cwd=ROOT, env=env, capture_output=True, text=True, check=False
    )


def test_production_starts_with_good_values():
    done = start()
    assert done.returncode == 0, done.stderr
    assert done.stdout.strip() == "False True"


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("SECRET_KEY", "short"),
        ("SECRET_KEY", "django-insecure-" + "abcdefghij" * 6),
        ("ALLOWED_HOSTS", "*"),
        ("ALLOWED_HOSTS", ""),
        ("DATABASE_URL", "sqlite:////tmp/x.sqlite3"),
        ("REDIS_URL", ""),
    ],
)
def test_production_refuses_an_insecure_value_and_names_it(name, value):
    done = start(**{name: value})
    assert done.returncode != 0
    assert name in done.stderr.splitlines()[-1]
