"""`sample`: draw pictures with an installed bundle, as 16-bit PNG and as DICOM files; go on after a stop."""

from __future__ import annotations

import argparse
import json
from itertools import product
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np

from mambo_engine.cli.engine_options import add_engine_arguments, cascade_from
from mambo_engine.config import require
from mambo_engine.errors import ConfigError

if TYPE_CHECKING:
    from mambo_engine.cascade.options import DrawOptions
    from mambo_engine.cascade.sampling import ImageRequest


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the verb's arguments."""
    parser.add_argument("bundle", help="a bundle's name or folder")
    parser.add_argument("--label", action="append", default=[], metavar="FIELD=VALUE", help="may be repeated")
    parser.add_argument("--seed", type=int, default=0, help="of the first picture; the others count up")
    parser.add_argument("--count", type=int, default=1)
    parser.add_argument("--together", type=int, default=4, help="pictures drawn in lockstep (default: 4)")
    parser.add_argument("--out", type=Path, required=True)
    parser.add_argument("--format", choices=["png", "dicom", "both"], default="png", help="default: png")
    parser.add_argument("--json", action="store_true", help="print one JSON object a picture")
    group = parser.add_argument_group("sampling; the bundle's defaults hold for what is left out")
    group.add_argument("--steps", type=int, help="network evaluations a patch")
    group.add_argument("--guidance", type=float, help="classifier-free guidance; 1 is none")
    group.add_argument("--sampler", help="ddpm, ddim, dpmpp_2m or dpmpp_2m_sde")
    group.add_argument("--eta", type=float, help="noise of ddim, 0..1")
    group.add_argument("--redraw-known", action="store_true", help="draw the noise of overlaps anew at each step")
    group.add_argument("--aggregation", help="autoregressive (default) or joint")
    add_engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Draw the pictures. Fields without a label take their values in turn, so a set holds all of them."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.drawing import Drawing
    from mambo_engine.config import label_indices

    require(options.count >= 1, f"--count: got {options.count}, expected at least 1")
    require(options.together >= 1, f"--together: got {options.together}, expected at least 1")
    manifest = read_manifest(options.bundle)
    requests = _requests(options, manifest.vocabulary)
    for request in requests:
        label_indices(manifest.vocabulary, request.labels)
    together = min(options.together, len(requests))
    cascade, plan = cascade_from(options, options.bundle, images=together)
    drawing = Drawing(cascade, manifest, options.out, form=options.format, asked={**_asked(options), "plan": plan})
    for first in range(0, len(requests), together):
        for made in drawing.draw(requests[first : first + together]):
            if options.json:
                print(json.dumps(made), flush=True)
    return 0


def _asked(options: argparse.Namespace) -> DrawOptions:
    names = ("steps", "guidance", "sampler", "eta", "aggregation")
    given = {name: getattr(options, name) for name in names if getattr(options, name) is not None}
    return {**given, "redraw_known": options.redraw_known}  # type: ignore[typeddict-item, return-value]


def _requests(options: argparse.Namespace, vocabulary: dict[str, tuple[str, ...]]) -> list[ImageRequest]:
    from mambo_engine.cascade.sampling import ImageRequest

    given = parse_labels(options.label)
    seeds = range(options.seed, options.seed + options.count)
    if options.count == 1:
        return [ImageRequest(given, options.seed)]
    return [ImageRequest({**turn(vocabulary, seed), **given}, seed) for seed in seeds]


def parse_labels(texts: list[str]) -> dict[str, str]:
    """Read FIELD=VALUE texts.

    Raises:
        ConfigError: a text without `=`.
    """
    for text in texts:
        if "=" not in text:
            raise ConfigError(f"--label: got {text!r}, expected FIELD=VALUE, for example birads=4")
    return dict(text.split("=", 1) for text in texts)  # type: ignore[misc]


def turn(vocabulary: dict[str, tuple[str, ...]], number: int) -> dict[str, str]:
    """Return a combination of labels; as the number counts up every combination comes equally often."""
    combinations = list(product(*vocabulary.values()))
    round_, place = divmod(number, len(combinations))
    order = np.random.default_rng(round_).permutation(len(combinations))
    return dict(zip(vocabulary, combinations[int(order[place])], strict=True))
