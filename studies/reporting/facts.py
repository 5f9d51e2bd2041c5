"""What is known of a study beyond its readings: for the head of the report and the checklist."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class StudyFacts:
    """Facts in words; an empty one is not known, and the report says so.

    Attributes:
        title: of the study or the table.
        origin: "study" or "table": a table of one's own has no protocol behind it.
        looks: events in which somebody saw the truth or the results before the study was unblinded.
        deviation: why the run is not the locked plan; empty when it is.
        simulated: whether the readings are a rehearsal's.
    """

    title: str
    origin: str = "study"
    protocol_sha256: str = ""
    locked_at: str = ""
    unblinded_at: str = ""
    sources: str = ""
    processing: str = ""
    reference: str = ""
    told: str = ""
    order: str = ""
    sample_size: str = ""
    missing: str = ""
    generator: str = ""
    deviation: str = ""
    looks: tuple[str, ...] = ()
    simulated: bool = False
    picture_rows: int = 0
    picture_columns: int = 0
