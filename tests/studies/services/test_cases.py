"""Cases come in once, get a picture that tells nothing, and leave without a trace on disk."""

from __future__ import annotations

import pytest

from studies.models.audit import AuditEvent
from studies.models.case import Asset, Case
from studies.models.truth import CaseTruth
from studies.services.cases import asset_build, case_remove, cases_add
from tests.studies.conftest import picture
from webapp.core.errors import DomainError, NotFoundError
from webapp.imaging.models import Image

pytestmark = pytest.mark.django_db


def test_cases_get_random_codes_and_their_truth(draft):
    assert CaseTruth.objects.filter(is_synthetic=True).count() == 2
    assert CaseTruth.objects.filter(is_synthetic=False, source="original").count() == 2
    assert all(len(code) == 5 for code in Case.objects.values_list("code", flat=True))


def test_study_pictures_are_alike_in_everything_but_the_pixels(draft):
    images = [asset.image for asset in Asset.objects.select_related("image")]
    facts = {
        (i.title, i.source, i.rows, i.columns, i.bits, i.birads, i.window_center, i.created_by) for i in images
    }
    assert len(facts) == 1
    assert {(image.rows, image.columns) for image in images} == {(256, 208)}


def test_image_that_is_in_the_study_is_not_added_again(draft):
    assert cases_add(draft.study, [draft.images[0].token], draft.owner) == []
    assert Case.objects.count() == 4


def test_phantom_counts_as_original(draft):
    (asset,) = cases_add(draft.study, [picture(7, "phantom").token], draft.owner)
    assert not CaseTruth.objects.get(case=asset.case).is_synthetic


@pytest.mark.parametrize("tokens", [[], ["nothing-of-that-kind"]])
def test_no_image_or_an_unknown_one_is_refused(draft, tokens):
    with pytest.raises(DomainError):
        cases_add(draft.study, tokens, draft.owner)
    assert Case.objects.count() == 4


def test_study_picture_can_not_become_a_case_again(draft):
    own = Asset.objects.select_related("image").first().image
    with pytest.raises(DomainError, match="own picture"):
        cases_add(draft.study, [own.token], draft.owner)
    assert Case.objects.count() == 4


def test_removed_case_takes_its_picture_along(draft, django_capture_on_commit_callbacks):
    case = Case.objects.select_related("asset__image").first()
    pack = case.asset.image.pack_path
    assert pack.is_file()
    with django_capture_on_commit_callbacks(execute=True):
        case_remove(draft.study, case.code, draft.owner)
    assert not pack.exists()
    assert not Image.objects.filter(pk=case.asset.image_id).exists()
    assert Image.objects.exclude(source="study").count() == 4
    with pytest.raises(NotFoundError):
        case_remove(draft.study, case.code, draft.owner)


def test_building_twice_makes_one_picture(draft):
    before = Image.objects.count()
    asset_build(Asset.objects.first().pk)
    assert Image.objects.count() == before


def test_picture_without_a_breast_fails_with_its_reason(draft):
    import numpy as np

    from webapp.imaging.ingest.source import SourceImage, Window
    from webapp.imaging.services import image_add

    blank = SourceImage(pixels=np.zeros((120, 100), np.uint16), bits=12, window=Window(1, 2))
    image = image_add(blank, title="Blank", source="original", created_by=None)
    (asset,) = cases_add(draft.study, [image.token], draft.owner)
    asset_build(asset.pk)
    asset.refresh_from_db()
    assert asset.state == "failed"
    assert "Blank" in asset.reason


def test_record_tells_how_many_were_added_and_not_which(draft):
    """Images come in one source at a time: a list of codes would part the cases by class."""
    cases_add(draft.study, [picture(8, "original").token], draft.owner)
    bodies = list(AuditEvent.objects.filter(study=draft.study, kind="cases.added").values_list("body", flat=True))
    assert bodies == [{"cases": 4}, {"cases": 1}]
    codes = set(Case.objects.values_list("code", flat=True))
    text = str(list(AuditEvent.objects.filter(study=draft.study).values_list("body", flat=True)))
    assert not [code for code in codes if code in text]
