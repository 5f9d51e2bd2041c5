"""What the steps of a new study sent, as typed, and the protocol that it makes."""

from __future__ import annotations

import copy
from collections.abc import Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from django.http import QueryDict

from studies.design.errors import DesignError
from studies.design.protocol import Protocol
from studies.design.protocol.design import STRATA
from studies.design.quiz_text import quiz_items, quiz_text
from studies.design.templates import standard_flow
from webapp.core.errors import DomainError

ALLOCATIONS = {
    "fully_crossed": ("Everybody reads everything", "Fully crossed: the strongest comparison of readers."),
    "split_plot": ("Groups share the cases", "Split plot: each group reads its part, evenly mixed."),
    "incomplete_blocks": (
        "Each reader reads a part",
        "Incomplete blocks, as in the paper: a fixed number of each kind, partly the same for everybody.",
    ),
    "crossover": ("Several sessions", "Crossover: everything once in each condition, with a wait between."),
    "pairs": ("Pairs", "Two at once: each original stands beside a synthetic case, sides drawn."),
}
PARTS = {
    "consent": "Consent before anything else",
    "display_check": "Check of the display",
    "questionnaire": "Questions about the reader",
    "quiz": "A short quiz on the instructions",
    "debrief": "Questions at the end",
}


@dataclass(frozen=True)
class DesignForm:
    """The fields of the design, as text, so that a refused form comes back as it was."""

    allocation: str = "fully_crossed"
    max_run: str = "4"
    block: str = ""
    strata: tuple[str, ...] = ()
    groups: str = "2"
    synthetic: str = ""
    original: str = ""
    anchor_synthetic: str = "0"
    anchor_original: str = "0"
    repeats: str = "0"
    distance: str = "40"
    conditions: str = ""
    washout_days: str = "28"

    @classmethod
    def of(cls, design: Mapping[str, Any]) -> DesignForm:
        """Return the form of a protocol's design."""
        share, anchor = design.get("per_reader", {}), design.get("anchor", {})
        repeats, sessions = design.get("repeats", {}), design.get("sessions", {})
        return cls(
            allocation=design["allocation"],
            max_run=str(design["max_run"]),
            block=str(design.get("block", "")),
            strata=tuple(design.get("strata", ())),
            groups=str(design.get("groups", 2)),
            synthetic=str(share.get("synthetic", "")),
            original=str(share.get("original", "")),
            anchor_synthetic=str(anchor.get("synthetic", 0)),
            anchor_original=str(anchor.get("original", 0)),
            repeats=str(repeats.get("count", 0)),
            distance=str(repeats.get("distance", 40)),
            conditions=", ".join(sessions.get("conditions", ())),
            washout_days=str(sessions.get("washout_days", 28)),
        )

    @classmethod
    def sent(cls, data: QueryDict, before: DesignForm) -> DesignForm:
        """Return what was sent; fields that were not keep what they were."""
        given: dict[str, Any] = {name: data.get(name, "").strip() for name in vars(before) if name in data}
        given["strata"] = tuple(name for name in STRATA if name in data.getlist("strata"))
        return replace(before, **given)

    def design(self, before: Mapping[str, Any]) -> dict[str, Any]:
        """Return the protocol's design.

        Raises:
            DomainError: naming the field that is no number or out of its range.
        """
        made: dict[str, Any] = {key: before[key] for key in ("randomness",)}
        made |= {"allocation": self.allocation, "max_run": self._number("max_run", 1, 1000)}
        if self.allocation in ("fully_crossed", "split_plot", "incomplete_blocks", "crossover") and self.block:
            made["block"] = self._number("block", 2, 1000)
        if self.strata:
            made["strata"] = list(self.strata)
        if self.allocation == "split_plot":
            made["groups"] = self._number("groups", 2, 12)
        elif self.allocation == "incomplete_blocks":
            made["per_reader"] = self._each("synthetic", "original", 1)
            made["anchor"] = self._each("anchor_synthetic", "anchor_original", 0)
        elif self.allocation == "crossover":
            made["sessions"] = self._sessions()
        if self.allocation != "pairs" and self._number("repeats", 0, 1000):
            count, distance = self._number("repeats", 1, 1000), self._number("distance", 1, 1000)
            made["repeats"] = {"count": count, "distance": distance}
        return made

    def _each(self, synthetic: str, original: str, least: int) -> dict[str, int]:
        return {
            "synthetic": self._number(synthetic, least, 100_000),
            "original": self._number(original, least, 100_000),
        }

    def _sessions(self) -> dict[str, Any]:
        names = [" ".join(name.split()) for name in self.conditions.split(",") if name.strip()]
        if not 2 <= len(names) <= 4 or len(set(names)) < len(names):
            raise DomainError("Name two to four conditions, each once, with commas between.", field="conditions")
        return {"conditions": names, "washout_days": self._number("washout_days", 0, 365)}

    def _number(self, name: str, least: int, most: int) -> int:
        text = getattr(self, name)
        if not text.isdecimal() or not least <= int(text) <= most:
            got = f"Got {text[:20]!r}" if text else "Nothing was filled in"
            raise DomainError(f"{got}, expected a whole number from {least} to {most}.", field=name)
        return int(text)


@dataclass(frozen=True)
class TextForm:
    """The fields of the protocol's text."""

    instructions: str
    stated_prevalence: str
    margin: str
    exclusions: str = ""
    parts: tuple[str, ...] = ()
    break_every: str = ""
    require: str = ""
    consent: str = ""
    statements: str = ""
    quiz: str = ""
    kept: Mapping[str, Any] = field(default_factory=dict)

    @classmethod
    def of(cls, body: Protocol) -> TextForm:
        """Return the form of a protocol."""
        flow, reading = body.get("flow", {}), body.get("reading", {})
        said = standard_flow() | flow
        return cls(
            instructions=body["instructions"],
            stated_prevalence=body["stated_prevalence"],
            margin=f"{body['analysis']['margin']:g}",
            exclusions="\n".join(body["exclusions"]),
            parts=tuple(part for part in PARTS if part in flow),
            break_every=str(reading.get("break_every", "")),
            require=reading.get("require", ""),
            consent=said["consent"]["text"],
            statements="\n".join(said["consent"]["statements"]),
            quiz=quiz_text(said["quiz"]),
            kept=body,
        )

    @classmethod
    def sent(cls, data: QueryDict, body: Protocol) -> TextForm:
        """Return what was sent for this protocol."""
        names = ("instructions", "stated_prevalence", "margin", "exclusions", "break_every", "require")
        given = {name: data.get(name, "").replace("\r\n", "\n").strip() for name in names}
        before = cls.of(body)
        for name in ("consent", "statements", "quiz"):  # what was not sent stays what it is
            given[name] = data.get(name, getattr(before, name)).replace("\r\n", "\n").strip()
        return cls(**given, parts=tuple(part for part in PARTS if part in data.getlist("parts")), kept=body)

    def protocol(self) -> Protocol:
        """Return the protocol with these texts; parts of the flow that were there keep what they say.

        Raises:
            DomainError: naming the field that is missing or no number.
        """
        if not self.instructions:
            raise DomainError("Tell the readers what to do.", field="instructions")
        if not self.stated_prevalence:
            raise DomainError("Say what the readers are told about the share.", field="stated_prevalence")
        body = copy.deepcopy(dict(self.kept))
        body |= {"instructions": self.instructions, "stated_prevalence": self.stated_prevalence}
        body["exclusions"] = [line.strip() for line in self.exclusions.splitlines() if line.strip()]
        body["analysis"]["margin"] = self._margin()
        usual = standard_flow()
        flow = {key: value for key, value in body.get("flow", {}).items() if key not in PARTS}
        flow |= {part: body.get("flow", {}).get(part, usual[part]) for part in self.parts}
        flow |= {part: make() for part, make in (("consent", self._consent), ("quiz", self._quiz)) if part in flow}
        reading: dict[str, Any] = {"break_every": self._break()} if self.break_every else {}
        reading |= {"require": self.require} if self.require in ("one_to_one", "walk") else {}
        for key, value in (("flow", flow), ("reading", reading)):
            body.pop(key, None)
            body |= {key: value} if value else {}
        return body

    def _consent(self) -> dict[str, Any]:
        statements = [line.strip() for line in self.statements.splitlines() if line.strip()]
        if not self.consent:
            raise DomainError("Say what readers consent to, or leave the consent out.", field="consent")
        if not 1 <= len(statements) <= 10:
            raise DomainError(
                f"Got {len(statements)} statements of consent, expected 1 to 10.", field="statements"
            )
        return {"text": self.consent, "statements": statements}

    def _quiz(self) -> list[dict[str, Any]]:
        try:
            return quiz_items(self.quiz)
        except DesignError as error:
            raise DomainError(error.message, field="quiz") from error

    def _margin(self) -> float:
        try:
            margin = float(self.margin)
        except ValueError:
            margin = 0.0
        if not 0 < margin <= 0.25:
            raise DomainError("Give the margin as a number above 0 and up to 0.25, such as 0.05.", field="margin")
        return margin

    def _break(self) -> int:
        if not self.break_every.isdecimal() or not 5 <= int(self.break_every) <= 1000:
            raise DomainError(
                "Give the number of cases between breaks, 5 to 1000, or nothing.", field="break_every"
            )
        return int(self.break_every)
