"""Promises counted per agency: those that fell due in a period, and those received in it.

On time is judged among the due ones (method, section 12), decided late or still open at the
cut-off alike are late. Whatever had no promised time is on neither side of any fraction: calling
it "on time" would lift whoever promises nothing.

Promises that never stood still and never changed hands are counted by the database; the others
are followed event by event (`followed`) and charged to their holders in part.
"""

import itertools
from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from fractions import Fraction
from typing import Any

from ranking import followed, statements
from ranking.charged import Charged, Due, Received
from ranking.edition_cases import Backlog, DueMonth, Overdue, Week
from ranking.followed import APART, COUNTED, GONE, HANDED
from ranking.method.periods import Period
from ranking.waiting import Spells

__all__ = ["Cohort", "Due", "Received", "cohorts"]

# Of these agencies, or of all.
OF = "(${0}::int[] is null or agency_id = any(${0}))"

# $1 <= due < $2; what had not ended by $3 is open.
DUE = f"""
select agency_id, (date_trunc('week', due_at at time zone $4))::date as week,
       to_char(due_at at time zone $4, 'YYYY-MM') as month,
       count(*) filter (where not {GONE})::int as due,
       count(*) filter (where state <> 'withdrawn' and ended_at <= due_at)::int as met,
       count(*) filter (where ended_at > due_at and ended_at < $3)::int as missed_closed,
       count(*) filter (where ended_at is null or ended_at >= $3)::int as open_overdue,
       count(*) filter (where {GONE})::int as withdrawn,
       count(*) filter (where state = 'refused' and ended_at < $3)::int as refused,
       (coalesce(sum(floor(extract(epoch from ended_at - due_at)))
            filter (where ended_at > due_at and ended_at < $3), 0))::bigint as late_seconds,
       (coalesce(sum(floor(extract(epoch from least(coalesce(ended_at, $3), $3) - started_at)))
            filter (where not {GONE}), 0))::bigint as open_seconds
from promise p
where due_at >= $1 and due_at < $2 and not {APART} and {COUNTED} and {OF.format(5)}
group by 1, 2, 3 order by 1, 2, 3
"""  # noqa: S608 -- made of constants

# Whole cases, by who holds them now: theirs is what is to be done.
BACKLOG = f"""
select agency_id, floor(extract(epoch from $3 - due_at) / 86400)::int as days,
       count(*)::int as cases
from promise
where due_at >= $1 and due_at < $2 and (ended_at is null or ended_at >= $3) and {COUNTED}
  and {OF.format(4)}
group by 1, 2 order by 1, 2
"""  # noqa: S608 -- made of constants

# A weekend before the due day would look like waiting for it: only Wednesdays to Fridays.
PILE_UP = f"""
select agency_id,
       (count(*) filter (where due_on - ended_on = 2))::int as two_days,
       (count(*) filter (where due_on - ended_on = 1))::int as one_day,
       (count(*) filter (where due_on = ended_on))::int as last_day
from (select agency_id, (due_at at time zone $3)::date as due_on,
             (ended_at at time zone $3)::date as ended_on,
             (started_at at time zone $3)::date as started_on
      from promise
      where due_at >= $1 and due_at < $2 and ended_at <= due_at
        and state in ('finished', 'refused') and {COUNTED} and {OF.format(4)}) as ends
where extract(isodow from due_on) between 3 and 5 and started_on <= due_on - 3
  and due_on - ended_on <= 2
group by 1 order by 1
"""  # noqa: S608 -- made of constants

# Dossiers of one resident for one service on one day beyond the first: one matter cut into several.
# What changed hands is charged in part, and left alone.
SPLIT = f"""
select agency_id, sum(dossiers - 1)::int as split
from (select agency_id, count(*) as dossiers
      from promise p
      where due_at >= $1 and due_at < $2 and kind = 'dossier' and resident is not null
        and not {GONE} and not {HANDED} and {COUNTED} and {OF.format(4)}
      group by agency_id, resident, service_id, (started_at at time zone $3)::date
      having count(*) > 1) as matters
group by 1 order by 1
"""  # noqa: S608 -- made of constants

# Everybody who waited at any time from $1 on, accepted before $2, as seen at $3.
SPELLS = f"""
select agency_id, entered, least(seen, 36500) as left_on, ends_as, count(*)::int as cases
from (select agency_id,
             greatest(0, floor(extract(epoch from $1 - started_at) / 86400))::int as entered,
             case when ended_at < $3
                  then greatest(1, ceil(extract(epoch from ended_at - started_at) / 86400))::int
                  else floor(extract(epoch from $3 - started_at) / 86400)::int end as seen,
             case when ended_at is null or ended_at >= $3 then null
                  when state = 'withdrawn' then 'withdrawn' else 'decided' end as ends_as
      from promise p
      where started_at < $2 and (ended_at is null or ended_at >= $1) and not {HANDED}
        and {COUNTED} and {OF.format(4)}) as waited
group by 1, 2, 3, 4 order by 1, 2, 3, 4 nulls last
"""  # noqa: S608 -- made of constants

# $1 <= started < $2, as it stood just before $2.
RECEIVED = f"""
select agency_id, count(*)::int as received,
       count(due_at)::int as with_promise,
       (count(*) - count(due_at))::int as without_promise,
       count(*) filter (where ended_at < $2)::int as closed,
       count(*) filter (where ended_at is null or ended_at >= $2)::int as open,
       count(*) filter (where state <> 'withdrawn' and ended_at < $2 and ended_at <= due_at)::int
           as on_time,
       count(*) filter (where state <> 'withdrawn' and ended_at < $2 and ended_at > due_at)::int
           as late_closed,
       count(*) filter (where due_at < $2 and (ended_at is null or ended_at >= $2))::int
           as overdue_open,
       count(*) filter (where due_at >= $2 and (ended_at is null or ended_at >= $2))::int
           as pending,
       count(*) filter (where due_at is not null and state = 'withdrawn' and ended_at < $2)::int
           as withdrawn
from promise
where started_at >= $1 and started_at < $2 and {COUNTED} and {OF.format(3)}
group by 1 order by 1
"""  # noqa: S608 -- made of constants


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
    period: Period, at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, Cohort]:
    """The cohorts of each agency, or of these, with any promise, as known at `at`.

    Open at the cut-off is late. Before the period or the cut-off is over, what is not due by `at`
    is not counted as due, and "open at the cut-off" is open at `at`.
    """
    starts, ends, cutoff = period.starts_at, min(period.ends_at, at), min(period.cutoff_at, at)
    zone = getattr(period.timezone, "key", "UTC")
    of = None if agencies is None else sorted(agencies)
    charged: dict[int, Charged] = {}
    for row in await statements.rows(DUE, [starts, ends, cutoff, zone, of]):
        charged.setdefault(row["agency_id"], Charged()).add_counted(row)
    spells: dict[int, list[Spells]] = {}
    for row in await statements.rows(SPELLS, [starts, ends, cutoff, of]):
        one = Spells(row["entered"], row["left_on"], row["ends_as"], row["cases"])
        spells.setdefault(row["agency_id"], []).append(one)
    await followed.follow((starts, ends, cutoff), zone, charged=charged, spells=spells, agencies=of)
    overdue: dict[int, list[Overdue]] = {}
    for row in await statements.rows(BACKLOG, [starts, ends, cutoff, of]):
        overdue.setdefault(row["agency_id"], []).append(
            Overdue(days=row["days"], cases=row["cases"])
        )
    piled = _by_agency(await statements.rows(PILE_UP, [starts, ends, zone, of]))
    split = {
        row["agency_id"]: row["split"]
        for row in await statements.rows(SPLIT, [starts, ends, zone, of])
    }
    received = _by_agency(await statements.rows(RECEIVED, [starts, ends, of]))
    agencies = charged.keys() | received.keys() | spells.keys() | overdue.keys()
    nothing = Charged()
    return {
        agency: _cohort(
            charged.get(agency, nothing),
            backlog(overdue.get(agency, ())),
            Received(**received.get(agency, {})),
            tuple(spells.get(agency, ())),
            tuple(piled.get(agency, {}).values()) or (0, 0, 0),
            split=split.get(agency, 0),
        )
        for agency in sorted(agencies)
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


def _cohort(
    charged: Charged,
    backlog: Backlog,
    received: Received,
    spells: tuple[Spells, ...],
    last_days: Any,
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


def _by_agency(rows: list[dict[str, Any]]) -> Mapping[int, dict[str, Any]]:
    return {
        row["agency_id"]: {name: value for name, value in row.items() if name != "agency_id"}
        for row in rows
    }
