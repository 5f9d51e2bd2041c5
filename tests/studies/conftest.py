"""A study in small, on real packs: two originals and two generated pictures drawn here."""

from __future__ import annotations

from types import SimpleNamespace

import numpy as np
import pytest
from django.db import connection

from studies.design.templates import paper_protocol
from studies.guards import guards
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_create, study_lock, study_open
from webapp.accounts.services import user_create
from webapp.imaging.ingest.source import SourceImage
from webapp.imaging.services import image_add

PASSWORD = "a long enough phrase"


def person(name, role):
    return user_create(username=name, password=PASSWORD, role=role, check_password=False)


def breast(number):
    """A bright half ellipse on air, different for each number."""
    rows, columns = np.mgrid[0:220, 0:180]
    inside = ((rows - 110) / 90) ** 2 + (columns / (110 + number)) ** 2 < 1
    noise = np.random.default_rng(number).integers(0, 400, inside.shape)
    return np.where(inside, 1200 + 4 * columns + noise, 0).astype(np.uint16)


def picture(number, source, **more):
    raster = SourceImage(pixels=breast(number), bits=12)
    return image_add(raster, title=f"Picture {number}", source=source, created_by=None, **more)


def unguard():
    """Take all triggers off, for this test's transaction: as somebody with the database's password could."""
    with connection.cursor() as cursor:
        postgresql = connection.vendor == "postgresql"
        if postgresql:
            cursor.execute("SET CONSTRAINTS ALL IMMEDIATE")
        for name, table, *_ in guards():
            cursor.execute(f"DROP TRIGGER IF EXISTS {name}" + (f" ON {table}" if postgresql else ""))


@pytest.fixture
def small_protocol():
    body = paper_protocol()
    body["picture"] = {"rows": 256, "columns": 208}
    return body


@pytest.fixture
def draft(db, small_protocol):
    """A draft with two originals, two generated pictures and two readers, all prepared."""
    owner = person("owner", "admin")
    readers = [person("ada", "reader"), person("grace", "reader")]
    study = study_create(title="Small study", owner=owner, protocol=small_protocol)
    images = [picture(n, "original" if n < 2 else "generated", labels={"birads": "4"}) for n in range(4)]
    for asset in cases_add(study, [image.token for image in images], owner):
        asset_build(asset.pk)
    participants = [reader_enrol(study, reader.username, owner) for reader in readers]
    return SimpleNamespace(
        study=study, owner=owner, readers=readers, images=images, participants=participants, reader=readers[0]
    )


@pytest.fixture
def opened(draft):
    """The same study, locked and open."""
    study_lock(draft.study, draft.owner)
    draft.study = study_open(draft.study, draft.owner)
    return draft


@pytest.fixture
def reader_client(client, opened):
    client.force_login(opened.reader)
    return client
