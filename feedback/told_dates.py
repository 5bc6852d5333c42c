"""Dates that staff tell about a case, parsed once: a new one, and when it truly ended.

As `feedback.drafts`, with the further reasons `not_a_day` and `not_a_clock_time`.
"""

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, time

from feedback import drafts

_TIME = re.compile(r"([01][0-9]|2[0-3]):[0-5][0-9]")


@dataclass(frozen=True, slots=True)
class NewDate:
    """The day by which it will be done after all, and why not before."""

    until: date
    reason: str


@dataclass(frozen=True, slots=True)
class Correction:
    """When a case truly ended, in the local time of its office, and why it was told otherwise."""

    ended_on: date
    ended_time: time
    reason: str


def new_date(given: Mapping[str, object]) -> NewDate:
    """From named values: until (YYYY-MM-DD), reason. Raises `Faulty`."""
    reader = drafts.Reader(given)
    written = reader.text("until", at_most=40, required=True)
    until = _day(written)
    if written and until is None:
        reader.fault("until", "not_a_day")
    draft = NewDate(
        until=until or date.max,
        reason=reader.text("reason", at_most=drafts.REASON_AT_MOST, required=True),
    )
    reader.finish()
    return draft


def _day(written: str) -> date | None:
    try:
        return date.fromisoformat(written)
    except ValueError:
        return None


def correction(given: Mapping[str, object]) -> Correction:
    """From named values: ended_on (YYYY-MM-DD), ended_time (HH:MM), reason. Raises `Faulty`."""
    reader = drafts.Reader(given)
    day = reader.text("ended_on", at_most=40, required=True)
    clock = reader.text("ended_time", at_most=40, required=True)
    ended_on, ended_time = _day(day), _time(clock)
    if day and ended_on is None:
        reader.fault("ended_on", "not_a_day")
    if clock and ended_time is None:
        reader.fault("ended_time", "not_a_clock_time")
    draft = Correction(
        ended_on=ended_on or date.max,
        ended_time=ended_time or time.max,
        reason=reader.text("reason", at_most=drafts.REASON_AT_MOST, required=True),
    )
    reader.finish()
    return draft


def _time(written: str) -> time | None:
    return time.fromisoformat(written) if _TIME.fullmatch(written) else None
