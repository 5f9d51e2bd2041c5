"""A reader crawls everything a reader can reach; no word of the truth may come back, in body, header or cookie."""

from __future__ import annotations

import json
import re
import uuid

import pytest
from django.urls import get_resolver, reverse

from studies.design.templates import standard_flow
from studies.models.truth import CaseTruth
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_close, study_create, study_lock, study_open, study_unblind
from tests.studies.conftest import person, picture
from webapp.imaging.models import Image

pytestmark = pytest.mark.django_db

# Any of these in an answer is a leak. "cnry" stands in every field of the office that is free text.
CANARY = "cnry"
ANSWERS = {"origin": "real", "confidence": 1, "birads": "1"}


STEPS = {
    "consent": {"statement": ["1", "2"]},
    "display": {},
    "questionnaire": {"years": "12", "volume": "1", "generated": "0"},
    "instructions": {"0": "1", "1": "1"},
    "debrief": {"cues": ["0"], "cues_other": "None."},
}


@pytest.fixture
def small_protocol(small_protocol):
    return small_protocol | {"flow": standard_flow(training=True), "reading": {"break_every": 5}}


@pytest.fixture
def planted(small_protocol, db):
    """An open study of pictures whose every word of title, label, header and provenance is a canary."""
    owner = person("owner", "admin")
    reader = person("ada", "reader")
    provenance = {
        "kind": f"{CANARY}-kind", "bundle": f"{CANARY}-bundle", "digest": f"{CANARY}d" * 4, "seed": 987654321,
        "labels": {"birads": f"{CANARY}-label"}, "sampler": f"{CANARY}-sampler", "code_version": f"{CANARY}-code",
        "request_id": f"{CANARY}-request",
    }  # fmt: skip
    images = [picture(n, "original") for n in range(2)] + [
        picture(n, "generated", provenance=provenance) for n in (2, 3)
    ]
    for image in images:
        image.title = f"{CANARY}-title-{image.pk}"
        image.header = {"Manufacturer": f"{CANARY}-header"}
        image.presets = [{"name": f"{CANARY}-preset", "center": 1, "width": 1, "function": "LINEAR"}]
        image.spacing_kind = f"{CANARY}-spacing"
        image.pixel_spacing_mm_row = image.pixel_spacing_mm_column = 0.0777123
        image.save()
    study = study_create(title="Plain title", owner=owner, protocol=small_protocol)
    assets = cases_add(study, [image.token for image in images], owner)
    for asset in assets:
        asset_build(asset.pk)
    CaseTruth.objects.update(source=f"{CANARY}-src", birads=CANARY, density=CANARY, view=CANARY)
    participant = reader_enrol(study, reader.username, owner)
    study_lock(study, owner)
    return study_open(study, owner), owner, reader, participant


def secrets_of(study):
    """Every string that a reader must never be given."""
    study.refresh_from_db()
    found = {CANARY, "987654321", "0.0777123", bytes(study.seed).hex(), study.slug}
    for image in Image.objects.all():
        found |= {image.token, image.pack_key, image.pixel_sha256}
    found |= set(study.cases.values_list("code", flat=True))
    return found


def assert_clean(response, study):
    text = response.content.decode(errors="replace") + repr(response.headers) + repr(response.cookies)
    # What the crawler itself put into the address is no leak when it comes back.
    leaked = {
        secret for secret in secrets_of(study) if secret in text and secret not in response.request["PATH_INFO"]
    }
    assert not leaked, f"{response.request['PATH_INFO']} ({response.status_code}) leaks {leaked}"


def every_url(study, participant):
    """Every named address of the site, filled with this study's and this reader's own parameters."""
    image = Image.objects.exclude(source="study").first()
    values = {
        "slug": study.slug, "participant": participant.token, "token": image.token, "response_id": uuid.uuid4(),
        "kind": "png", "other": image.token, "form": "csv",
    }  # fmt: skip
    for namespace, (_, resolver) in get_resolver().namespace_dict.items():
        for name in filter(lambda key: isinstance(key, str), resolver.reverse_dict.keys()):
            for possibilities, *_ in resolver.reverse_dict.getlist(name):
                for _, parameters in possibilities:
                    yield reverse(f"{namespace}:{name}", kwargs={key: values.get(key, "x") for key in parameters})
    yield from ("/", "/nothing-here/", "/accounts/")


def crawl(client, study, participant):
    seen = set()
    for url in every_url(study, participant):
        if url not in seen:
            seen.add(url)
            response = client.get(url)
            assert response.status_code < 500, url
            assert_clean(response, study)
    assert len(seen) > 15
    return seen


def answer(client, token, **changes):
    fields = {
        "trial": token, "revision": 1, "answers": ANSWERS, "marks": [], "client_at": "2026-01-01T10:00:00Z",
        "active_ms": 5,
    }  # fmt: skip
    url = reverse("studies:response", args=[uuid.uuid4()])
    return client.put(url, json.dumps(fields | changes), content_type="application/json")


def take(client, study, participant, kinds):
    """Take steps, each first wrongly and then rightly."""
    for kind in kinds:
        url = reverse("studies:step", args=[participant.token, kind])
        for response in (client.get(url), client.post(url, {"years": "x"}), client.post(url, STEPS[kind])):
            assert_clean(response, study)
        assert response.status_code == 302, kind


def test_nothing_that_a_reader_can_reach_tells_the_truth(client, planted):
    study, owner, reader, participant = planted
    client.force_login(reader)
    crawl(client, study, participant)
    take(client, study, participant, list(STEPS)[:-1])
    for _ in range(4):
        following = client.get(reverse("studies:next", args=[participant.token]))
        lesson = client.get(reverse("studies:lesson", args=[following.json()["token"]]))
        assert lesson.status_code == 404
        assert_clean(lesson, study)
        assert_clean(following, study)
        for wrong in ({"answers": {}}, {"marks": [{"id": "a"}]}, {"trial": "x"}, {"revision": 9}):
            assert_clean(answer(client, following.json()["token"], **wrong), study)
        assert_clean(answer(client, following.json()["token"]), study)
        # Feedback is on, and still nothing is told of a case of the test.
        assert client.get(reverse("studies:lesson", args=[following.json()["token"]])).status_code == 404
    take(client, study, participant, ["debrief"])
    crawl(client, study, participant)
    study = study_unblind(study_close(study, owner), owner)
    crawl(client, study, participant)


def test_pages_of_the_office_refuse_a_reader(client, planted):
    study, _, reader, _ = planted
    client.force_login(reader)
    for name in ("study", "results", "results-csv", "results-json", "responses-csv", "codebook", "progress"):
        assert client.get(reverse(f"studies:{name}", args=[study.slug])).status_code == 403, name
    for name in ("study-move", "study-readers", "case-remove", "case-prepare"):
        assert client.post(reverse(f"studies:{name}", args=[study.slug])).status_code == 403, name
    image = Image.objects.exclude(source="study").first()
    assert client.get(reverse("imaging:thumb", args=[image.token])).status_code == 404


def test_the_crawl_catches_a_planted_leak(client, planted):
    """Positive control: the same check fails where the truth is really shown, on the owner's own page."""
    study, owner, _, _ = planted
    study = study_unblind(study_close(study, owner), owner)
    client.force_login(owner)
    shown = client.get(reverse("studies:study", args=[study.slug]))
    with pytest.raises(AssertionError, match="leaks"):
        assert_clean(shown, study)


def test_readers_get_disjoint_tokens(client, opened):
    tokens = [set(p.trials.values_list("token", flat=True)) for p in opened.participants]
    assert not tokens[0] & tokens[1]
    assert all(re.fullmatch(r"[\w-]{22}", token) for token in tokens[0] | tokens[1])
