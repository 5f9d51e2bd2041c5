"""The commands of `./dev` and how they are called."""

from __future__ import annotations

from collections.abc import Callable

from devkit.audit import audit
from devkit.checking import check
from devkit.console import StepError, call, say
from devkit.demo import demo
from devkit.environment import PYTHON, environment, setup
from devkit.testing import test

HELP = """\
./dev demo       set up, fill and serve the whole product on this machine
                 [--port N] [--data DIR] [--images PATH] [--cases N] [--host ADDRESS] [--gpu]
./dev test       set up and run every test (arguments go to pytest: ./dev test tests/studies -k wilson)
./dev check      format, lint, types, import contracts, migrations, front end   [--fix]
./dev bench      measure: [capacity] [cluster] [engine] [faults] [generation] [ingest] [model]
                 [statistics] [studies] [tiles] [viewer] [--json FILE] [--markdown FILE] [--quick] [--bundle NAME]
./dev sbom       list every third-party package with version and license (CycloneDX 1.6)   [--out FILE]
./dev audit      ask for known weaknesses of these packages; ends with 3 where nobody answers
./dev fuzz       read damaged picture files in bounded processes   [--cases N] [--start NUMBER] [--workers N]
./dev setup      make the environment in .venv   [demo|test]
./dev run CMD    run a command inside the environment, for example: ./dev run python -m mambo_engine info
./dev help       this text
"""


def _setup(arguments: list[str]) -> int:
    extra = arguments[0] if arguments else "test"
    if extra not in {"demo", "test"}:
        raise StepError(f"./dev setup {extra}: expected demo or test.")
    setup(extra)
    say("Ready.")
    return 0


def _run(arguments: list[str]) -> int:
    if not arguments:
        raise StepError("./dev run needs a command, for example: ./dev run python -m mambo_engine info")
    if not PYTHON.is_file():
        setup("test")
    return call(arguments, env=environment())


def _bench(arguments: list[str]) -> int:
    setup("test")
    return call([PYTHON, "-m", "bench", *arguments], env=environment())


def _fuzz(arguments: list[str]) -> int:
    setup("test")
    return call([PYTHON, "-m", "bench.fuzz", *arguments], env=environment())


def _sbom(arguments: list[str]) -> int:
    if not PYTHON.is_file():
        setup("test")
    return call([PYTHON, "-m", "devkit.sbom", *arguments], env=environment())


def _help(arguments: list[str]) -> int:
    say(HELP)
    return 0


COMMANDS: dict[str, Callable[[list[str]], int]] = {
    "demo": demo,
    "test": test,
    "check": check,
    "bench": _bench,
    "sbom": _sbom,
    "audit": audit,
    "fuzz": _fuzz,
    "setup": _setup,
    "run": _run,
    "help": _help,
    "--help": _help,
    "-h": _help,
}


def main(arguments: list[str]) -> int:
    """Run one command; return its exit status."""
    name, *rest = arguments or ["help"]
    command = COMMANDS.get(name)
    if command is None:
        say(f"./dev {name}: no such command.\n\n{HELP}")
        return 2
    try:
        return command(rest)
    except StepError as error:
        say(f"\n{error}")
        return 1
    except KeyboardInterrupt:
        say("Stopped.")
        return 130
