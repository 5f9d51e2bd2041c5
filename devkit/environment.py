"""Makes `.venv` and `node_modules`: each step is skipped while its stamp is current."""

from __future__ import annotations

import hashlib
import importlib.util
import os
import platform
import shutil
import subprocess
import sys
import time
import venv
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from devkit.console import ROOT, StepError, need, say

VENV = ROOT / ".venv"
PYTHON = VENV / "bin" / "python"
TORCH = "2.13.0"
# The CPU builds of torch, from PyTorch's installation page. MAMBO_TORCH_INDEX overrides it; empty skips it.
TORCH_INDEX = "https://download.pytorch.org/whl/cpu"
NODE_MAJOR = 20


def setup(extra: str, *, gpu: bool = False) -> None:
    """Make the environment for `extra` ("demo" or "test") and the front-end packages.

    Raises:
        StepError: with the next action for the person, when a step can't be done.
    """
    with _lock():
        if not _current(extra):
            started = time.monotonic()
            _make_venv()
            _install_torch(gpu)
            say(f"Installing Python packages ({extra}) …")
            _pip(["-c", "constraints.txt", "-e", f".[{extra}]"], "Installing the Python packages")
            _stamp(extra).write_text(_fingerprint())
            say(f"Python packages ready after {time.monotonic() - started:.0f} s.")
        _install_front_end()


@contextmanager
def _lock() -> Iterator[None]:
    """Let one set-up run at a time in this folder: a second waits for the first."""
    import fcntl

    with (ROOT / ".git" / "mambo-setup.lock" if (ROOT / ".git").is_dir() else ROOT / ".setup.lock").open(
        "w"
    ) as file:
        fcntl.flock(file, fcntl.LOCK_EX)
        yield


def _fingerprint() -> str:
    digest = hashlib.sha256(platform.python_version().encode())
    for name in ("pyproject.toml", "constraints.txt"):
        digest.update((ROOT / name).read_bytes())
    digest.update(str(ROOT).encode())  # an environment does not survive a move
    return digest.hexdigest()


def _stamp(extra: str) -> Path:
    return VENV / f".stamp-{extra}"


def _current(extra: str) -> bool:
    # The test environment holds everything that the demo needs.
    wanted = ("test",) if extra == "test" else ("demo", "test")
    return any(_stamp(name).is_file() and _stamp(name).read_text() == _fingerprint() for name in wanted)


def _make_venv() -> None:
    if PYTHON.is_file() and _venv_version() == platform.python_version():
        return
    if VENV.exists():
        shutil.rmtree(VENV)
    if importlib.util.find_spec("ensurepip") is None:
        install_debian(["python3-venv"], "Python's venv module is missing")
        # Debian puts ensurepip beside this interpreter, whose import caches are older than it.
        need([sys.executable, "-m", "venv", VENV], "Making the virtual environment")
        return
    say("Making the virtual environment in .venv …")
    venv.create(VENV, with_pip=True)


def _venv_version() -> str:
    command = [str(PYTHON), "-c", "import platform; print(platform.python_version())"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip()


def install_debian(packages: list[str], why: str) -> None:
    """Install Debian packages as root or by a sudo that asks nothing; else say the exact command.

    Raises:
        StepError: where that is not possible.
    """
    command = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    prefix = [] if os.geteuid() == 0 else ["sudo", "-n"]
    may = shutil.which("apt-get") and (
        not prefix or subprocess.call([*prefix, "true"], stderr=subprocess.DEVNULL) == 0
    )
    if not may:
        by_hand = f"sudo {' '.join(command)}" if shutil.which("apt-get") else f"install: {', '.join(packages)}"
        raise StepError(f"{why}. Do this and call ./dev again:\n  {by_hand}")
    say(f"{why}: installing {', '.join(packages)} with apt-get …")
    environment = {"DEBIAN_FRONTEND": "noninteractive"}
    need([*prefix, "apt-get", "update", "-q"], "apt-get update", env=environment, quiet=True)
    need([*prefix, *command], "apt-get install", env=environment, quiet=True)


def _pip(arguments: list[str], what: str) -> None:
    need(
        [PYTHON, "-m", "pip", "install", "--quiet", "--disable-pip-version-check", *arguments],
        what,
        quiet=True,
    )


def _install_torch(gpu: bool) -> None:
    if _torch() is not None:
        return
    index = "" if gpu or sys.platform != "linux" else os.environ.get("MAMBO_TORCH_INDEX", TORCH_INDEX)
    if not index and sys.platform == "linux":
        say("Installing torch with CUDA: several GB to download.")
    else:
        say("Installing torch …")
    source = ["--retries", "0", "--timeout", "15", "--extra-index-url", index] if index else []
    _pip([*source, "-c", "constraints.txt", f"torch=={TORCH}"], "Installing torch")
    say(f"torch {_torch()}")


def _torch() -> str | None:
    command = [str(PYTHON), "-c", "import torch; print(torch.__version__, 'CUDA', torch.version.cuda)"]
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    return done.stdout.strip() if done.returncode == 0 and done.stdout.startswith(TORCH) else None


def node() -> Path:
    """Return the folder that holds `node` and `npm`: the system's, else the environment's.

    Raises:
        StepError: when there is none and it can't be installed.
    """
    program = shutil.which("node")
    if program and shutil.which("npm") and _node_major(program) >= NODE_MAJOR:
        return Path(program).parent
    if not (VENV / "bin" / "npm").exists():
        say("No Node.js on this machine: installing one into .venv …")
        _pip(["-c", "constraints.txt", "-e", ".[node]"], "Installing Node.js")
    return VENV / "bin"


def _node_major(program: str) -> int:
    done = subprocess.run([program, "--version"], capture_output=True, text=True, check=False)
    return int(done.stdout.lstrip("v").split(".")[0] or 0) if done.returncode == 0 else 0


def _install_front_end() -> None:
    lock = (ROOT / "package-lock.json").read_bytes()
    stamp = ROOT / "node_modules" / ".stamp"
    wanted = hashlib.sha256(lock).hexdigest()
    if stamp.is_file() and stamp.read_text() == wanted:
        return
    folder = node()
    say("Installing front-end packages …")
    command = [str(folder / "npm"), "ci", "--ignore-scripts", "--no-audit", "--no-fund", "--loglevel", "error"]
    need(command, "npm ci", env={"PATH": f"{folder}{os.pathsep}{os.environ['PATH']}"}, quiet=True)
    stamp.write_text(wanted)


def environment() -> dict[str, str]:
    """Return the variables for a command inside the environment: its programs come first."""
    path = f"{VENV / 'bin'}{os.pathsep}{os.environ['PATH']}"
    return {"PATH": path, "VIRTUAL_ENV": str(VENV)}
