"""Turns what the engine drew into pictures of the site, with the provenance to draw them again."""

from __future__ import annotations

from dataclasses import fields

from webapp.core.errors import DomainError
from webapp.generation.engine import Finding, Given, Picture
from webapp.generation.models import GenerationRequest
from webapp.generation.parameters import Parameters, label_title
from webapp.imaging.ingest.source import SourceImage, Window
from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_pixels
from webapp.imaging.services import image_add

FINAL = "patch"


def request_parameters(request: GenerationRequest) -> Parameters:
    """Return the parameters that a request was stored with."""
    return Parameters(**{field.name: getattr(request, field.name) for field in fields(Parameters)})


def picture_given(request: GenerationRequest) -> Given | None:
    """Return the picture that the request asks to upscale or to search; none where one is drawn anew.

    Raises:
        DomainError: when it was removed since.
    """
    if not request.source_sha256:
        return None
    if request.source is None:
        what = "upscale" if request.upscales else "search"
        raise DomainError(f"The picture to {what} was removed.", field="source")
    return Given(image_pixels(request.source), request.source.bits)


def picture_store(request: GenerationRequest, picture: Picture, stage: str) -> Image:
    """Add a stage's picture, or return the same one that an earlier attempt has left.

    The same request draws the same pixels in every attempt, so a picture that was stored just before a
    worker died is found again by the request's name.
    """
    name = request.token if stage == FINAL else f"{request.token}:{stage}"
    existing = Image.objects.filter(provenance__request_id=name).first()
    if existing is not None:
        return existing
    chosen = {key: value for key, value in request.labels.items() if value}
    spacing = picture.pixel_spacing_mm
    raster = SourceImage(
        pixels=picture.pixels,
        bits=picture.bits,
        spacing_mm=(spacing, spacing) if spacing else None,
        spacing_kind="declared" if spacing else "",
        view=chosen.get("view", ""),
    )
    return image_add(
        raster,
        title=picture_title(request),
        # An upscaled picture is neither: a study must not take it for a generated one.
        source=Source.GENERATED if stage == FINAL and not request.upscales else Source.PREVIEW,
        created_by=request.user,
        labels=chosen,
        provenance={
            "bundle": request.bundle,
            "digest": request.bundle_digest,
            "seed": request.seed,
            "labels": request.labels,
            "sampler": request.sampler,
            "steps": request.steps,
            "guidance": request.guidance,
            "code_version": request.code_version,
            "request_id": name,
            "kind": "upscaled" if request.upscales else "cascade",
        },
    )


def finding_store(request: GenerationRequest, finding: Finding) -> tuple[Image, Image]:
    """Add a map and the healthy counterpart as pictures that no list shows, or return those there are."""
    shown = (("map", finding.map, Window(32767.5, 65536.0)), ("healthy", finding.healthy, None))
    kept = []
    for kind, picture, window in shown:
        name = f"{request.token}:{kind}"
        kept.append(
            Image.objects.filter(provenance__request_id=name).first()
            or image_add(
                SourceImage(pixels=picture.pixels, bits=picture.bits, window=window),
                title=f"Anomaly {kind}",
                source=Source.PREVIEW,
                created_by=request.user,
                provenance={"bundle": request.bundle, "digest": request.bundle_digest, "seed": request.seed}
                | {"kind": f"anomaly {kind}", "request_id": name, "code_version": request.code_version},
            )
        )
    return kept[0], kept[1]


def picture_title(request: GenerationRequest) -> str:
    """Return how people find the picture: its labels and seed."""
    chosen = [f"{label_title(name)} {value}" for name, value in request.labels.items() if value]
    first = ["upscaled"] if request.upscales else []
    return ", ".join([*first, *chosen, f"seed {request.seed}"])
