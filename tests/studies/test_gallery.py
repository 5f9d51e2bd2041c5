"""The gallery and studies share no picture, whichever came first."""

from __future__ import annotations

import numpy as np
import pytest
from django.urls import reverse

from studies.services.cases import cases_add
from studies.services.lifecycle import study_create
from tests.studies.conftest import breast, person
from webapp.core.errors import ConflictError
from webapp.generation.gallery.services import picture_choose, picture_remove
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.models import Source
from webapp.imaging.services import image_add

pytestmark = pytest.mark.django_db


@pytest.fixture
def owner():
    return person("owner", "admin")


def drawn(owner, number, *, seed, **labels):
    raster = SourceImage(pixels=breast(number), bits=12)
    provenance = {"bundle": "tiny", "digest": "d" * 64, "seed": seed}
    return image_add(
        raster, title=f"g{number}", source=Source.GENERATED, created_by=owner, labels=labels, provenance=provenance
    )


@pytest.fixture
def study(owner, small_protocol):
    return study_create(title="A study", owner=owner, protocol=small_protocol)


def shown(client):
    return {image.title for image in client.get(reverse("gallery:list")).context["pictures"]}


def test_a_picture_leaves_the_gallery_when_it_becomes_a_case(client, owner, study):
    first, second = drawn(owner, 1, seed=1), drawn(owner, 2, seed=2)
    client.force_login(owner)
    assert shown(client) == {"g1", "g2"}
    cases_add(study, [first.token], owner)
    assert shown(client) == {"g2"}
    for name in ("picture", "thumb"):
        assert client.get(reverse(f"gallery:{name}", args=[first.token])).status_code == 404
        assert client.get(reverse(f"gallery:{name}", args=[second.token])).status_code == 200


def test_other_pictures_of_the_same_breast_leave_too(client, owner, study):
    case = drawn(owner, 1, seed=7, birads="4")
    drawn(owner, 2, seed=7, birads="5")  # the same breast, other labels
    drawn(owner, 1, seed=9)  # the same pixels
    drawn(owner, 3, seed=8)
    client.force_login(owner)
    assert shown(client) == {"g1", "g2", "g3"}
    cases_add(study, [case.token], owner)
    assert shown(client) == {"g3"}


def test_originals_and_phantoms_never_come_into_the_gallery(client, owner):
    for number, source in enumerate((Source.ORIGINAL, Source.PHANTOM, Source.PREVIEW, Source.STUDY)):
        raster = SourceImage(pixels=np.flipud(breast(number)).copy(), bits=12)
        image_add(raster, title=source, source=source, created_by=owner)
    client.force_login(owner)
    assert shown(client) == set()


def test_makers_see_their_own_and_the_chosen_readers_see_nothing(client, owner):
    chosen, kept = drawn(owner, 1, seed=1), drawn(owner, 2, seed=2)
    maker = person("maker", "demo")
    drawn(maker, 3, seed=3)
    picture_choose(chosen, owner)
    client.force_login(maker)
    assert shown(client) == {"g1", "g3"}
    assert client.get(reverse("gallery:picture", args=[kept.token])).status_code == 404
    assert client.post(reverse("gallery:choose", args=[chosen.token]), {"shown": "0"}).status_code == 403
    client.force_login(person("kim", "reader"))
    for name, arguments in (("list", []), ("picture", [chosen.token]), ("thumb", [chosen.token])):
        assert client.get(reverse(f"gallery:{name}", args=arguments)).status_code == 403


def test_visitors_see_chosen_pictures_in_a_demo_alone(client, owner, settings):
    chosen = drawn(owner, 1, seed=1)
    drawn(owner, 2, seed=2)
    picture_choose(chosen, owner)
    assert client.get(reverse("gallery:list")).status_code == 302
    settings.DEMO = True
    assert shown(client) == {"g1"}
    page = client.get(reverse("gallery:picture", args=[chosen.token])).content.decode()
    assert "Synthetic, for research. Not for diagnosis." in page
    picture_remove(chosen)
    assert shown(client) == set()


def test_a_study_takes_no_picture_that_the_gallery_has_shown(owner, study):
    image = drawn(owner, 1, seed=1)
    same = drawn(owner, 1, seed=5)  # other seed, the same pixels
    picture_choose(image, owner)
    picture_remove(image)
    for one in (image, same):
        with pytest.raises(ConflictError, match="was in the gallery"):
            cases_add(study, [one.token], owner)
    assert cases_add(study, [drawn(owner, 2, seed=2).token], owner)


def test_labels_filter_and_neighbors_follow_the_filter(client, owner):
    one, two = drawn(owner, 1, seed=1, birads="4", view="CC"), drawn(owner, 2, seed=2, birads="4", view="MLO")
    drawn(owner, 3, seed=3, birads="5", view="CC")
    client.force_login(owner)
    answer = client.get(reverse("gallery:list"), {"birads": "4"})
    assert [image.title for image in answer.context["pictures"]] == ["g2", "g1"]
    page = client.get(reverse("gallery:picture", args=[two.token]), {"birads": "4"})
    assert (page.context["before"], page.context["after"]) == ("", one.token)


def test_an_admin_chooses_and_takes_out(client, owner):
    image = drawn(owner, 1, seed=1)
    client.force_login(owner)
    for value, expected in (("1", True), ("0", False)):
        client.post(reverse("gallery:choose", args=[image.token]), {"shown": value})
        assert client.get(reverse("gallery:picture", args=[image.token])).context["image"].chosen is expected
