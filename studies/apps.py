"""The studies app: blinded reader studies from protocol to result."""

from __future__ import annotations

from typing import Any

from django.apps import AppConfig
from django.db.models.signals import post_migrate, pre_migrate


class StudiesConfig(AppConfig):
    """Reader studies. Around each migration the guard triggers are taken off and put on again.

    The library images that are cases of a study are kept out of the gallery.
    """

    name = "studies"

    def ready(self) -> None:
        """Have the triggers out of the way of migrations: SQLite rebuilds a table and loses or trips over them."""
        from webapp.imaging.reservations import reserve

        reserve(_held)
        pre_migrate.connect(_guards_off, sender=self)
        post_migrate.connect(_guards_on, sender=self)


def _held() -> Any:
    """Return the library images that are cases of some study."""
    from studies.models.truth import CaseTruth
    from webapp.imaging.models import Image

    return Image.objects.filter(pk__in=CaseTruth.objects.values("source_image"))


def _guards_off(using: str, plan: Any = None, **_: Any) -> None:
    from studies.guards import remove

    _with_editor(remove, using, plan)


def _guards_on(using: str, plan: Any = None, **_: Any) -> None:
    from studies.guards import install

    _with_editor(install, using, plan)


def _with_editor(work: Any, using: str, plan: Any) -> None:
    """Run on the database's schema editor, but only around real migrations: a flush of a test has no plan."""
    from django.db import connections

    if plan:
        with connections[using].schema_editor() as editor:
            work(None, editor)
