"""What is committed to in public before a period begins: rules, agencies, calendars and the days.

Pure. The digest over all of it is shown before the period; whatever is changed afterwards shows.
"""

import hashlib
import json
from dataclasses import dataclass, field
from datetime import date, timedelta
from typing import Any, Self

from ranking import errors
from ranking.frozen import edition_json
from ranking.method.config import Config
from ranking.method.periods import Period

MOST_DAYS = 365
SPARE = timedelta(days=10)
"""Between the end of objections and the day of publication, where no other day is set."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Schedule:
    """Days of an edition's life, in calendar days. Raises `InvalidConfig`.

    An edition drafted again stays open to objections for `redraft_days` at least.
    """

    objection_days: int = 15
    redraft_days: int = 3
    plan_days: int = 30
    """From publication until an agency clearly below the target owes its plan."""

    def __post_init__(self) -> None:
        for name in ("objection_days", "redraft_days", "plan_days"):
            value = getattr(self, name)
            if not 0 <= value <= MOST_DAYS:
                raise errors.InvalidConfig(name, value)


@dataclass(frozen=True, slots=True, kw_only=True)
class Eligible:
    """An agency that will stand in the edition, and among which peers."""

    code: str
    peer_group: str


@dataclass(frozen=True, slots=True, kw_only=True)
class LeftOut:
    """An agency that will not stand in the edition, decided beforehand, and why: public."""

    code: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Terms:
    """All that is committed to for one period. Public from the moment that it is."""

    config: Config
    schedule: Schedule
    publish_on: date
    """The last local day on which the edition is still in time."""
    agencies: tuple[Eligible, ...]
    calendars: tuple[str, ...]
    """Calendar versions in force when it was committed, such as `hcmc@3`."""
    left_out: tuple[LeftOut, ...] = field(default=(), metadata=edition_json.COUNTED_LATER)

    seed_digest: str = field(default="", metadata=edition_json.COUNTED_LATER)
    """Of the seed by which spot checks are drawn (`sampling.digest`); empty: nothing is drawn."""

    def to_json(self) -> dict[str, Any]:
        """What is committed to, as it is published; nobody left out is not mentioned."""
        facts: dict[str, Any] = edition_json.to_json(self)
        if not self.left_out:  # as it was written before anybody could be
            del facts["left_out"]
        if not self.seed_digest:
            del facts["seed_digest"]
        if self.config.limits is None:
            del facts["config"]["limits"]
        elif self.config.limits.looks is None:
            del facts["config"]["limits"]["looks"]
        return facts

    def written(self) -> bytes:
        """The canonical JSON: keys in order, no spaces, UTF-8 as it is."""
        return json.dumps(
            self.to_json(), sort_keys=True, separators=(",", ":"), ensure_ascii=False
        ).encode()

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.written()).hexdigest()

    @classmethod
    def from_json(cls, data: object) -> Self:
        """The value `edition_json.to_json` wrote. Raises `BadBody`."""
        return edition_json.from_json(cls, data)


def earliest(period: Period, schedule: Schedule) -> date:
    """The first local day on which the edition can be published under this schedule."""
    last = period.cutoff_at.astimezone(period.timezone).date()
    return last + timedelta(days=schedule.objection_days)


def usual(period: Period, schedule: Schedule) -> date:
    """The day of publication where none is set."""
    return earliest(period, schedule) + SPARE
