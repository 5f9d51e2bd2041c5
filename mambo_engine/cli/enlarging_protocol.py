"""`protocol table-4` and `table-5`: real pictures shrunk and enlarged again by several methods.

Both tables of the paper have one protocol, so either name prints the figures of both. Patches that were drawn are
kept in --out; the same command goes on from there.
"""

from __future__ import annotations

import argparse
import hashlib
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray
from tqdm import tqdm

from mambo_engine.cli.engine_options import cascade_from
from mambo_engine.cli.extractor_choice import HELP as EXTRACTOR_HELP
from mambo_engine.cli.extractor_choice import chosen_extractor
from mambo_engine.cli.outside_methods import Outside, add_outside_arguments, outside_methods, write_low
from mambo_engine.cli.protocol_options import add_drawing_arguments, picture_source, write_table
from mambo_engine.config import require, to_mapping

if TYPE_CHECKING:
    from mambo_engine.cascade.cascade import Cascade
    from mambo_engine.cascade.sampling import Plan
    from mambo_engine.checkpoint import BundleManifest
    from mambo_engine.cli.kept_pictures import KeptPictures
    from mambo_engine.evaluation.perceptual import Perceptual
    from mambo_engine.evaluation.pictures import PictureSet
    from mambo_engine.replication.enlarging import Comparison, EnlargingSettings

Images = NDArray[np.float32]
Method = Callable[[Images, int], Images]
"""From a low resolution and the number of the picture to one or several enlarged images (v, N, N)."""


def add_arguments(parser: argparse.ArgumentParser, part: str) -> None:
    """Declare the arguments; both parts take the same."""
    add_drawing_arguments(parser)
    parser.add_argument("--config", default="table-4", metavar="NAME|FILE", help="settings (default: table-4)")
    parser.add_argument("--real-count", type=int, help="of the held-out pictures (default: as the settings say)")
    parser.add_argument("--extractor", metavar="NAME|FILE", default="texture-16", help=EXTRACTOR_HELP)
    parser.add_argument("--lpips-trunk", type=Path, metavar="FILE", help="TorchScript network of LPIPS")
    parser.add_argument("--lpips-heads", type=Path, metavar="FILE", help="linear heads that belong to it")
    parser.add_argument("--seed", type=int, default=0, help=f"of {part}'s places, noise and resampling")
    parser.add_argument("--repeats", type=int, default=1000, help="resampled sets an interval (default: 1000)")
    add_outside_arguments(parser)


def run(options: argparse.Namespace) -> int:
    """Check, draw what is missing, measure, write."""
    from mambo_engine.checkpoint import read_manifest
    from mambo_engine.cli.upscale import known_factors
    from mambo_engine.replication.enlarging import Comparison, EnlargingSettings
    from mambo_engine.replication.enlarging_table import enlarging_table
    from mambo_engine.replication.settings import read_settings, settings_path

    settings = read_settings(EnlargingSettings, settings_path(options.config))
    if options.real_count is not None:
        settings = replace(settings, pictures=options.real_count)
    require(options.repeats >= 20, f"--repeats: got {options.repeats}, expected at least 20")
    manifest = read_manifest(options.bundle)
    factors = known_factors(manifest, argparse.Namespace(factor=None))
    extractor, lpips = chosen_extractor(options.extractor, crop_px=manifest.patch_size), _lpips(options)
    source = picture_source(options, manifest, count=settings.pictures, training=False)
    outside = outside_methods(options, source.names, list(factors.values()), manifest.size)
    cascade, plan = cascade_from(options, options.bundle)
    real = source.load("real pictures")
    require(len(real) >= 4, f"--real: got {len(real)} pictures, expected at least 4")
    write_low(options, real, factors)
    job = _job(options, real, cascade, plan, settings=settings, digest=manifest.digest)
    comparison = Comparison(job.originals(), extractor, lpips, options.seed, options.repeats)
    found = {
        factor: {name: comparison.figures(patches) for name, patches in job.patches(side, outside).items()}
        for side, factor in factors.items()
    }
    about = {"differs": _differs(manifest), "notes": _notes(comparison)}
    table = enlarging_table(options.part, found, comparison.columns, **about)
    facts = {"bundle": manifest.name, "digest": manifest.digest, "real": options.real, "seed": options.seed}
    told = {"extractor": {"name": extractor.name, "sha256": extractor.digest}, "settings": to_mapping(settings)}
    write_table(table, options, {**facts, **told})
    return 0


def _job(
    options: argparse.Namespace,
    real: PictureSet,
    cascade: Cascade,
    plan: Plan,
    *,
    settings: EnlargingSettings,
    digest: str,
) -> _Job:
    from mambo_engine.cli.kept_pictures import KeptPictures

    how = {"steps": options.steps, "sampler": options.sampler}
    kept = KeptPictures(options.out, {"digest": digest, **how})
    return _Job(real, cascade, settings, kept, {"plan": plan, **how}, options.seed)


def _notes(comparison: Comparison) -> list[str]:
    pictures, patches, side = comparison.originals.shape[:3]
    extractor = comparison.extractor
    notes = [
        f"{pictures} pictures, {patches} patches of {side} px each; "
        f"features: {extractor.name}, {extractor.comparable}",
        f"95 % intervals: whole pictures resampled {comparison.repeats} times, Fréchet distances at most 200",
        "DDNM on stage 1 and the last row of ours keep the area mean of what is given; the cascade alone does not",
    ]
    return notes if comparison.lpips else [*notes, "LPIPS: not measured without --lpips-trunk and --lpips-heads"]


def _lpips(options: argparse.Namespace) -> Perceptual | None:
    from mambo_engine.evaluation.perceptual import open_perceptual

    both = (options.lpips_trunk is None) == (options.lpips_heads is None)
    require(both, "--lpips-trunk and --lpips-heads: got one of them, expected both or none")
    return None if options.lpips_trunk is None else open_perceptual(options.lpips_trunk, options.lpips_heads)


@dataclass(frozen=True)
class _Job:
    """All methods on all pictures, patch by patch."""

    real: PictureSet
    cascade: Cascade
    settings: EnlargingSettings
    kept: KeptPictures
    draw: Mapping[str, object]
    seed: int

    def corners(self, number: int) -> list[tuple[int, int]]:
        from mambo_engine.replication.enlarging import corners

        return corners(self.real.images[number], self.cascade.stages["patch"], self.seed + number)

    def originals(self) -> Images:
        return np.stack([self._cut(number, image[None])[0] for number, image in enumerate(self.real.images)])

    def patches(self, side: int, outside: Mapping[str, Outside]) -> dict[str, Images]:
        """Patches (n, p, s, s) of each method that enlarges from `side`."""
        from mambo_engine.replication.enlarging import BICUBIC, CASCADE, CONSISTENT, ZERO_SHOT
        from mambo_engine.superresolution import bicubic

        factor = self.real.side // side
        found = {BICUBIC: self._all(side, lambda low, _: bicubic(low, factor)[None])[:, 0]}
        facts = to_mapping(self.settings.zero_shot)
        found[ZERO_SHOT] = self._all(side, self._zero_shot, f"zero-shot-{factor}", facts)[:, 0]
        drawn = self._all(side, self._cascade, f"cascade-{factor}", {})
        found[CASCADE], found[CONSISTENT] = drawn[:, 0], drawn[:, 1]
        for name, method in outside.items():
            found[name] = self._all(side, partial(method.enlarged, self.real.names, factor))[:, 0]
        return found

    def _all(
        self, side: int, method: Method, name: str | None = None, facts: Mapping[str, object] | None = None
    ) -> Images:
        from mambo_engine.superresolution import degraded

        found = []
        for number, image in enumerate(
            tqdm(self.real.images, desc=name, unit="picture", disable=not name or None)
        ):
            low = degraded(image, size=self.real.side, side=side)[1]
            make = partial(self._patches, method, low, number)
            about = {"low": hashlib.sha256(low.tobytes()).hexdigest(), "seed": self.seed + number, **(facts or {})}
            found.append(self.kept.picture(f"{name}-{number:05d}", about, make) if name else make())
        return np.stack(found)

    def _patches(self, method: Method, low: Images, number: int) -> Images:
        return self._cut(number, method(low, number))

    def _cut(self, number: int, images: Images) -> Images:
        from mambo_engine.replication.enlarging import cut

        side = self.cascade.stages["patch"].geometry.patch_size
        return np.stack([cut(image, self.corners(number), side) for image in images])

    def _zero_shot(self, low: Images, number: int) -> Images:
        from mambo_engine.replication.range_null import zero_shot

        stage, how = self.cascade.stages["global"], self.settings.zero_shot
        return zero_shot(stage, low, how, size=self.real.side, seed=self.seed + number)[None]

    def _cascade(self, low: Images, number: int) -> Images:
        from mambo_engine.superresolution import upscale, with_area_mean

        free = upscale(self.cascade, low, None, self.seed + number, **self.draw).image  # type: ignore[arg-type]
        return np.stack([free, with_area_mean(free, low)])


def _differs(manifest: BundleManifest) -> list[str]:
    geometry = manifest.geometry
    middle, most = geometry.size // geometry.mid_size, geometry.size // geometry.patch_size
    return [
        f"data: the bundle's: {manifest.data}",
        f"size: {geometry.size} px, shrunk {middle} and {most} times; the paper's is 4096 px, 4 and 16 times: "
        "only the order of methods within one factor compares",
        f"patches: {geometry.patch_size} px at the scale of the original; the paper's 256 px, 2,540 of them",
        "Fréchet distance: not on Inception features unless --extractor names them; the paper's are FID",
        "DDNM: on our stage 1 in overlapping windows; the paper's prior and windows may differ",
        "pictures are asked for no label",
    ]
