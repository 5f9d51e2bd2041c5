"""Cases come into a draft, get the study's own picture, and may leave again while it is a draft."""

from __future__ import annotations

import secrets
from collections.abc import Sequence

from django.db import transaction

from studies.models.case import Asset, AssetState, Case
from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from studies.services.audit import audit_add
from studies.services.truth import truth_add
from webapp.accounts.models import User
from webapp.core.errors import ConflictError, DomainError, NotFoundError
from webapp.imaging.models import Image
from webapp.imaging.reservations import exposed
from webapp.imaging.services import image_delete, image_normalize

CODE_ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZ23456789"  # no I, O, 0, 1: codes are read aloud
CODE_LENGTH = 5


@transaction.atomic
def cases_add(study: Study, image_tokens: Sequence[str], actor: User) -> list[Asset]:
    """Add library images to a draft; those that are in it already are left alone.

    Locks: the study's row. Emits: "cases.added".

    Returns:
        The new cases' assets, whose pictures are still to be prepared (the caller enqueues that on commit).

    Raises:
        DomainError: when no image is named, or one can't be a case.
        NotFoundError: when a token is unknown.
        ConflictError: when the study is no draft, or readers may have seen one of the images in the gallery.
    """
    study = draft_for_update(study)
    if not image_tokens:
        raise DomainError("No image is selected. Select at least one.", field="image")
    found = {image.token: image for image in Image.objects.filter(token__in=image_tokens)}
    if len(found) < len(set(image_tokens)):
        raise NotFoundError("One of the selected images is no longer in the library.", field="image")
    seen = exposed(Image.objects.filter(token__in=image_tokens)).first()
    if seen is not None:
        raise ConflictError(f"{seen.title} was in the gallery, where readers may have seen it. Take another.")
    present = set(CaseTruth.objects.filter(case__study=study).values_list("source_image__pixel_sha256", flat=True))
    assets = []
    for image in found.values():
        if image.pixel_sha256 in present:
            continue
        present.add(image.pixel_sha256)
        assets.append(_case_create(study, image))
    if assets:
        # How many, not which: images are often added one source at a time, and coordinators read the record.
        audit_add(study, actor, "cases.added", {"cases": len(assets)})
    return assets


@transaction.atomic
def case_remove(study: Study, code: str, actor: User) -> None:
    """Take a case out of a draft. The library keeps its image.

    Locks: the study's row. Emits: "case.removed".

    Raises:
        NotFoundError: when the study has no such case.
        ConflictError: when the study is no draft.
    """
    study = draft_for_update(study)
    case = Case.objects.filter(study=study, code=code).select_related("asset__image").first()
    if case is None:
        raise NotFoundError(f"This study has no case {code}.")
    picture = case.asset.image
    case.delete()
    if picture is not None and not Asset.objects.filter(image=picture).exists():  # a rehearsal may show it too
        image_delete(picture)
    audit_add(study, actor, "case.removed", {"case": code})


def asset_build(asset_id: int) -> None:
    """Make the study's own picture of a case; a second call for a ready one does nothing.

    A picture that can't be made leaves the asset failed with its reason, which the readiness list shows.
    """
    asset = Asset.objects.select_related("case__study").filter(pk=asset_id).first()
    if asset is None or asset.state == AssetState.READY:
        return
    truth = CaseTruth.objects.select_related("source_image").get(case=asset.case)
    size = asset.case.study.protocols.latest("number").body["picture"]
    try:
        image = image_normalize(
            truth.source_image, rows=size["rows"], columns=size["columns"], seed=asset.normalization_seed
        )
    except DomainError as error:
        Asset.objects.filter(pk=asset_id).update(state=AssetState.FAILED, reason=error.message[:300])
        return
    waiting = Asset.objects.filter(pk=asset_id).exclude(state=AssetState.READY)
    if not waiting.update(state=AssetState.READY, image=image, reason=""):
        image_delete(image)  # the case left meanwhile, or another worker was faster


def draft_for_update(study: Study) -> Study:
    """Return the study's row locked for writing, sure to be a draft.

    Raises:
        ConflictError: when the study is locked or beyond.
    """
    current = Study.objects.select_for_update().get(pk=study.pk)
    if current.state != State.DRAFT:
        raise ConflictError("This study is locked: its cases can't change any more.")
    return current


def random_code(taken: set[str], *, length: int = CODE_LENGTH) -> str:
    """Return a code of letters and digits that is not taken, and add it to the taken ones."""
    while (code := "".join(secrets.choice(CODE_ALPHABET) for _ in range(length))) in taken:
        pass
    taken.add(code)
    return code


def _case_create(study: Study, image: Image) -> Asset:
    taken = set(Case.objects.filter(study=study).values_list("code", flat=True))
    case = Case.objects.create(study=study, code=random_code(taken))
    truth_add(case, image)
    return Asset.objects.create(case=case, normalization_seed=secrets.randbits(62))
