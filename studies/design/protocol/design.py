"""Who reads what, and in which order: the settings of a design."""

from __future__ import annotations

from typing import Any

from studies.design.errors import DesignError
from studies.design.protocol.words import TEXT, Schema, closed

ALLOCATIONS = ("fully_crossed", "split_plot", "incomplete_blocks", "pairs", "crossover")
# What each allocation needs beside the settings that all share.
NEEDED = {"split_plot": "groups", "incomplete_blocks": "per_reader", "crossover": "sessions"}
STRATA = ("birads", "density", "view", "laterality")

_COUNT: Schema = {"type": "integer", "minimum": 0, "maximum": 100_000}
_OF_EACH = closed({"synthetic": _COUNT, "original": _COUNT}, ("synthetic", "original"))
DESIGN = closed(
    {
        "allocation": {"enum": list(ALLOCATIONS)},
        "max_run": {"type": "integer", "minimum": 1},
        "randomness": TEXT,
        # Classes are balanced within consecutive blocks of this many trials.
        "block": {"type": "integer", "minimum": 2, "maximum": 1000},
        "strata": {"type": "array", "items": {"enum": list(STRATA)}, "uniqueItems": True},
        "groups": {"type": "integer", "minimum": 2, "maximum": 12},
        "per_reader": _OF_EACH,
        # Of `per_reader`, as many are the same cases for everybody.
        "anchor": _OF_EACH,
        "repeats": closed(
            {"count": {"type": "integer", "minimum": 1, "maximum": 1000},
             "distance": {"type": "integer", "minimum": 1, "maximum": 1000}},
            ("count", "distance"),
        ),
        "sessions": closed(
            {"conditions": {"type": "array", "items": TEXT, "minItems": 2, "maxItems": 4, "uniqueItems": True},
             "washout_days": {"type": "integer", "minimum": 0, "maximum": 365}},
            ("conditions", "washout_days"),
        ),
    },
    ("allocation", "max_run", "randomness"),
)  # fmt: skip


def design_check(body: dict[str, Any]) -> None:
    """Check the design of a protocol that meets the schema.

    Raises:
        DesignError: when an allocation lacks its setting or has one that it can't keep, or an anchor is larger
            than a reader's share.
    """
    design = body["design"]
    needed = NEEDED.get(design["allocation"])
    if needed and needed not in design:
        raise DesignError(
            f"design.{needed}: expected with the allocation {design['allocation']}", field=f"design.{needed}"
        )
    if design["allocation"] == "pairs":
        for name in ("block", "repeats"):
            if name in design:
                raise DesignError(f"design.{name}: pairs have none", field=f"design.{name}")
        if any(question["kind"] == "marks" for question in body["questions"]):
            raise DesignError("questions: marks belong to one picture, and pairs show two", field="questions")
    for kind, count in design.get("anchor", {}).items():
        if count > design.get("per_reader", {}).get(kind, 0):
            field = f"design.anchor.{kind}"
            raise DesignError(f"{field}: got {count}, expected no more than each reader reads", field=field)
