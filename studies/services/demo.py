"""The demo: its accounts, and one open study of phantoms and generated images."""

from __future__ import annotations

from collections.abc import Callable, Sequence

from studies.design.lexicon import FINDINGS
from studies.design.templates import paper_protocol
from studies.models.study import Study
from studies.services.cases import asset_build, cases_add
from studies.services.enrolment import reader_enrol
from studies.services.lifecycle import study_create, study_lock, study_open
from webapp.accounts.models import Role, User
from webapp.accounts.services import user_create
from webapp.imaging.models import Image

PASSWORD = "mambo-demo"  # noqa: S105 - printed on the demo's sign-in page
TITLE = "Demo reading"
READERS = ("reader1", "reader2", "reader3")
ACCOUNTS = {"admin": Role.ADMIN, "demo": Role.DEMO} | dict.fromkeys(READERS, Role.READER)


def demo_accounts() -> dict[str, User]:
    """Return the demo's accounts by name, made where they are missing."""
    users = {}
    for name, role in ACCOUNTS.items():
        known = User.objects.filter(username=name).first()
        users[name] = known or user_create(username=name, password=PASSWORD, role=role, check_password=False)
    return users


def demo_study_create(
    images: Sequence[Image], owner: User, *, wrap: Callable[[list[int]], Sequence[int]] = list
) -> Study:
    """Make the demo study of these images, enroll its readers, prepare its pictures here and now, and open it.

    Args:
        images: both classes.
        owner: the demo's admin.
        wrap: goes around the list of pictures to prepare, such as a progress bar.

    Raises:
        NotReadyError: when a class is missing or a picture can't be prepared.
    """
    study = study_create(title=TITLE, owner=owner, protocol=paper_protocol(findings=FINDINGS))
    assets = cases_add(study, [image.token for image in images], owner)
    for identity in wrap([asset.pk for asset in assets]):
        asset_build(identity)
    for name in READERS:
        reader_enrol(study, name, owner)
    study_lock(study, owner)
    return study_open(study, owner)
