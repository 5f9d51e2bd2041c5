"""`protocol table-3`: a classifier whose real training pictures are replaced by drawn ones, share by share.

Drawn pictures and the scores of each training are kept in --out; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Mapping
from functools import partial
from typing import TYPE_CHECKING, Any

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mambo_engine.cli.engine_options import cascade_from
from mambo_engine.cli.protocol_options import add_drawing_arguments, picture_source, write_table
from mambo_engine.config import require, to_mapping

if TYPE_CHECKING:
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.cli.picture_sources import Source
    from mambo_engine.replication.replacement import Cases, ReplacementSettings

Images = NDArray[np.float32]


def add_arguments(parser: argparse.ArgumentParser, part: str) -> None:
    """Declare the arguments."""
    add_drawing_arguments(parser)
    parser.add_argument("--config", default=part, metavar="NAME|FILE", help=f"settings (default: {part})")
    parser.add_argument("--train-count", type=int, help="of the training pictures (default: all)")
    parser.add_argument("--test-count", type=int, help="of the held-out pictures (default: all)")
    parser.add_argument("--seed", type=int, default=0, help="of noise and resampling; trainings count up from it")
    parser.add_argument("--repeats", type=int, default=1000, help="resampled sets an interval (default: 1000)")


def run(options: argparse.Namespace) -> int:
    """Check, draw what is missing, train what is missing, write."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.replication.replacement import ReplacementSettings, replacement_table
    from mambo_engine.replication.settings import read_settings, settings_path

    settings = read_settings(ReplacementSettings, settings_path(options.config))
    manifest = read_manifest(options.bundle)
    require(options.repeats >= 20, f"--repeats: got {options.repeats}, expected at least 20")
    strange = set(settings.positive + settings.negative) - set(manifest.vocabulary.get(settings.label, ()))
    told = f"{settings.label} {', '.join(sorted(strange))}"
    require(not strange, f"bundle {manifest.name}: cannot be asked for {told}; it has {dict(manifest.vocabulary)}")
    _check_table(options, settings)
    asked = {"digest": manifest.digest, "steps": options.steps, "sampler": options.sampler}
    kept = KeptPictures(options.out, asked)
    train, labels = _cases(options, manifest, settings, training=True)
    test, _ = _cases(options, manifest, settings, training=False)
    train.check("training pictures")
    test.check("test pictures")
    drawn = _drawn(options, manifest, settings, labels, kept=kept)
    found = _trainings(options, settings, train, test, drawn=drawn, kept=kept)
    facts = {"bundle": manifest.name, "digest": manifest.digest, "real": options.real, "seed": options.seed}
    notes = _notes(train, test, settings)
    table = replacement_table(
        found, test, settings, differs=_differs(manifest, settings, train), notes=notes, **_resampling(options)
    )
    write_table(table, options, {**facts, "settings": to_mapping(settings)})
    return 0


def _resampling(options: argparse.Namespace) -> dict[str, int]:
    return {"seed": options.seed, "repeats": options.repeats}


def _check_table(options: argparse.Namespace, settings: ReplacementSettings) -> None:
    """Check every row of a manifest before any picture is read."""
    from pathlib import Path

    from mambo_engine.cli.protocol_options import PHANTOM
    from mambo_engine.data.manifest import read_manifest
    from mambo_engine.data.manifest_check import check_manifest

    if options.real == PHANTOM:
        return
    require(
        options.real.endswith(".csv"),
        f"--real: got {options.real}, expected {PHANTOM} or FILE.csv of `mambo manifest`, with labels",
    )
    check_manifest(read_manifest(Path(options.real)), {settings.label: settings.positive + settings.negative})


def _cases(
    options: argparse.Namespace, manifest: BundleManifest, settings: ReplacementSettings, *, training: bool
) -> tuple[Cases, list[Mapping[str, str]]]:
    """Pictures of known class at the classifier's size, and all their labels that the bundle knows."""
    from mambo_engine.replication.replacement import Cases, at_stage

    count = options.train_count if training else options.test_count
    source = picture_source(options, manifest, count=count, training=training)
    patients = source.patients or source.names
    images, truth, who = [], [], []
    labels: list[Mapping[str, str]] = []
    for number in tqdm(_known(source, settings), desc="real pictures", unit="picture", disable=None, leave=False):
        told, picture = source.labels[number], source.read(number)
        images.append(
            at_stage(picture, settings.stage, settings.classifier.side, manifest.geometry, manifest.intensity)
        )
        truth.append(told[settings.label] in settings.positive)
        who.append(patients[number])
        labels.append({name: told[name] for name, all_ in manifest.vocabulary.items() if told.get(name) in all_})
    side = settings.classifier.side
    stack = np.stack(images) if images else np.zeros((0, side, side), dtype=np.float32)
    return Cases(stack, np.array(truth, dtype=bool), tuple(who)), labels


def _known(source: Source, settings: ReplacementSettings) -> list[int]:
    wanted = settings.positive + settings.negative
    return [number for number, told in enumerate(source.labels) if told.get(settings.label) in wanted]


def _drawn(
    options: argparse.Namespace,
    manifest: BundleManifest,
    settings: ReplacementSettings,
    labels: list[Mapping[str, str]],
    *,
    kept: KeptPictures,
) -> Images:
    """One drawn picture for each real one, with its labels."""
    from mambo_engine.cascade.sampling import ImageRequest
    from mambo_engine.evaluation.label_examples import fitted_array
    from mambo_engine.replication.coarse_drawing import draw_until

    cascade, plan = cascade_from(options, options.bundle)
    draw = partial(draw_until, cascade, plan=plan, steps=options.steps, sampler=options.sampler)
    found = []
    for number, told in enumerate(tqdm(labels, desc=f"drawn by {manifest.name}", unit="picture", disable=None)):
        request = ImageRequest(told, options.seed + number)
        facts = {"labels": dict(told), "seed": request.seed, "stage": settings.stage}
        name = f"drawn-{settings.stage}-{number:05d}"
        image = kept.picture(name, facts, partial(draw, request, settings.stage))
        found.append(fitted_array(image, settings.classifier.side))
    return np.stack(found)


def _trainings(
    options: argparse.Namespace,
    settings: ReplacementSettings,
    train: Cases,
    test: Cases,
    *,
    drawn: Images,
    kept: KeptPictures,
) -> NDArray[np.float32]:
    """Scores (shares, seeds, m) of the test pictures, one training a share and seed."""
    from mambo_engine.replication.replacement import cell

    arrays = (train.images, train.truth, drawn, test.images)
    data = hashlib.sha256(b"".join(np.ascontiguousarray(one).tobytes() for one in arrays)).hexdigest()
    facts = {"data": data, "classifier": to_mapping(settings.classifier)}
    found = np.zeros((len(settings.shares), settings.seeds, len(test.truth)), dtype=np.float32)
    with tqdm(total=found.shape[0] * found.shape[1], desc="trainings", unit="training", disable=None) as bar:
        for at, share in enumerate(settings.shares):
            for number in range(settings.seeds):
                seed = options.seed + number
                how: dict[str, Any] = {"share": share, "seed": seed}
                learn = partial(cell, train, drawn, test.images, **how, settings=settings.classifier)
                name = f"scores-{settings.label}-{round(1000 * share):04d}-{seed:03d}"
                found[at, number] = kept.picture(name, {**facts, **how}, learn)
                bar.update(1)
    return found


def _classes(settings: ReplacementSettings) -> str:
    return f"{settings.label} {'/'.join(settings.positive)} against {'/'.join(settings.negative)}"


def _notes(train: Cases, test: Cases, settings: ReplacementSettings) -> list[str]:
    told = [
        f"{name}: {len(cases.truth)} real pictures of {len(set(cases.patients))} patients, "
        f"{int(cases.truth.sum())} positive"
        for name, cases in (("training", train), ("test", test))
    ]
    share, how = float(test.truth.mean()), "recall and F1 at a score of one half"
    return [
        f"positive: {_classes(settings)}; {how}; {settings.seeds} trainings a share",
        *told,
        f"calling every test picture positive: recall 1, F1 {2 * share / (1 + share):.3f}, AUC .5",
    ]


def _differs(manifest: BundleManifest, settings: ReplacementSettings, train: Cases) -> list[str]:
    network = settings.classifier.network
    widths = ", ".join(map(str, network.widths))
    side = manifest.geometry.canvas_size(settings.stage)
    return [
        f"data: {len(train.truth)} training pictures; the paper's sets have 13,942 and 14,898",
        f"bundle: {manifest.data}",
        f"classes: {_classes(settings)}, chosen here",
        f"size: {side} px of the stage {settings.stage}, read at {network.side} px; the paper's middle resolution "
        "is 1024 or 1280 px",
        f"classifier: a network of {widths} channels, trained from nothing, chosen here",
        "runs: several trainings and intervals; the paper gives one figure a share",
    ]
