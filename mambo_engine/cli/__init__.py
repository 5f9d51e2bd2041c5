"""The engine's command line: `python -m mambo_engine VERB`, one thin file per verb."""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Sequence
from importlib import import_module

from mambo_engine.errors import EngineError

VERBS = (
    "info",
    "phantom",
    "manifest",
    "preprocess",
    "train",
    "bundle",
    "convert",
    "sample",
    "gallery",
    "evaluate",
    "references",
    "protocol",
    "extractor",
    "upscale",
    "segment",
)


def build_parser() -> argparse.ArgumentParser:
    """Return the parser with all verbs."""
    parser = argparse.ArgumentParser(prog="mambo", description="The MAMBO cascade: draw and train mammograms.")
    verbs = parser.add_subparsers(dest="verb", required=True, metavar="VERB")
    for name in VERBS:
        module = import_module(f"mambo_engine.cli.{name}")
        text = (module.__doc__ or "").split(": ", 1)[-1].strip()
        verb = verbs.add_parser(name, help=text.splitlines()[0], description=text)
        module.add_arguments(verb)
        verb.set_defaults(run=module.run)
    return parser


def main(arguments: Sequence[str] | None = None) -> int:
    """Run one verb; a bad argument or file ends in one clear line and exit status 2."""
    # Spinning threads take the cores from everything else on a small machine; read when torch loads.
    os.environ.setdefault("OMP_WAIT_POLICY", "PASSIVE")
    options = build_parser().parse_args(arguments)
    try:
        return int(options.run(options))
    except EngineError as error:
        sys.stderr.write(f"mambo {options.verb}: {error}\n")
        return 2
    except OSError as error:
        sys.stderr.write(f"mambo {options.verb}: {error.filename or ''}: {error.strerror or error}\n")
        return 2
    except KeyboardInterrupt:
        sys.stderr.write("\nStopped.\n")
        return 130
