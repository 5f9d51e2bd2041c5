"""Opens the data of an earlier version, migrated before, with today's code. Runs in a process of its own.

The settings of the test session hold another database.
"""

from __future__ import annotations

import csv
import itertools
import json
import math
import uuid
from pathlib import Path
from typing import Any

from django.apps import apps
from django.test import Client
from django.urls import get_resolver, reverse

from studies.models.study import Study
from studies.selectors.audit import chain_verify, counts_verify
from studies.services.lifecycle import study_close, study_lock, study_open, study_unblind
from studies.views.export_kinds import KINDS
from tests.upgrade.make import PASSWORD, answer, heads
from webapp.accounts.models import User
from webapp.generation.models import GenerationRequest
from webapp.generation.services.attempts import attempt_begin
from webapp.imaging.models import Image
from webapp.imaging.selectors import image_pixels

GROWS = {"auth.Permission", "contenttypes.ContentType"}
TOLERANCE = 1e-9


def main(file: str) -> None:
    """Check everything that the file expects, in an order in which what is written comes last."""
    expected = json.loads(Path(file).read_text())
    rows_are_there(expected["counts"])
    assert heads() == expected["heads"], f"heads: got {heads()}, expected {expected['heads']}"
    chains_hold()
    people_sign_in()
    pictures_are_there()
    pages_open(expected)
    results_are_the_same(expected)
    files_are_made(expected["slugs"]["finished"])
    requests_go_on(expected["requests"])
    reading_goes_on(expected)
    draft_opens(expected["slugs"]["draft"])
    chains_hold()


def client_of(name: str) -> Client:
    """A browser of this person."""
    client = Client()
    client.force_login(User.objects.get(username=name))
    return client


def rows_are_there(counts: dict[str, int]) -> None:
    """No row was lost or made up by migrating."""
    for label, count in counts.items():
        found = apps.get_model(label).objects.count()
        right = found >= count if label in GROWS else found == count
        assert right, f"{label}: got {found} rows, expected {count}"


def chains_hold() -> None:
    """Each record is whole, and says what the tables say."""
    for study in Study.objects.all():
        state, counts = chain_verify(study), counts_verify(study)
        assert state.ok, f"{study.slug}: {state.why}"
        assert not counts, f"{study.slug}: {counts}"


def people_sign_in() -> None:
    """Passwords of that time still open the door."""
    client = Client()
    fields = {"username": "ada", "password": PASSWORD}
    reply = client.post(reverse("accounts:sign-in"), fields)
    assert reply.status_code == 302, f"sign-in: got {reply.status_code}: {reply.content.decode()[:500]}"


def pictures_are_there() -> None:
    """Every picture's pixels can be read."""
    for image in Image.objects.all():
        assert image_pixels(image).size, image.title


def addresses(expected: dict[str, Any]) -> set[str]:
    """Every named address, filled with every study, reader, picture and request of that time."""
    image = Image.objects.exclude(source="study").first()
    request = expected["requests"][0]
    found = {"/", "/accounts/"}
    for key, slug in expected["slugs"].items():
        participant = expected["participants"][key]["ada"]
        values = {"slug": slug, "participant": participant, "form": "csv"}
        for namespace, (_, resolver) in get_resolver().namespace_dict.items():
            tokens = {"token": request if namespace == "generation" else image.token, "other": image.token}
            tokens["kind"] = "readings" if namespace == "studies" else "png"
            for name in filter(lambda name: isinstance(name, str), resolver.reverse_dict.keys()):
                for possibilities, *_ in resolver.reverse_dict.getlist(name):
                    for _, parameters in possibilities:
                        filled = {one: (values | tokens).get(one, "1") for one in parameters}
                        if "response_id" in filled:
                            filled["response_id"] = uuid.uuid4()
                        found.add(reverse(f"{namespace}:{name}", kwargs=filled))
    return found


def pages_open(expected: dict[str, Any]) -> None:
    """No page fails, and those of the old data are there."""
    urls = sorted(url for url in addresses(expected) if "sign-out" not in url)
    for name in ("owner", "ada"):
        client = client_of(name)
        for url in urls:
            status = client.get(url).status_code
            # 503 is the health page's word that no broker runs here.
            assert status < 500 or status == 503, f"{url} for {name}: got {status}"
    owner, ada = client_of("owner"), client_of("ada")
    finished, begun = expected["slugs"]["finished"], expected["slugs"]["begun"]
    for slug, name in itertools.product((finished, begun), ("study", "record", "exports", "leaks")):
        opens(owner, reverse(f"studies:{name}", args=[slug]))
    opens(owner, reverse("studies:results", args=[finished]))
    opens(owner, reverse("studies:report-file", args=[finished]))
    opens(ada, reverse("studies:reader-home"))
    opens(ada, reverse("studies:reading", args=[expected["participants"]["begun"]["ada"]]))
    for token in expected["requests"]:
        opens(owner, reverse("generation:detail", args=[token]))


def opens(client: Client, url: str) -> Any:
    """The answer at an address, which must be a page."""
    reply = client.get(url, follow=True)
    assert reply.status_code == 200, f"{url}: got {reply.status_code}, expected 200"
    return reply


def results_are_the_same(expected: dict[str, Any]) -> None:
    """Each figure of that time is today's; there may be more today."""
    owner, slug = client_of("owner"), expected["slugs"]["finished"]
    today = opens(owner, reverse("studies:results-json", args=[slug])).json()
    differences = list(different(expected["results"], today, "results"))
    assert not differences, "\n".join(differences[:20])
    then = table(expected["responses_csv"])
    now = table(opens(owner, reverse("studies:responses-csv", args=[slug])).getvalue().decode())
    assert len(now) == len(then) > 0
    for old, new in zip(then, now, strict=True):
        lost = {key: (value, new.get(key)) for key, value in old.items() if new.get(key) != value}
        assert not lost, f"responses.csv: {lost}"


def table(text: str) -> list[dict[str, str]]:
    """Rows of a CSV file."""
    return list(csv.DictReader(text.splitlines()))


def different(old: Any, new: Any, where: str) -> Any:
    """Say what of the old is not in the new."""
    if isinstance(old, dict) and isinstance(new, dict):
        for key, value in old.items():
            yield from different(value, new.get(key, "nothing"), f"{where}.{key}")
    elif isinstance(old, list) and isinstance(new, list) and len(old) == len(new):
        for place, (one, other) in enumerate(zip(old, new, strict=True)):
            yield from different(one, other, f"{where}[{place}]")
    elif isinstance(old, float) and isinstance(new, float):
        if not math.isclose(old, new, rel_tol=TOLERANCE, abs_tol=1e-12):
            yield f"{where}: got {new}, expected {old}"
    elif old != new:
        yield f"{where}: got {str(new)[:200]}, expected {str(old)[:200]}"


def files_are_made(slug: str) -> None:
    """Every file that leaves a study can be made."""
    owner = client_of("owner")
    for kind in KINDS:
        reply = opens(owner, reverse("studies:export", args=[slug, kind]))
        assert reply.getvalue(), kind


def requests_go_on(tokens: list[str]) -> None:
    """A picture that waited is drawn now."""
    waiting = GenerationRequest.objects.get(token=tokens[2])
    assert attempt_begin(waiting.pk) is not None


def reading_goes_on(expected: dict[str, Any]) -> None:
    """A study that was begun is read to its end, closed and unblinded."""
    for name, token in expected["participants"]["begun"].items():
        client, left = client_of(name), {"ada": 2, "grace": 4}[name]
        for number in range(left):
            answer(client, token, number)
        end = client.get(reverse("studies:next", args=[token]))
        assert end.status_code == 204, f"{name}: got {end.status_code} after all answers, expected 204"
    owner = User.objects.get(username="owner")
    study = Study.objects.get(slug=expected["slugs"]["begun"])
    study_unblind(study_close(study, owner), owner)
    for name in ("results", "results-json", "report-file"):
        opens(client_of("owner"), reverse(f"studies:{name}", args=[study.slug]))


def draft_opens(slug: str) -> None:
    """A draft is locked, opened and read."""
    owner, study = User.objects.get(username="owner"), Study.objects.get(slug=slug)
    study_lock(study, owner)
    study = study_open(study, owner)
    participant = study.participants.order_by("pk").first()
    answer(client_of("ada"), participant.token, 0)
