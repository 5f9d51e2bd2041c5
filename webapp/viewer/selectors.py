"""Which picture the home page shows, and which doors are open. Writes nothing."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from django.conf import settings

from webapp.imaging.models import Image, Source
from webapp.imaging.selectors import image_list


@dataclass(frozen=True)
class Door:
    """One way into the site.

    Args:
        name: what one does behind it.
        text: in one sentence.
        url: name of its address; "" where it is closed to this person.
    """

    name: str
    text: str
    url: str


READ = "Judge one image at a time. Each answer is kept as you give it."
STUDY = "Choose images, invite readers, see what they found."
GENERATE = "Ask for a mammogram by its labels and watch it appear."


def home_doors(user: Any) -> list[Door]:
    """Return the three doors; a closed one says whom it is for.

    Somebody who has not signed in sees all three open: each asks them to sign in.
    """
    known = user.is_authenticated
    may_study = not known or user.is_study_admin
    may_generate = not known or user.may_generate
    return [
        Door("Read", READ, "studies:reader-home"),
        Door("Study", STUDY if may_study else "For study admins.", "studies:study-list" if may_study else ""),
        Door(
            "Generate",
            GENERATE if may_generate else "Closed to readers, who must not learn to know a study's images.",
            "generation:request" if may_generate else "",
        ),
    ]


def home_picture(user: Any) -> Image | None:
    """Return the synthetic picture that this person may play with, or none.

    Readers get none: every picture of the library may be a case of their study. Somebody who has not signed
    in gets one in the demo only. The oldest comes first, so that the page stays the same as the library grows.
    """
    visible = user.may_generate if user.is_authenticated else settings.DEMO
    if not visible:
        return None
    phantom = image_list({"source": Source.PHANTOM}).order_by("id").first()
    if phantom is not None or not user.is_authenticated:
        return phantom
    generated = image_list({"source": Source.GENERATED})
    if not user.is_study_admin:
        generated = generated.filter(created_by=user)
    return generated.first()
