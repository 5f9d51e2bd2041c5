"""A model card made from what a bundle declares; a hand-written one says more."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from mambo_engine.checkpoint.manifest import BundleManifest


def model_card(manifest: BundleManifest) -> str:
    """Return the Markdown text of a card: what the model is, what it was made from, what it is not for."""
    rows = {
        "image": f"{manifest.size} x {manifest.size} px, {manifest.intensity.bits} bit",
        "pixel spacing": f"{manifest.pixel_spacing_mm:g} mm" if manifest.pixel_spacing_mm else "not declared",
        "patches": f"{manifest.patch_size} px, overlap {manifest.overlap} px, k = {manifest.context_factor}",
        "labels": _labels(manifest),
        "trained on": manifest.data,
        "sampler": f"{manifest.defaults.sampler}, {manifest.defaults.steps} steps, "
        f"guidance {manifest.defaults.guidance:g}",
        "license": manifest.license,
    }
    lines = [f"# Bundle `{manifest.name}`", "", "| | |", "| --- | --- |"]
    lines += [f"| {name} | {value} |" for name, value in rows.items()]
    lines += [
        "",
        "`bundle.json` holds every setting. Nothing is stated here about the quality of the images.",
        "",
        "It must not be used for diagnosis or as evidence about patients.",
        "",
    ]
    return "\n".join(lines)


def _labels(manifest: BundleManifest) -> str:
    fields = [f"{name} {', '.join(values)}" for name, values in manifest.vocabulary.items()]
    return "; ".join(fields) or "none"
