"""What one unit of work costs, in seconds of one core and in bytes; and what a site's work then needs."""

from __future__ import annotations

import math
from dataclasses import dataclass

# Share of a core that is planned with: a request takes 2.5 times what it takes alone (M/M/1: 1 / (1 - rho)).
FULL = 0.6
DAY_S = 86_400


@dataclass(frozen=True)
class Costs:
    """Measured costs.

    Args:
        web_s: core seconds of a web process for one reading (what is shown, the answer, and what goes with it).
        database_s: core seconds of PostgreSQL for one reading.
        locked_s: how long one answer holds its study's row.
        answer_bytes: of the database for one stored answer, its event and indexes.
        tile_s: core seconds of a web process for one tile.
        tiles: that a reader loads for one case.
        case_bytes: that a reader loads for one case.
        picture_bytes: of a full-size picture's tiles.
        drawing_s: core seconds of one drawn picture of the bundled model.
    """

    web_s: float
    database_s: float
    locked_s: float
    answer_bytes: float
    tile_s: float
    tiles: float
    case_bytes: float
    picture_bytes: float
    drawing_s: float


@dataclass(frozen=True)
class Demand:
    """What is asked of a site in its busiest hour.

    Args:
        readers: who read at the same time.
        studies: among which they are spread evenly.
        seconds_per_case: of one reader, from one answer to the next.
        pictures: that the site holds.
        answers: that it holds.
        drawings_per_day: pictures asked for.
    """

    readers: int
    studies: int
    seconds_per_case: float
    pictures: int
    answers: int
    drawings_per_day: int


@dataclass(frozen=True)
class Needs:
    """What the demand needs.

    Args:
        web_cores: of web processes, planned to be `FULL` full; a process uses one.
        database_cores: of PostgreSQL.
        busiest_study: share of the time for which the busiest study's row is locked; above 1 answers pile up.
        traffic_bit_s: of tiles to readers.
        picture_bytes: of all tile packs.
        database_bytes: of all answers.
        drawing_cores: at work around the clock.
    """

    web_cores: int
    database_cores: int
    busiest_study: float
    traffic_bit_s: float
    picture_bytes: float
    database_bytes: float
    drawing_cores: int


def needs(demand: Demand, costs: Costs) -> Needs:
    """Return what the demand needs at these costs, by utilization alone: no peak beyond the busiest hour."""
    readings = demand.readers / demand.seconds_per_case
    return Needs(
        web_cores=_cores(readings * (costs.web_s + costs.tiles * costs.tile_s)),
        database_cores=_cores(readings * costs.database_s),
        busiest_study=readings / demand.studies * costs.locked_s,
        traffic_bit_s=8 * readings * costs.case_bytes,
        picture_bytes=demand.pictures * costs.picture_bytes,
        database_bytes=demand.answers * costs.answer_bytes,
        drawing_cores=math.ceil(demand.drawings_per_day * costs.drawing_s / DAY_S),
    )


def readers_of_one_study(demand: Demand, costs: Costs) -> float:
    """Return how many may read one study at the same time until its row is locked for `FULL` of the time."""
    return FULL * demand.seconds_per_case / costs.locked_s


def _cores(busy: float) -> int:
    return max(1, math.ceil(busy / FULL))
