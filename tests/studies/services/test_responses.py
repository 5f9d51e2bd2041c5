"""Two equal requests at once on a real database: one stores, one acknowledges, one row."""

from __future__ import annotations

import datetime
import threading
import uuid

import pytest
from django.db import connection

from studies.models.participant import Participant
from studies.models.response import Response
from studies.services.responses import Submission, response_submit

ANSWERS = {"origin": "real", "confidence": 1, "birads": "1"}


@pytest.mark.flow  # needs PostgreSQL: SQLite's tests can't clean up behind the append-only triggers
@pytest.mark.django_db(transaction=True)
def test_two_equal_answers_at_once_leave_one_row(opened):
    if connection.vendor != "postgresql":
        pytest.fail("this test needs a real PostgreSQL")
    trial = opened.participants[0].trials.get(index=1)
    at = datetime.datetime.now(datetime.UTC)
    submission = Submission(uuid.uuid4(), trial.token, 1, ANSWERS, [], at, 10)
    start, receipts = threading.Barrier(4), []

    def send():
        try:
            start.wait(10)
            receipts.append(response_submit(opened.reader, submission))
        finally:
            connection.close()

    threads = [threading.Thread(target=send) for _ in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(30)
    assert sorted(receipt.created for receipt in receipts) == [False, False, False, True]
    assert {receipt.sha256 for receipt in receipts} == {submission.sha256}
    assert Response.objects.count() == 1
    assert Participant.objects.get(pk=opened.participants[0].pk).done == 1
