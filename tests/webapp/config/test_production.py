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
    return asked("settings.DEBUG, settings.SESSION_COOKIE_SECURE", env)


def asked(what: str, env: dict[str, str]) -> subprocess.CompletedProcess[str]:
    code = f"from django.conf import settings; print({what})"
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


def test_cookies_of_production_are_bound_to_this_host_and_to_tls():
    env = {**os.environ, **GOOD, "DJANGO_SETTINGS_MODULE": "webapp.config.settings.production"}
    names = ("SESSION_COOKIE_NAME", "CSRF_COOKIE_NAME", "SESSION_COOKIE_SECURE", "CSRF_COOKIE_SECURE",
             "SESSION_COOKIE_HTTPONLY", "SESSION_COOKIE_SAMESITE", "CSRF_COOKIE_SAMESITE",
             "SESSION_COOKIE_DOMAIN", "CSRF_COOKIE_DOMAIN", "SESSION_COOKIE_PATH")  # fmt: skip
    done = asked(", ".join(f"settings.{name}" for name in names), env)
    assert done.stdout.strip() == "__Host-sessionid __Host-csrftoken True True True Lax Strict None None /"
    tiles = "__import__('webapp.imaging.tile_address', fromlist=['COOKIE']).COOKIE"
    assert asked(tiles, env).stdout.strip() == "__Secure-mambo_tiles"


def test_old_keys_are_held_to_the_rules_of_the_key():
    old = "k8" + "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    assert start(SECRET_KEY_FALLBACKS=old).returncode == 0
    done = start(SECRET_KEY_FALLBACKS=f"{old},short")
    assert "SECRET_KEY_FALLBACKS is insecure" in done.stderr.splitlines()[-1]


def test_check_for_deployment_is_clean():
    env = {**os.environ, **GOOD, "DJANGO_SETTINGS_MODULE": "webapp.config.settings.production"}
    command = [sys.executable, "manage.py", "check", "--deploy", "--fail-level", "WARNING"]
    done = subprocess.run(command, cwd=ROOT, env=env, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stderr
