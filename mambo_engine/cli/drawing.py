"""Draws groups of pictures into a folder: progress, one file a picture, and a state to go on from after a stop."""

from __future__ import annotations

import json
import sys
import time
from collections.abc import Mapping, Sequence
from dataclasses import replace
from pathlib import Path
from typing import Any, cast

import pydicom
from pydicom.errors import InvalidDicomError
from tqdm import tqdm

from mambo_engine import __version__
from mambo_engine.cascade.cascade import Cascade
from mambo_engine.cascade.events import PatchEvent
from mambo_engine.cascade.options import DrawOptions, sampling_of
from mambo_engine.cascade.result import CascadeResult
from mambo_engine.cascade.sampling import ImageRequest, Plan
from mambo_engine.cascade.state import CascadeState
from mambo_engine.checkpoint import BundleManifest
from mambo_engine.cli.pictures import PictureFolder, provenance_of
from mambo_engine.config import STAGES, to_mapping
from mambo_engine.data.dicom_output import Derivation, derived_dicom, write_dicom
from mambo_engine.errors import DataError, StateError

SAVE_EVERY_S = 30.0
TITLES = {"global": "overview", "local": "contexts", "patch": "patches"}


class Drawing:
    """Draws pictures with one cascade into one folder.

    Args:
        cascade: the models.
        manifest: of their bundle.
        out: folder of the pictures.
        form: png, dicom or both.
        asked: how everything is sampled.
    """

    def __init__(
        self, cascade: Cascade, manifest: BundleManifest, out: Path, *, form: str, asked: DrawOptions
    ) -> None:
        self.cascade, self.manifest, self.form, self.asked = cascade, manifest, form, asked
        self.folder = PictureFolder(out)
        self.state_path = out / "unfinished.npz"
        self.sampling = to_mapping(replace(sampling_of(asked, manifest.defaults), plan=Plan()))
        self.sampling.pop("plan")

    def draw(self, requests: Sequence[ImageRequest]) -> list[dict[str, Any]]:
        """Draw the pictures that are not there yet; return file, seed, labels and seconds of each.

        On Ctrl-C or any other end the last state is kept in `unfinished.npz`; the same call goes on from it.
        """
        missing = [request for request in requests if not self._is_there(request)]
        started = time.perf_counter()
        results = self._draw(missing) if missing else []
        seconds = round((time.perf_counter() - started) / max(1, len(missing)), 2)
        made = {
            request.seed: self._write(request, result) for request, result in zip(missing, results, strict=True)
        }
        self.state_path.unlink(missing_ok=True)
        return [
            {
                "file": str(made.get(request.seed, self._path(request))),
                "seed": request.seed,
                "labels": dict(request.labels),
                "seconds": seconds if request.seed in made else 0.0,
            }
            for request in requests
        ]

    def _draw(self, requests: Sequence[ImageRequest]) -> list[CascadeResult]:
        last: list[CascadeState] = []
        saved = time.monotonic()

        def keep(state: CascadeState) -> None:
            nonlocal saved
            last[:] = [state]
            if time.monotonic() - saved > SAVE_EVERY_S:
                state.save(self.state_path)
                saved = time.monotonic()

        with _PatchBar(len(requests)) as bar:
            watched: DrawOptions = {**self.asked, "on_patch": bar.show, "on_state": keep}
            try:
                return self._resumed(requests, watched)
            except BaseException:
                if last:
                    last[0].save(self.state_path)
                    bar.close()
                    sys.stderr.write(f"Kept in {self.state_path}; the same command goes on from there.\n")
                raise

    def _resumed(self, requests: Sequence[ImageRequest], options: DrawOptions) -> list[CascadeResult]:
        if not self.state_path.is_file():
            return self.cascade.sample_many(requests, **options)
        try:
            options["state"] = CascadeState.load(self.state_path)
            return self.cascade.sample_many(requests, **options)
        except (DataError, StateError):
            sys.stderr.write(f"{self.state_path}: of another drawing or cut off; begun anew.\n")
            options["state"] = None
            return self.cascade.sample_many(requests, **options)

    def provenance(self, request: ImageRequest) -> dict[str, Any]:
        """What a picture says of itself: everything that determines it."""
        return {
            "synthetic": True,
            "bundle": self.manifest.name,
            "digest": self.manifest.digest,
            "seed": request.seed,
            "labels": dict(request.labels),
            "sampling": self.sampling,
            "engine": __version__,
        }

    def _path(self, request: ImageRequest) -> Path:
        return self.folder.folder / f"generated_{request.seed:05d}.{'dcm' if self.form == 'dicom' else 'png'}"

    def _is_there(self, request: ImageRequest) -> bool:
        path = self._path(request)
        if self.form == "dicom":
            return path.is_file() and _dicom_provenance(path) == self.provenance(request)
        other = path.with_suffix(".dcm")
        return (self.form == "png" or other.is_file()) and provenance_of(path) == self.provenance(request)

    def _write(self, request: ImageRequest, result: CascadeResult) -> Path:
        path, provenance, pixels = self._path(request), self.provenance(request), result.stored_pixels()
        facts = {**request.labels, "laterality": "L", "pixel_spacing_mm": result.pixel_spacing_mm}
        if self.form != "png":
            dataset = derived_dicom(
                pixels,
                Derivation(
                    _sentence(self.manifest, request),
                    provenance,
                    view=request.labels.get("view", ""),
                    laterality="L",
                ),
                bits=result.intensity.bits,
                pixel_spacing_mm=result.pixel_spacing_mm,
            )
            write_dicom(path.with_suffix(".dcm"), dataset)
            self.folder.note(path.with_suffix(".dcm").name, facts)
        if self.form != "dicom":
            self.folder.add(path.name, pixels, facts, provenance=provenance)
        return path


def _sentence(manifest: BundleManifest, request: ImageRequest) -> str:
    labels = ", ".join(f"{name} {value}" for name, value in request.labels.items()) or "no labels"
    drawn = f"Synthetic mammogram drawn by the model {manifest.name}, {labels}, seed {request.seed}"
    return f"{drawn}. Not for diagnosis."


def _dicom_provenance(path: Path) -> Mapping[str, Any] | None:
    try:
        dataset = pydicom.dcmread(path, stop_before_pixels=True)
        return cast(dict[str, Any], json.loads(str(dataset.get("ImageComments") or "null")))
    except (InvalidDicomError, OSError, ValueError):
        return None


class _PatchBar:
    """A progress bar of the present stage's patches, on standard error, for people only."""

    def __init__(self, images: int) -> None:
        self.images, self.stage = images, ""
        self.done: dict[int, tuple[int, int]] = {}
        self.bar = tqdm(unit="patch", disable=None, leave=False)

    def __enter__(self) -> _PatchBar:
        """Give the bar."""
        return self

    def __exit__(self, *_: object) -> None:
        """Take the bar away."""
        self.close()

    def close(self) -> None:
        """Take the bar away."""
        self.bar.close()

    def show(self, event: PatchEvent) -> None:
        """Count one finished patch."""
        if event.stage != self.stage:
            self.stage, self.done = event.stage, {}
            number = STAGES.index(event.stage) + 1  # type: ignore[arg-type]
            self.bar.set_description(f"{number} of {len(STAGES)}: {TITLES[event.stage]}")
        self.done[event.image] = (event.done, event.total)
        known = [total for _, total in self.done.values()]
        self.bar.total = round(sum(known) * self.images / len(known))
        self.bar.n = sum(done for done, _ in self.done.values())
        self.bar.refresh()
