"""`protocol table-6` and `table-9`: anomaly maps against true lesions, by lesion size and by noise level.

The scores of each image are kept in --out; the same command goes on from there. One run gives both tables.
"""

from __future__ import annotations

import argparse
import re
from collections.abc import Iterator
from pathlib import Path
from typing import TYPE_CHECKING, Any

import numpy as np
from tqdm import tqdm

from mambo_engine.cli.engine_options import add_engine_arguments, cascade_from
from mambo_engine.cli.inputs import add_reading_arguments, check_files, read_mammogram
from mambo_engine.cli.protocol_options import PHANTOM, write_table
from mambo_engine.config import require
from mambo_engine.errors import DataError

if TYPE_CHECKING:
    from mambo_engine.anomaly import AnomalySettings
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.replication.lesions import CaseScores, LesionCase

PAPER_LEVEL = 700
CIRCLE = re.compile(r"(mdb\d{3}) +[FGD] +[A-Z]{4} +[BM] +(\d+) +(\d+) +(\d+)")


def add_arguments(parser: argparse.ArgumentParser, part: str) -> None:
    """Declare the arguments."""
    parser.add_argument("--bundle", required=True, help="a bundle's name or folder; its stage 1 is used")
    real = f"{PHANTOM}; the folder of mini-MIAS; or a folder of pictures, with --truth"
    parser.add_argument("--real", required=True, help=f"pictures with lesions: {real}")
    parser.add_argument("--truth", type=Path, metavar="DIR", help="true masks, named as the pictures")
    parser.add_argument(
        "--patient",
        metavar="PATTERN",
        help="regular expression whose match in a file's name is the patient's (default: each picture is another "
        "patient's; mini-MIAS by its pairs)",
    )
    parser.add_argument("--count", type=int, help="of the pictures (default: all; 54 phantoms)")
    parser.add_argument(
        "--levels", default="300,400,500,600,700,800,900", help="noise levels (default: the paper's)"
    )
    parser.add_argument("--level", type=int, default=PAPER_LEVEL, help="that table 6 is at (default: 700)")
    parser.add_argument("--bucket", type=int, default=18, help="pictures in a bucket of lesion area (default: 18)")
    parser.add_argument("--draws", type=int, default=1, help="noise draws that are averaged (default: 1)")
    parser.add_argument("--label", action="append", default=[], metavar="FIELD=VALUE", help="of healthy breasts")
    parser.add_argument("--steps", type=int, help="of a walk down from T (default: the bundle's)")
    parser.add_argument("--seed", type=int, default=0)
    parser.add_argument("--out", type=Path, required=True, help="folder of the figures, and of what is kept")
    parser.add_argument("--json", action="store_true", help="print the figures as JSON")
    add_reading_arguments(parser)
    add_engine_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check, score what is missing, write both tables; the one asked for is printed."""
    from mambo_engine.anomaly import AnomalySettings
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.cli.sample import parse_labels
    from mambo_engine.config import label_indices
    from mambo_engine.replication.lesions import FIGURES

    manifest, levels = read_manifest(options.bundle), _levels(options)
    labels = parse_labels(options.label)
    label_indices(manifest.vocabulary, labels)
    last = manifest.stages["global"].schedule.num_timesteps
    require(max(levels) <= last, f"--levels: got {max(levels)}, expected 1..{last}")
    require(options.bucket >= 1, f"--bucket: got {options.bucket}, expected at least 1")
    require(options.count is None or options.count >= 2, f"--count: got {options.count}, expected at least 2")
    settings = AnomalySettings(draws=options.draws, steps=options.steps, sampler=manifest.defaults.sampler)
    facts = {"digest": manifest.digest, "levels": list(levels), "labels": labels, "draws": options.draws}
    facts |= {"steps": options.steps, "seed": options.seed}
    facts["figures"] = list(FIGURES)
    cases = list(_cases(options, manifest.patch_size))
    require(len(cases) >= 2, f"--real: got {len(cases)} pictures with a lesion, expected at least 2")
    scores = _scored(options, cases, levels, settings, labels=labels, kept=KeptPictures(options.out, facts))
    _write(options, manifest, scores, levels, facts={"bundle": manifest.name, "real": options.real, **facts})
    return 0


def _levels(options: argparse.Namespace) -> tuple[int, ...]:
    texts = options.levels.split(",")
    require(
        all(text.strip().isdigit() for text in texts), f"--levels: got {options.levels!r}, expected 300,500,700"
    )
    levels = tuple(sorted({int(text) for text in texts}))
    require(levels[0] >= 1, f"--levels: got {levels[0]}, expected at least 1")
    require(options.level in levels, f"--level: got {options.level}, expected one of --levels {options.levels}")
    return levels


def _cases(options: argparse.Namespace, side: int) -> Iterator[LesionCase]:
    """The pictures with a lesion that has a pixel at `side`."""
    from mambo_engine.replication.lesions import phantom_cases

    if options.real == PHANTOM:
        require(options.truth is None, "--truth: got a folder beside phantoms, which have their own masks")
        yield from phantom_cases(options.count or 54, side)
        return
    folder = Path(options.real)
    if not folder.is_dir():
        raise DataError(f"--real: got {folder}, expected {PHANTOM} or a folder")
    found = _mias(folder) if options.truth is None else _files(folder)
    check_files([path for path, _ in found])
    for path, circles in tqdm(found[: options.count], desc="pictures", unit="picture", disable=None, leave=False):
        case = _case(options, path, circles, side)
        if case is not None:
            yield case


def _files(folder: Path) -> list[tuple[Path, list[tuple[int, ...]]]]:
    suffixes = {".png", ".jpg", ".jpeg", ".tif", ".tiff", ".pgm", ".dcm"}
    return [(path, []) for path in sorted(folder.iterdir()) if path.suffix.lower() in suffixes]


def _mias(folder: Path) -> list[tuple[Path, list[tuple[int, ...]]]]:
    """The films of mini-MIAS with circles: (x, y from the bottom, radius) of each."""
    table = folder / "Info.txt"
    if not table.is_file():
        raise DataError(f"{folder}: got no Info.txt of mini-MIAS and no --truth, expected one of them")
    circles: dict[str, list[tuple[int, ...]]] = {}
    for line in table.read_text(encoding="latin-1").splitlines():
        if row := CIRCLE.match(line):
            circles.setdefault(row[1], []).append((int(row[2]), int(row[3]), int(row[4])))
    paths = {path.stem: path for path in folder.rglob("mdb*") if path.suffix in {".png", ".pgm"}}
    return [(paths[name], rows) for name, rows in sorted(circles.items()) if name in paths]


def _case(options: argparse.Namespace, path: Path, circles: list[tuple[int, ...]], side: int) -> LesionCase | None:
    from mambo_engine.cli.anomaly_files import read_truth, truth_path
    from mambo_engine.replication.lesions import LesionCase, circle_mask, shrunk_mask
    from mambo_engine.superresolution import shrunk

    mammogram = read_mammogram(path, options)
    if circles:
        rows = mammogram.stored.shape[0]
        stored = np.any(
            [circle_mask(mammogram.stored.shape, rows - y, x, radius) for x, y, radius in circles], axis=0
        )
        truth = shrunk_mask(mammogram.prepared.transform.apply_mask(stored), side)
    else:
        truth = read_truth(mammogram, truth_path(path, options.truth), side).mask
    breast = shrunk_mask(mammogram.prepared.mask, side)
    if not truth.any():
        return None
    image = shrunk(mammogram.prepared.image, side)
    return LesionCase(path.stem, image, breast, truth, _patient(options, path.stem, mias=bool(circles)))


def _patient(options: argparse.Namespace, name: str, *, mias: bool) -> str:
    """Whose a picture is; films 2n - 1 and 2n of mini-MIAS are of one woman."""
    if options.patient:
        found = re.search(options.patient, name)
        if found is None:
            raise DataError(f"--patient: got no match of {options.patient!r} in {name}, expected one in each name")
        return found[0]
    return f"pair {(int(name[3:]) + 1) // 2}" if mias else name


def _scored(
    options: argparse.Namespace,
    cases: list[LesionCase],
    levels: tuple[int, ...],
    settings: AnomalySettings,
    *,
    labels: dict[str, str],
    kept: KeptPictures,
) -> list[CaseScores]:
    from mambo_engine.replication.lesions import CaseScores, score_case

    cascade, _ = cascade_from(options, options.bundle)
    found = []
    for case in tqdm(cases, desc="segmented", unit="picture", disable=None):

        def score(case: LesionCase = case) -> Any:
            return score_case(cascade, case, levels, settings, labels=labels, seed=options.seed).values

        name = f"lesion-{re.sub(r'[^A-Za-z0-9_-]', '-', case.name)}"
        values = kept.picture(name, {"case": case.name, "area": int(case.truth.sum())}, score)
        found.append(CaseScores(int(case.truth.sum()), values, case.patient))
    return found


def _write(
    options: argparse.Namespace,
    manifest: BundleManifest,
    scores: list[CaseScores],
    levels: tuple[int, ...],
    *,
    facts: dict[str, Any],
) -> None:
    from mambo_engine.replication.lesions import area_table, level_table

    side, source = manifest.patch_size, Path(options.real).name
    differs = [
        "data: the paper has masses of InBreast and a stage 1 trained on healthy breasts of VinDr-Mammo",
        f"bundle: {manifest.data}",
        f"size: stage 1 of {side} px, so a lesion has {(256 // side) ** 2 or 1} times fewer pixels than at 256",
    ]
    asked = ", ".join(f"{name} {value}" for name, value in facts["labels"].items()) or "no label"
    notes = [
        f"{len(scores)} pictures of {len({one.patient for one in scores})} patients ({source}), noise draws "
        f"a picture: {options.draws}, asked for: {asked}; 95 % intervals over patients",
        "brightest pixels: as many of the brightest pixels of the breast as the map has, without any model; pixel "
        "AUC: of the map, and of the picture itself, inside the eroded breast, .5 where the lesion is outside it",
    ]
    common: dict[str, Any] = {"differs": differs, "notes": notes, "seed": options.seed}
    tables = {
        "table-6": area_table(scores, levels.index(options.level), bucket=options.bucket, side=side, **common),
        "table-9": level_table(scores, levels, **common),
    }
    for name, table in tables.items():
        write_table(table, options, facts, printed=name == options.part)
