"""The paper's study in small, from consent to the last word, by keys, with all that goes wrong on the way."""

from __future__ import annotations

import re

import pytest
from playwright.sync_api import Browser, Page, expect

from tests.e2e.running import Site, run_inside, sign_in
from tests.e2e.test_reading_room import answer, at_image

pytestmark = [pytest.mark.browser, pytest.mark.timeout(300)]
READER = "reader2"
TITLE = "The study in small"
# Five pictures of the demo's library: one to train on, four to test, one of them twice.
MAKE = f"""
from studies.design.templates import paper_protocol, standard_flow
from studies.models.truth import CaseTruth
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_create, study_lock, study_open
from webapp.accounts.models import User
from webapp.imaging.models import Image
owner = User.objects.get(username="admin")
body = paper_protocol()
body["flow"] = standard_flow(training=True)
body["reading"] = {{"break_every": 5}}
body["design"]["repeats"] = {{"count": 1, "distance": 2}}
body["questions"].append({{"key": "why", "kind": "text", "label": "What gave it away?", "required": True,
                          "when": {{"question": "origin", "is": ["synthetic"]}}}})
study = study_create(title={TITLE!r}, owner=owner, protocol=body)
phantoms = list(Image.objects.filter(source="phantom").order_by("pk")[:3])
drawn = list(Image.objects.filter(source="generated").order_by("pk")[:2])
for asset in cases_add(study, [image.token for image in phantoms + drawn], owner):
    asset_build(asset.pk)
case = CaseTruth.objects.filter(case__study=study, is_synthetic=False).first().case
case.phase = "train"
case.save()
reader_enrol(study, {READER!r}, owner)
study_lock(study, owner)
study_open(study, owner)
"""


def before_the_cases(page: Page) -> None:
    """Consent, display, questionnaire and quiz, each once, with what is forgotten named."""
    expect(page.get_by_role("heading", name="Consent")).to_be_visible()
    for statement in page.get_by_role("checkbox").all()[:2]:
        statement.check()
    page.get_by_role("button", name="I take part").click()
    expect(page.get_by_role("heading", name="Your display")).to_be_visible()
    page.get_by_role("button", name="Go on without a passed check").click()
    page.get_by_label("How long have you read mammograms?").fill("11")
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("alert")).to_contain_text("has no answer")
    expect(page.get_by_label("How long have you read mammograms?")).to_have_value("11")
    page.get_by_label("1,000 to 4,999").check()
    page.get_by_label("Never").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="Instructions")).to_be_visible()
    for item, choice in enumerate(("Yes", "No")):
        page.locator(".flow-question").nth(item).get_by_label(choice).check()
    page.get_by_role("button", name="Go on").click()
    expect(page.get_by_role("alert")).to_contain_text("is not right yet")
    page.locator(".flow-question").first.get_by_label("No").check()
    page.get_by_role("button", name="Go on").click()


def test_the_study_in_small_from_consent_to_debrief(page: Page, browser: Browser, site: Site) -> None:
    problems: list[str] = []
    page.on("pageerror", lambda error: problems.append(str(error)))
    page.set_default_timeout(20_000)
    run_inside(site, MAKE)
    sign_in(page, site, READER)
    page.goto(f"{site.url}/read/")
    page.locator(".reader-study", has_text=TITLE).get_by_role("link").click()
    before_the_cases(page)
    page.get_by_role("button", name="Begin").click()

    # Training: the answer first, then the truth, then on.
    expect(page.locator("[data-count]")).to_have_text(re.compile("training · 1 of 6"))
    expect(page.locator("[data-questions] fieldset").first).to_be_enabled()
    page.keyboard.press("s")
    page.get_by_label("What gave it away?").fill("Too smooth.")
    page.locator(".openseadragon-canvas").focus()
    for key in ("2", "Shift+Digit4", "Enter"):
        page.keyboard.press(key)
    expect(page.get_by_text("Not so: this image is real.")).to_be_visible()
    page.keyboard.press("Enter")
    at_image(page, 2)
    expect(page.get_by_label("What gave it away?")).to_be_hidden()

    # A second device asks, takes over, and goes on with what was begun here.
    page.keyboard.press("r")
    page.wait_for_timeout(3_000)  # a draft leaves two seconds after the last key
    elsewhere = browser.new_context().new_page()
    elsewhere.set_default_timeout(20_000)
    sign_in(elsewhere, site, READER)
    elsewhere.goto(page.url)
    elsewhere.get_by_role("button", name="Begin").click()
    expect(elsewhere.get_by_role("heading", name="Open on another screen")).to_be_visible()
    elsewhere.get_by_role("button", name="Read here").click()
    at_image(elsewhere, 2)
    expect(elsewhere.locator("input[name=origin]:checked")).to_have_attribute("aria-label", "Real")
    for key in ("1", "Shift+Digit2", "Enter"):
        elsewhere.keyboard.press(key)
    at_image(elsewhere, 3)
    elsewhere.close()

    # The first device is told, and takes the reading back.
    page.reload()
    expect(page.get_by_role("heading", name="Open on another screen")).to_be_visible()
    page.get_by_role("button", name="Read here").click()
    at_image(page, 3)

    # Offline for one case, a reload in the next.
    page.context.set_offline(True)
    answer(page)
    expect(page.locator("[data-record]")).to_have_text("1 answer kept here, not yet sent")
    page.context.set_offline(False)
    at_image(page, 4)
    page.reload()
    at_image(page, 4)
    answer(page)
    at_image(page, 5)
    answer(page)

    # The break, then the last one.
    expect(page.get_by_role("heading", name="5 of 6 read")).to_be_visible()
    page.keyboard.press("Enter")
    at_image(page, 6)
    answer(page)
    page.get_by_role("heading", name="Looking back").wait_for()
    page.get_by_label("Noise or grain").check()
    page.get_by_role("button", name="Send").click()
    expect(page.get_by_role("heading", name="All 6 images are read")).to_be_visible()
    check_the_record(site)
    assert problems == []


def check_the_record(site: Site) -> None:
    """One answer for each case, every step, the devices, the times and the chain."""
    printed = run_inside(
        site,
        f"""
from studies.models.participant import Participant
from studies.models.reading import Draft, FlowStep, Interaction, Presentation, Sitting
from studies.models.response import Response
from studies.selectors.audit import chain_verify, counts_verify
person = Participant.objects.get(study__title={TITLE!r})
mine = {{"participant": person}}
print("steps", *FlowStep.objects.filter(**mine).order_by("pk").values_list("kind", flat=True))
answered = Response.objects.filter(trial__participant=person).order_by("trial__index")
print("answers", *answered.values_list("trial__index", flat=True))
print("sittings", Sitting.objects.filter(**mine).count())
print("shown", Presentation.objects.filter(trial__participant=person).values("trial").distinct().count())
print("kinds", *sorted(set(Interaction.objects.filter(trial__participant=person).values_list("kind", flat=True))))
print("drafts", Draft.objects.filter(trial__participant=person).count())
print("chain", chain_verify(person.study).ok, counts_verify(person.study))
""",
    )
    lines = dict(line.split(" ", 1) for line in printed.strip().splitlines() if " " in line)
    assert lines["steps"] == "consent display questionnaire instructions debrief"
    assert lines["answers"] == "1 2 3 4 5 6"
    assert lines["sittings"] == "3"
    assert lines["shown"] == "6"
    assert "shown" in lines["kinds"]
    assert lines["drafts"] == "0"
    assert lines["chain"] == "True []"
