"""The demo fills once, and says which folder is wrong."""

from __future__ import annotations

import io

import pytest
from django.contrib.auth.models import AnonymousUser
from django.core.management import CommandError, call_command
from PIL import Image as Picture

from studies.models.study import State, Study
from studies.models.truth import CaseTruth
from tests.studies.conftest import breast
from webapp.accounts.models import User
from webapp.viewer.selectors import home_picture

pytestmark = pytest.mark.django_db


@pytest.fixture
def folders(tmp_path):
    for arm, first, count in (("phantoms", 0, 3), ("generated", 10, 2)):
        (tmp_path / arm).mkdir()
        for number in range(first, first + count):
            Picture.fromarray(breast(number)).save(tmp_path / arm / f"{number}.png")
        lines = f"file,birads,density,view,laterality\n{first}.png,4,B,CC,L\n"
        (tmp_path / arm / "labels.csv").write_text(lines)
    return tmp_path


def demo(*arguments):
    out = io.StringIO()
    call_command("demo_study", *map(str, arguments), stdout=out)
    return out.getvalue()


def test_first_run_opens_the_study_and_the_second_changes_nothing(folders):
    arguments = ("--phantoms", folders / "phantoms", "--generated", folders / "generated")
    assert "is open with 4 cases" in demo(*arguments)
    study = Study.objects.get()
    assert (study.state, study.participants.count()) == (State.OPEN, 3)
    assert CaseTruth.objects.filter(is_synthetic=True, source="generated").count() == 2
    assert set(CaseTruth.objects.values_list("birads", flat=True)) == {"4", ""}
    assert "is there already" in demo(*arguments)
    assert Study.objects.count() == 1
    assert User.objects.get(username="reader2").check_password("mambo-demo")


def test_no_case_is_on_the_home_page(folders, settings):
    settings.DEMO = True
    demo("--phantoms", folders / "phantoms", "--generated", folders / "generated")
    users = [AnonymousUser(), *User.objects.filter(username__in=("demo", "admin"))]
    shown = [home_picture(user) for user in users]
    assert all(picture is not None for picture in shown)
    assert not CaseTruth.objects.filter(source_image__in=shown).exists()


def test_without_folders_only_the_accounts_are_made(db):
    assert "No study" in demo()
    assert set(User.objects.values_list("username", "role")) == {
        ("admin", "admin"), ("demo", "demo"), ("reader1", "reader"), ("reader2", "reader"), ("reader3", "reader"),
    }  # fmt: skip


def test_missing_or_empty_folder_is_named(tmp_path, db):
    with pytest.raises(CommandError, match="no folder"):
        demo("--phantoms", tmp_path / "none", "--generated", tmp_path)
    with pytest.raises(CommandError, match="holds no image"):
        demo("--phantoms", tmp_path, "--generated", tmp_path)
    assert not Study.objects.exists()
