"""Random schedules of faults over browsers, network and server: nothing is lost, nothing is doubled.

`MAMBO_SCHEDULES=1000` plays as many instead of a few; `MAMBO_SCHEDULES_FILE` gets what happened in them.
"""

from __future__ import annotations

import json
import os
from collections import Counter
from pathlib import Path

import pytest
from django.db import transaction
from hypothesis import HealthCheck, Phase, settings
from hypothesis import strategies as st
from hypothesis.stateful import RuleBasedStateMachine, invariant, precondition, rule, run_state_machine_as_test

from studies.services.lifecycle import study_close, study_pause
from tests.studies.services.faulty_world import World

FEW, STEPS = 25, 20
DEVICE = st.integers(0, 1)
ORIGIN = st.sampled_from(["real", "synthetic"])
SILENT = ("reply lost", "server killed before commit", "server killed after commit")
KINDS = ("", "", "request lost", "request doubled", "request delayed", *SILENT)
FATES = st.lists(st.tuples(st.integers(0, 99), st.sampled_from(KINDS)), min_size=1, max_size=4)


def machine(opened, happened):
    """Return the class of schedules over one open study; each is taken back at its end."""

    class Schedule(RuleBasedStateMachine):
        def __init__(self):
            super().__init__()
            self.block = transaction.atomic()
            self.block.__enter__()
            opened.study.refresh_from_db()
            self.world = World(opened)

        def note(self, what):
            self.world.happened[what] += 1

        @rule(device=DEVICE, take_over=st.booleans())
        def sit(self, device, take_over):
            assert self.world.sit(self.world.devices[device], take_over=take_over) in {201, 403, 409}

        @rule()
        def ask(self):
            """Both devices ask: each may have the same case in hand then."""
            for device in self.world.devices:
                assert self.world.ask(device) in {200, 204, 403, 409}

        @rule(device=DEVICE, origin=ORIGIN, fresh=st.booleans(), fates=FATES)
        def read(self, device, origin, fresh, fates):
            """Press Enter on a case, and see what becomes of some requests on the wire."""
            one = self.world.devices[device]
            if fresh:
                self.world.ask(one)
            self.world.press(one, origin)
            self.world.send(device)
            self.wire(fates)

        @rule(device=DEVICE)
        def run_out_of_storage(self, device):
            """Enter, and the disk refuses: nothing is sent, and the case stays in hand."""
            self.note("storage full")
            self.world.ask(self.world.devices[device])

        @rule(device=DEVICE, fates=FATES)
        def send(self, device, fates):
            """Try once more."""
            self.world.send(device)
            self.wire(fates)

        def wire(self, fates):
            for place, fate in fates:
                if self.world.requests:
                    self.suffer(place, fate)
                if self.world.replies and place % 3:
                    self.world.hear(*self.world.replies.pop(place % len(self.world.replies)))

        def suffer(self, place, fate):
            at = place % len(self.world.requests)
            request = self.world.requests.pop(at)
            if at:
                self.note("overtaken")
            if fate:
                self.note(fate)
            if fate == "request doubled":
                self.world.requests.append(request)
            if fate == "request delayed":
                self.world.requests.append(request)
            elif fate != "request lost":
                self.world.serve(*request, fate=fate if fate in SILENT else "")

        @rule(device=DEVICE)
        def crash(self, device):
            self.note("tab crashed")
            self.world.devices[device].crash()

        @rule(device=DEVICE, hours=st.integers(-30, 30))
        def skew(self, device, hours):
            self.world.devices[device].clock_h = hours

        @rule(out=st.booleans())
        def sign(self, out):
            if out:
                self.note("sign-in expired")
                self.world.client.logout()
            else:
                self.world.client.force_login(opened.readers[0])

        @precondition(lambda self: self.world.accepted)
        @rule(foreign=st.booleans())
        def forge(self, foreign):
            self.world.client.force_login(opened.readers[0])
            done = [one for one in self.world.pressed if one.body["trial"] in self.world.accepted]
            stored = [one for one in done if self.world.accepted[one.body["trial"]] == one.sha256]
            expected = (404, "not_found") if foreign else (409, "different_body")
            known = {identity for identity, _ in self.world.stored().values()}
            for entry in [one for one in stored if one.identity in known]:
                assert self.world.forge(entry, foreign=foreign) == expected

        @precondition(lambda self: len(self.world.pressed) > 2)
        @rule(end=st.sampled_from([study_pause, study_close]), chance=st.integers(0, 5))
        def stop(self, end, chance):
            if opened.study.state == "open" and chance == 0:
                self.note("paused or closed with answers on their way")
                opened.study = end(opened.study, opened.owner)

        @invariant()
        def whole(self):
            self.world.check()

        def teardown(self):
            try:
                self.world.finish()
                happened["schedules"] += 1
                happened["answers given"] += len(self.world.pressed)
                happened["answers stored"] += len(self.world.stored())
                happened.update(self.world.happened)
                if os.environ.get("MAMBO_SCHEDULES_FILE"):
                    Path(os.environ["MAMBO_SCHEDULES_FILE"]).write_text(json.dumps(happened))
            finally:
                transaction.set_rollback(True)
                self.block.__exit__(None, None, None)

    return Schedule


@pytest.mark.django_db
def test_random_faults_lose_nothing_and_double_nothing(opened):
    asked = int(os.environ.get("MAMBO_SCHEDULES", FEW))
    happened = Counter()
    options = settings(
        max_examples=asked, stateful_step_count=STEPS, deadline=None, database=None, derandomize=asked == FEW,
        suppress_health_check=list(HealthCheck), phases=[Phase.generate, Phase.shrink],
    )  # fmt: skip
    run_state_machine_as_test(machine(opened, happened), settings=options)
    assert happened["schedules"] >= asked
    assert happened["answers stored"] >= happened["schedules"]
