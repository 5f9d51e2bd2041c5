"""What the form of one question sent, as typed, and the question that it makes."""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from django.http import QueryDict

from studies.design.lexicon import FINDINGS, finding_options
from studies.design.question_set import Question
from webapp.core.errors import DomainError

KEY = re.compile(r"[a-z][a-z0-9_]{0,30}")
BLANK_ROWS, OPTIONS_MOST = 2, 20


@dataclass(frozen=True)
class Row:
    """One option: the value that is kept, its label, what it means, and its key in the reading room."""

    value: str = ""
    label: str = ""
    hint: str = ""
    key: str = ""


@dataclass(frozen=True)
class QuestionForm:
    """The fields of a question, as text, so that a refused form comes back as it was."""

    kind: str
    key: str
    label: str
    required: bool = False
    hint: str = ""
    rows: tuple[Row, ...] = ()
    findings: tuple[str, ...] = ()
    described: bool = True
    conditions: tuple[str, ...] = ()
    longest: str = ""
    minimum: str = ""
    maximum: str = ""
    unit: str = ""

    @classmethod
    def of(cls, question: Question, earlier: Sequence[Question]) -> QuestionForm:
        """Return the form of a question.

        Args:
            question: of the protocol.
            earlier: the questions before it, on whose answers it may depend.
        """
        options = question.get("options", [])
        marks = question["kind"] == "marks"
        return cls(
            kind=question["kind"],
            key=question["key"],
            label=question["label"],
            required=question["required"],
            hint=question.get("hint", ""),
            rows=() if marks else tuple(_row(option) for option in options),
            findings=tuple(option["value"] for option in options) if marks else (),
            described=any("descriptors" in option for option in options),
            conditions=_conditions(question, earlier),
            longest=str(question.get("longest", "")),
            minimum=_plain(question.get("minimum")),
            maximum=_plain(question.get("maximum")),
            unit=question.get("unit", ""),
        )

    @classmethod
    def sent(cls, data: QueryDict, kind: str) -> QuestionForm:
        """Return what was sent for a question of this kind."""
        names = ("key", "label", "hint", "longest", "minimum", "maximum", "unit")
        fields: dict[str, Any] = {name: data.get(name, "").strip() for name in names}
        columns = [data.getlist(f"option_{name}") for name in ("value", "label", "hint", "key")]
        rows = [Row(*(text.strip() for text in row)) for row in zip(*columns, strict=False)]
        return cls(
            kind=kind,
            required="required" in data,
            rows=tuple(row for row in rows if row != Row()),
            findings=tuple(one for one in FINDINGS if one in data.getlist("findings")),
            described="described" in data,
            conditions=tuple(data.getlist("when")),
            **fields,
        )

    @property
    def rows_shown(self) -> tuple[Row, ...]:
        """The options with empty rows to fill in below them."""
        return self.rows + (Row(),) * min(BLANK_ROWS, OPTIONS_MOST - len(self.rows))

    def question(self, before: Question, earlier: Sequence[Question]) -> Question:
        """Return the question of the protocol.

        Args:
            before: what it was; drawing tools and words of findings that stay are kept.
            earlier: the questions before it.

        Raises:
            DomainError: naming the field.
        """
        if not self.label:
            raise DomainError("Write what is asked.", field="label")
        if self.kind == "marks":  # always asked, and no finding is an answer too
            return {name: before[name] for name in ("key", "kind", "required")} | {
                "label": self.label,
                "options": self._findings(before),
            }
        if not KEY.fullmatch(self.key):
            raise DomainError(
                f"Got {self.key or 'nothing'!r}. The name of the column begins with a small letter and has small "
                "letters, digits and _ after it, 31 at most.",
                field="key",
            )
        made: Question = {"key": self.key, "kind": self.kind, "label": self.label, "required": self.required}
        if self.hint:
            made["hint"] = self.hint
        made |= self._content()
        condition = self._condition(earlier)
        return made | ({"when": condition} if condition else {})

    def _content(self) -> dict[str, Any]:
        if self.kind == "text":
            return {"longest": _whole(self.longest, "longest", 1, 4000)} if self.longest else {}
        if self.kind == "number":
            given = {name: _number(getattr(self, name), name) for name in ("minimum", "maximum")}
            kept = {name: value for name, value in given.items() if value is not None}
            if len(kept) == 2 and kept["minimum"] > kept["maximum"]:
                raise DomainError("The least is above the greatest.", field="minimum")
            return kept | ({"unit": self.unit} if self.unit else {})
        return {"options": self._options()}

    def _findings(self, before: Question) -> list[dict[str, Any]]:
        if not self.findings:
            raise DomainError("Choose at least one finding.", field="findings")
        known = {option["value"]: option for option in before.get("options", [])}
        fresh = {one["value"]: one for one in finding_options(self.findings, described=self.described)}
        shapes = {value: {"shapes": known[value]["shapes"]} for value in known if "shapes" in known[value]}
        return [fresh[value] | shapes.get(value, {}) for value in self.findings]

    def _options(self) -> list[dict[str, Any]]:
        if len(self.rows) < 2:
            raise DomainError("Give at least two options.", field="options")
        options = [self._option(row, place) for place, row in enumerate(self.rows, 1)]
        for name, words in (("value", "is kept as"), ("key", "has the key")):
            given = [str(option[name]) for option in options if name in option]
            doubled = next((text for text in given if given.count(text) > 1), None)
            if doubled is not None:
                raise DomainError(f"More than one option {words} “{doubled}”.", field="options")
        return options

    def _option(self, row: Row, place: int) -> dict[str, Any]:
        label = row.label or row.value
        if not label:
            raise DomainError(f"Option {place} has no label.", field="options")
        if len(row.key) > 1:
            raise DomainError(f"“{label}” has the key {row.key!r}, expected one letter or digit.", field="options")
        value: str | int = row.value or re.sub(r"\W+", "_", label.lower()).strip("_")[:60] or str(place)
        if self.kind == "scale":
            value = _whole(row.value or str(place), "options", 0, 1000)
        words = {"hint": row.hint, "key": row.key.lower()}
        return {"value": value, "label": label} | {name: text for name, text in words.items() if text}

    def _condition(self, earlier: Sequence[Question]) -> dict[str, Any] | None:
        chosen = [(one, option) for one, option, name in offers(earlier) if name in self.conditions]
        asked = {one["key"] for one, _ in chosen}
        if len(asked) > 1:
            raise DomainError("Choose answers of one question only.", field="when")
        return {"question": asked.pop(), "is": [option["value"] for _, option in chosen]} if asked else None


def offers(earlier: Sequence[Question]) -> list[tuple[Question, dict[str, Any], str]]:
    """Return the answers that a question may depend on, each with its question and its name in the form."""
    asked = [one for one in earlier if one["kind"] in ("choice", "scale", "multiple")]
    return [(one, option, f"{one['key']}={place}") for one in asked for place, option in enumerate(one["options"])]


def _conditions(question: Question, earlier: Sequence[Question]) -> tuple[str, ...]:
    condition: Mapping[str, Any] = question.get("when", {"question": "", "is": ()})
    return tuple(
        name
        for one, option, name in offers(earlier)
        if one["key"] == condition["question"] and option["value"] in condition["is"]
    )


def _row(option: Mapping[str, Any]) -> Row:
    return Row(str(option["value"]), option["label"], option.get("hint", ""), option.get("key", ""))


def _plain(value: float | None) -> str:
    return "" if value is None else f"{value:g}"


def _whole(text: str, field: str, least: int, most: int) -> int:
    if not text.isdecimal() or not least <= int(text) <= most:
        raise DomainError(f"Got {text!r}, expected a whole number from {least} to {most}.", field=field)
    return int(text)


def _number(text: str, field: str) -> float | None:
    if not text:
        return None
    try:
        value = float(text)
    except ValueError as error:
        raise DomainError(f"Got {text!r}, expected a number.", field=field) from error
    if value != value or abs(value) > 1e9:
        raise DomainError(f"Got {text!r}, expected a number.", field=field)
    return int(value) if value.is_integer() else value
