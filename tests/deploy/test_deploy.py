"""What stands in deploy/ fits the site: variables, queues, paths and files are those that the code has."""

from __future__ import annotations

import re
import shutil
import subprocess
from pathlib import Path

import pytest
import yaml
from django.conf import settings
from django.urls import resolve

from webapp.operations.probes import LIVE, READY

ROOT = Path(__file__).parents[2]
DEPLOY = ROOT / "deploy"
# Read by libraries of ours, not by our settings.
OF_LIBRARIES = {
    "AWS_ACCESS_KEY_ID",
    "AWS_SECRET_ACCESS_KEY",
    "AWS_DEFAULT_REGION",
    "DJANGO_SETTINGS_MODULE",
    "FORWARDED_ALLOW_IPS",
}


def _read_by_settings() -> set[str]:
    sources = [*(ROOT / "webapp/config/settings").glob("*.py"), ROOT / "webapp/config/env.py"]
    call = re.compile(
        r'(?:text|flag|items|count|directory|contact|choice|old_secret_keys|environ\.get)\(\s*"([A-Z][A-Z0-9_]+)"'
    )
    found = {name for source in sources for name in call.findall(source.read_text())}
    return found | {"SECRET_KEY"}


def _in_template() -> set[str]:
    return set(re.findall(r"^#?([A-Z][A-Z0-9_]+)=", (DEPLOY / "environment.example").read_text(), re.MULTILINE))


def test_template_has_every_variable_and_no_other():
    assert _in_template() - OF_LIBRARIES == _read_by_settings()
    told = (ROOT / "docs/configuration.md").read_text()
    assert [name for name in sorted(_in_template()) if f"`{name}`" not in told] == []


def test_workers_serve_every_queue_and_no_other():
    queues = {settings.CELERY_TASK_DEFAULT_QUEUE, "batch"}
    queues |= {route["queue"] for route in settings.CELERY_TASK_ROUTES.values()}
    units = " ".join(path.read_text() for path in (DEPLOY / "systemd").glob("*.service"))
    compose = yaml.safe_load((DEPLOY / "compose.yaml").read_text())
    commands = " ".join(" ".join(service.get("command", [])) for service in compose["services"].values())
    for text in (units, commands):
        assert {name for group in re.findall(r"-Q (\S+)", text) for name in group.split(",")} == queues


def test_nginx_names_addresses_that_there_are():
    text = (DEPLOY / "nginx/mambo.conf").read_text()
    exact = re.findall(r"location = (\S+)", text)
    inside = re.search(r"location ~ \^/system/\((\S+)\)\$ ", text)[1].split("|")
    inside = {f"/system/{name}" for name in inside}
    assert {LIVE, READY} < inside
    assert len(exact) == 1
    for path in {*exact, *inside} - {LIVE, READY}:
        assert resolve(path)
    assert re.findall(r"location (/\S*) ", text) == [
        "/api/",
        "/",
        "/",
        "/t/",
        "/static/",
        "/ws/",
        "/api/generation/",
    ]
    # An upload that the site would take is not stopped on the way (nginx counts 1,048,576 bytes to the m).
    assert int(re.search(r"client_max_body_size (\d+)m", text)[1]) * 2**20 > settings.UPLOAD_MAX_BYTES


def test_image_copies_what_there_is():
    for line in (DEPLOY / "Containerfile").read_text().splitlines():
        if line.startswith("COPY ") and "--from" not in line:
            for source in line.split()[1:-1]:
                assert (ROOT / source).exists(), line


def test_units_and_compose_start_the_same_server():
    start = "uvicorn webapp.config.asgi:application"
    assert start in (DEPLOY / "systemd/mambo-web.service").read_text()
    assert start in (DEPLOY / "Containerfile").read_text().replace('", "', " ")


def test_health_checks_ask_what_there_is():
    services = yaml.safe_load((DEPLOY / "compose.yaml").read_text())["services"]
    assert READY in services["web"]["healthcheck"]["test"][-1]
    for service in services.values():
        command = service.get("command", [])
        if "worker" in command:
            assert service["healthcheck"]["test"] == ["CMD", "python", "manage.py", "worker_ready", command[-1]]


@pytest.mark.skipif(shutil.which("nginx") is None, reason="nginx is not installed")
def test_nginx_takes_the_configuration(tmp_path):
    openssl = ["openssl", "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "1", "-subj", "/CN=test"]
    files = ["-keyout", str(tmp_path / "privkey.pem"), "-out", str(tmp_path / "fullchain.pem")]
    subprocess.run([*openssl, *files], check=True, capture_output=True)
    text = (DEPLOY / "nginx/mambo.conf").read_text().replace("web:8000", "127.0.0.1:8000")
    for folder in ("/etc/nginx/tls", "/var/cache/nginx", "/var/log/nginx"):
        text = text.replace(folder, str(tmp_path))
    whole = f"error_log {tmp_path}/e.log; pid {tmp_path}/pid; events {{}}\nhttp {{\n{text}\n}}\n"
    (tmp_path / "nginx.conf").write_text(whole)
    done = subprocess.run(
        ["nginx", "-t", "-c", str(tmp_path / "nginx.conf")], capture_output=True, text=True, check=False
    )
    assert done.returncode == 0, done.stderr
