"""`./dev demo`: the whole product on one machine, on embedded defaults."""

from __future__ import annotations

import argparse
import fcntl
import os
import signal
import tempfile
from pathlib import Path
from typing import IO, Any

from devkit.console import ROOT, StepError, need, say
from devkit.environment import PYTHON, setup
from devkit.processes import Supervisor
from devkit.site import choose_port, manage, prepare, site_environment, start_broker, start_web, start_workers

CASES = 8  # pictures of each kind in the demo study


def parser() -> argparse.ArgumentParser:
    """Return the command's own arguments."""
    p = argparse.ArgumentParser(prog="./dev demo", description="Set up, fill and serve the demo on this machine.")
    p.add_argument("--port", type=int, help="port to serve on (default: 8000 or the next free one; 0: any)")
    p.add_argument("--host", default="127.0.0.1", help="address to serve on (default: this machine only)")
    p.add_argument("--data", type=Path, default=ROOT / ".data", help="folder for all it keeps (default: .data)")
    p.add_argument("--images", type=Path, action="append", default=[], help="your own files to bring in")
    p.add_argument("--cases", type=int, default=CASES, help="pictures of each kind in its study; 0: no study")
    p.add_argument("--gpu", action="store_true", help="install torch with CUDA")
    return p


def demo(arguments: list[str]) -> int:
    """Serve until Ctrl-C."""
    options = parser().parse_args(arguments)
    data = options.data.expanduser().resolve()
    for path in options.images:
        if not path.exists():
            raise StepError(f"--images {path}: there is no such file or folder.")
    setup("demo", gpu=options.gpu)
    supervisor = Supervisor()
    with _sole_use(data), _interruptible(supervisor):
        try:
            _serve(supervisor, data, options)
        except KeyboardInterrupt:
            say("\nStopping …")
        finally:
            supervisor.stop()
    say("Stopped. Your data stays in " + str(data))
    return 0


def _serve(supervisor: Supervisor, data: Path, options: argparse.Namespace) -> None:
    port = choose_port(options.port)
    env = site_environment(data)
    hosts = "localhost,127.0.0.1,[::1]" if options.host == "127.0.0.1" else "*"
    env["ALLOWED_HOSTS"] = os.environ.get("ALLOWED_HOSTS", hosts)
    env["REDIS_URL"] = start_broker(supervisor, data)
    prepare(env)
    _fill(env, data, options)
    start_workers(supervisor, env, data)
    start_web(supervisor, env, data, host=options.host, port=port)
    _announce(options.host, port, data)
    supervisor.watch()


def _fill(env: dict[str, str], data: Path, options: argparse.Namespace) -> None:
    """Make accounts and the demo study at the first start; bring in the user's own files at each."""
    done = data / "demo_filled"
    if not done.is_file():
        with tempfile.TemporaryDirectory(prefix="mambo-demo-") as folder:
            arguments = _draw(env, Path(folder), options.cases) if options.cases else []
            manage(env, "demo_study", *arguments)
        done.write_text("The demo study was made at the first start.\n")
    if options.images:
        try:
            manage(env, "ingest", *[str(path) for path in options.images])
        except StepError:
            say("Some files were not added; the list above says why. The rest is in the library.")


def _draw(env: dict[str, str], folder: Path, count: int) -> list[str]:
    """Draw the demo study's pictures: phantoms, and what the model that learned from phantoms draws.

    Beside phantoms the model of real mammograms would be told apart at a glance.
    """
    engine = [str(PYTHON), "-m", "mambo_engine"]
    say(f"First start: drawing {count} phantoms and {count} pictures with a model of them (a minute or two) …")
    phantoms, generated = folder / "phantoms", folder / "generated"
    # One phantom more than the study takes: the first is the home page's, and no case.
    more = ["--count", str(count + 1), "--seed", "11"]
    size = ["--count", str(count), "--seed", "11"]
    # The size that the model draws, so that both kinds start from the same number of pixels.
    need([*engine, "phantom", *more, "--size", "512", "--out", str(phantoms)], "Drawing phantoms", env=env)
    need(
        [*engine, "sample", "phantom", *size, "--out", str(generated)],
        "Drawing",
        env=env,
    )
    return ["--phantoms", str(phantoms), "--generated", str(generated)]


def _announce(host: str, port: int, data: Path) -> None:
    shown = "localhost" if host in {"127.0.0.1", "0.0.0.0"} else host  # noqa: S104
    say(
        f"\n  MAMBO Reader is at  http://{shown}:{port}/\n\n"
        "  Accounts (password mambo-demo):\n"
        "    admin                      brings in images, makes and closes studies\n"
        "    demo                       asks for generated mammograms\n"
        "    reader1, reader2, reader3  read the demo study\n\n"
        f"  Data and logs: {data}\n"
        "  Ctrl-C stops everything; the next start goes on with the same data.\n"
    )


class _sole_use:  # noqa: N801 - reads as a statement
    """Holds the data folder: two demos on one folder would write over each other."""

    def __init__(self, data: Path) -> None:
        self.path = data / "lock"
        self.file: IO[str] | None = None

    def __enter__(self) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        self.file = self.path.open("w")
        try:
            fcntl.flock(self.file, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except OSError as error:
            raise StepError(
                f"A demo already runs on {self.path.parent}. Stop it, or choose another --data."
            ) from error

    def __exit__(self, *_: object) -> None:
        if self.file is not None:
            self.file.close()


class _interruptible:  # noqa: N801 - reads as a statement
    """Turns SIGTERM and SIGHUP into the same orderly stop as Ctrl-C."""

    def __init__(self, supervisor: Supervisor) -> None:
        self.supervisor = supervisor

    def __enter__(self) -> None:
        def interrupt(number: int, frame: Any) -> None:
            raise KeyboardInterrupt

        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, interrupt)

    def __exit__(self, *_: object) -> None:
        for number in (signal.SIGTERM, signal.SIGHUP):
            signal.signal(number, signal.SIG_DFL)
