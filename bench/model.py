"""The bundled models: seconds a picture, and what `evaluate` finds of their pictures beside real ones.

Each bundle is measured against pictures of the kind that it learned from and never saw: held-out phantoms for
`phantom`, the held-out patients of CDD-CESM for `cesm`, where the images are at hand. Drawn pictures and phantoms
are kept in the user's cache folder, so a stopped run goes on; pages about real mammograms lie there, too.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from bench.table import Row

CESM_IMAGES = Path(__file__).resolve().parents[2] / "shared" / "data" / "cesm"
PICTURES, QUICK_PICTURES = 12, 4
TIMED = 2
LIMIT_S = 20.0
"""Seconds that a picture may take on two idle cores."""


def measure(*, quick: bool = False, images: Path = CESM_IMAGES, kept: Path | None = None) -> list[Row]:
    """Measure both bundles.

    Args:
        quick: fewer pictures; shows that every row works, the figures mean little.
        images: the subset of CDD-CESM; without it the rows of `cesm` are its speed alone.
        kept: folder of what is drawn; default: in the user's cache folder.
    """
    rows = []
    for bundle in ("phantom", "cesm"):
        rows += speed_rows(bundle, quick=quick)
        folder = (kept or cache_folder()) / bundle / ("quick" if quick else "full")
        folder.mkdir(parents=True, exist_ok=True)
        sources = phantom_sources(quick) if bundle == "phantom" else cesm_sources(images, folder)
        if sources:
            rows += evaluation_rows(bundle, evaluated(bundle, sources, folder, quick=quick))
        else:
            sys.stderr.write(f"{bundle}: got no images in {images}, so its pictures are not compared\n")
    return rows


def cache_folder() -> Path:
    """Where pictures are kept: outside of the repository, since some pages show real mammograms."""
    return Path(os.environ.get("XDG_CACHE_HOME") or Path.home() / ".cache") / "mambo-reader" / "bench-model"


def speed_rows(bundle: str, *, quick: bool) -> list[Row]:
    """Median seconds of a picture with the bundle's defaults, by one thread and by all."""
    import torch

    from mambo_engine.loading import load_bundle

    cascade, every = load_bundle(bundle), torch.get_num_threads()
    size, rows = cascade.stages["patch"].geometry.size, []
    try:
        for threads in dict.fromkeys((1, every)):
            torch.set_num_threads(threads)
            if not quick:  # warms up
                cascade.sample(seed=0)
            times = []
            for seed in range(1, 2 if quick else 1 + TIMED):
                started = time.perf_counter()
                cascade.sample(seed=seed)
                times.append(time.perf_counter() - started)
            median = sorted(times)[len(times) // 2]
            what = f"{bundle}: a picture of {size} × {size}, {threads} thread{'s' if threads > 1 else ''}"
            rows.append(Row(what, median, "s", f"the limit of {LIMIT_S:g} s", median / LIMIT_S))
    finally:
        torch.set_num_threads(every)
    return rows


def phantom_sources(quick: bool) -> list[str]:
    """Arguments that name held-out phantoms and those trained on."""
    real, train = (16, 40) if quick else (48, 200)
    return ["--real", "phantom", "--real-count", str(real), "--train", "phantom", "--train-count", str(train)]


def cesm_sources(images: Path, folder: Path) -> list[str]:
    """Arguments that name held-out patients and those trained on; none without the images."""
    if not images.is_dir():
        return []
    manifest = folder / "cesm.csv"
    split = ["--seed", "2022", "--val", "0.2", "--test", "0"]  # as in experiments/cesm.yaml
    _mambo("manifest", "cesm", str(images), *split, "--out", str(manifest))
    return ["--real", str(manifest), "--train", str(manifest), "--trim"]


def evaluated(bundle: str, sources: list[str], folder: Path, *, quick: bool) -> Mapping[str, Any]:
    """What `evaluate` finds, with the built-in trained extractor where it is there."""
    from mambo_engine.evaluation.label_extractor import BUILT_IN

    extractor = ["--extractor", "labels-256"] if (BUILT_IN / "extractor.json").is_file() else []
    count = QUICK_PICTURES if quick else PICTURES
    out = ["--count", str(count), "--repeats", "40" if quick else "200", "--out", str(folder / "evaluation")]
    told = _mambo("evaluate", "--bundle", bundle, *sources, *extractor, *out, "--json")
    found: dict[str, Any] = json.loads(told)
    return found


def evaluation_rows(bundle: str, found: Mapping[str, Any]) -> list[Row]:
    """One row a figure, with its interval, beside what real pictures reach themselves."""
    rows = []
    for figure in found["figures"].values():
        own, real = figure["generated"], figure["real"]
        what = f"{bundle}: {figure['title']}, 95 % {own['low']:.3g} to {own['high']:.3g}"
        rows.append(
            Row(what, own["value"], "", f"real pictures' {real:.3g}", own["value"] / real if real else None)
        )
    for name, read in found.get("labels", {}).items():
        rows += label_rows(bundle, name, read)
    screen = found.get("memorization")
    if screen:
        kinds = [kind for kind in ("pixels", "features") if screen.get(kind)]
        flagged = {kind: screen[kind]["flagged"] for kind in kinds}
        told = ", ".join(f"{number} of {screen[kind]['of']} by {kind}" for kind, number in flagged.items())
        rows.append(Row(f"{bundle}: flagged as copies of training pictures: {told}", sum(flagged.values()), ""))
    return rows


def label_rows(bundle: str, name: str, read: Mapping[str, Any]) -> list[Row]:
    """How often the label that was asked for is the one read, beside the same of real pictures."""
    own, real = read["generated"]["accuracy"], read["real"]["accuracy"] if read.get("real") else None
    what = f"{bundle}: {name} read as asked, 95 % {own['low']:.2f} to {own['high']:.2f}"
    if not real or not real["value"]:
        return [Row(what, own["value"], "")]
    peer = f"real pictures' {real['value']:.2f}"
    return [Row(what, own["value"], "", peer, own["value"] / real["value"])]


def _mambo(*arguments: str) -> str:
    command = [sys.executable, "-m", "mambo_engine", *arguments]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=True)
    return done.stdout
