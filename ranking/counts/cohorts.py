"""Promises counted per agency: those that fell due in a period, and those received in it.

On time is judged among the due ones (method, section 12), decided late or still open at the
cut-off alike are late. Whatever had no promised time is on neither side of any fraction: calling
it "on time" would lift whoever promises nothing.

Promises that never stood still and never changed hands are counted by the database
(`promise_rows`); the others are followed event by event (`followed`) and charged to their holders
in part.
"""

import itertools
from collections import Counter
from collections.abc import Collection, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction

from ranking.counts import followed, promise_rows, questions
from ranking.counts.questions import Rows
from ranking.counts.waiting import Spells
from ranking.frozen.charged import Charged, Due, Received
from ranking.frozen.edition_cases import Backlog, DueMonth, Overdue, Week
from ranking.method.periods import Period

__all__ = ["Cohort", "Due", "Received", "cohorts"]


@dataclass(frozen=True, slots=True)
class Cohort:
    """One agency's promises: the due ones, their weeks, the received ones, and what is behind."""

    due: Due = field(default_factory=Due)
    weeks: tuple[Week, ...] = ()
    received: Received = field(default_factory=Received)
    charged: Charged = field(default_factory=Charged)
    backlog: Backlog = field(default_factory=Backlog)
    spells: tuple[Spells, ...] = ()
    last_days: tuple[int, int, int] = (0, 0, 0)
    """Closures two days before the due day, one day before, and on it."""
    months: tuple[DueMonth, ...] = ()
    split: int = 0
    """Dossiers due beyond the first of one resident, service and day."""


async def cohorts(
    period: Period, at: datetime, rows: Rows, *, agencies: Collection[int] | None = None
) -> dict[int, Cohort]:
    """The cohorts of each agency, or of these, with any promise, as known at `at`.

    Open at the cut-off is late. Before the period or the cut-off is over, what is not due by `at`
    is not counted as due, and "open at the cut-off" is open at `at`. `rows` are what
    `promise_rows.look` says of the same window and agencies.
    """
    window = promise_rows.window(period, at)
    zone = getattr(period.timezone, "key", "UTC")
    of = None if agencies is None else sorted(agencies)
    charged: dict[int, Charged] = {}
    for row in rows["charged"]:
        charged.setdefault(row["agency_id"], Charged()).add_counted(row)
    spells: dict[int, list[Spells]] = {}
    for row in rows["spells"]:
        one = Spells(row["entered"], row["left_on"], row["ends_as"], row["cases"])
        spells.setdefault(row["agency_id"], []).append(one)
    apart = [promise for row in rows["apart"] for promise in row["promises"]]
    await followed.follow(window, zone, apart, charged=charged, spells=spells, agencies=of)
    overdue: dict[int, list[Overdue]] = {}
    for row in rows["overdue"]:
        overdue.setdefault(row["agency_id"], []).append(
            Overdue(days=row["days"], cases=row["cases"])
        )
    piled = {
        row["agency_id"]: (row["two_days"], row["one_day"], row["last_day"])
        for row in rows["piled"]
    }
    split = {row["agency_id"]: row["split"] for row in rows["split"]}
    received = questions.by_agency(rows["received"])
    nothing = Charged()
    return {
        agency: _cohort(
            charged.get(agency, nothing),
            backlog(overdue.get(agency, ())),
            Received(**received.get(agency, {})),
            _together(spells.get(agency, ())),
            piled.get(agency, (0, 0, 0)),
            split=split.get(agency, 0),
        )
        for agency in sorted(charged.keys() | received.keys() | spells.keys() | overdue.keys())
    }


def backlog(overdue: Sequence[Overdue]) -> Backlog:
    """What is read from the days by which cases are overdue, given in their order.

    The nine tenths, say, is the least number of days that so many of the cases are overdue at most.
    """
    if not overdue:
        return Backlog()
    return Backlog(
        cases=sum(of.cases for of in overdue),
        median_days=_reached(overdue, Fraction(1, 2)),
        p90_days=_reached(overdue, Fraction(9, 10)),
        oldest_days=overdue[-1].days,
        overdue=tuple(overdue),
    )


def _reached(overdue: Sequence[Overdue], share: Fraction) -> int:
    needed = share * sum(of.cases for of in overdue)
    passed = itertools.accumulate(of.cases for of in overdue)
    return next(of.days for of, so_far in zip(overdue, passed, strict=True) if so_far >= needed)


def _together(spells: Sequence[Spells]) -> tuple[Spells, ...]:
    """Equal ones once, in order: there are as many as there are lengths, however many cases."""
    cases: Counter[tuple[int, int, str]] = Counter()
    for of in spells:
        cases[of.entered, of.left, of.end or ""] += of.cases
    return tuple(
        Spells(entered, left, end or None, count)
        for (entered, left, end), count in sorted(cases.items())
    )


def _cohort(
    charged: Charged,
    backlog: Backlog,
    received: Received,
    spells: tuple[Spells, ...],
    last_days: tuple[int, int, int],
    *,
    split: int,
) -> Cohort:
    due = replace(charged.due, median_days=backlog.median_days, oldest_days=backlog.oldest_days)
    return Cohort(
        due,
        charged.by_week(),
        received,
        charged,
        backlog,
        spells,
        last_days,
        charged.by_month(),
        split,
    )
