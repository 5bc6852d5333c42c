"""Promises counted per agency: those that fell due in a period, and those received in it.

On time is judged among the due ones (method, section 12), decided late or still open at the
cut-off alike are late. Whatever had no promised time is on neither side of any fraction: calling
it "on time" would lift whoever promises nothing.

A promise is charged to the agency that holds it now. Sharing a transferred one among its holders,
by the time each had it, is a later refinement; the method page says so.
"""

from dataclasses import dataclass, field
from datetime import datetime
from decimal import Decimal
from typing import Any

from tortoise.connection import get_connection

from ranking.periods import Period
from ranking.punctuality import Cluster

# Withdrawn by the time it was due: nobody was kept waiting, nobody was served.
_GONE = "(state = 'withdrawn' and ended_at <= due_at)"

# $1 <= due < $2; what had not ended by $3 is open.
DUE = f"""
select agency_id,
       count(*) filter (where not {_GONE})::int as due,
       count(*) filter (where state <> 'withdrawn' and ended_at <= due_at)::int as met,
       count(*) filter (where ended_at > due_at and ended_at < $3)::int as missed_closed,
       count(*) filter (where ended_at is null or ended_at >= $3)::int as open_overdue,
       count(*) filter (where {_GONE})::int as withdrawn,
       count(*) filter (where state = 'refused' and ended_at < $3)::int as refused,
       (extract(epoch from percentile_disc(0.5) within group (order by $3 - due_at)
            filter (where ended_at is null or ended_at >= $3)) / 86400)::float8 as median_days,
       (extract(epoch from max($3 - due_at)
            filter (where ended_at is null or ended_at >= $3)) / 86400)::float8 as oldest_days
from promise
where due_at >= $1 and due_at < $2
group by 1 order by 1
"""  # noqa: S608 -- made of constants

WEEKS = f"""
select agency_id, date_trunc('week', due_at at time zone $3) as week, count(*)::int as due,
       count(*) filter (where state <> 'withdrawn' and ended_at <= due_at)::int as met
from promise
where due_at >= $1 and due_at < $2 and not {_GONE}
group by 1, 2 order by 1, 2
"""  # noqa: S608 -- made of constants

# $1 <= started < $2, as it stood just before $2.
RECEIVED = """
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
where started_at >= $1 and started_at < $2
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True, kw_only=True)
class Due:
    """The promises charged to one agency that fell due in the period.

    due = met + missed_closed + open_overdue; the refused are among them, the withdrawn are not.
    A transferred promise counts in part: to 9 decimals, its holders' parts sum to 1.
    """

    due: Decimal = Decimal(0)
    met: Decimal = Decimal(0)
    missed_closed: Decimal = Decimal(0)
    open_overdue: Decimal = Decimal(0)
    withdrawn: Decimal = Decimal(0)
    refused: Decimal = Decimal(0)
    median_days: int | None = None
    """Whole days overdue at the cut-off, of those still open; None where there are none."""
    oldest_days: int | None = None

    @property
    def missed(self) -> Decimal:
        return self.missed_closed + self.open_overdue


@dataclass(frozen=True, slots=True, kw_only=True)
class Received:
    """What one agency received in the period, and how it stood when the period ended.

    received = with_promise + without_promise = closed + open, and
    with_promise = on_time + late_closed + overdue_open + pending + withdrawn.
    """

    received: int = 0
    with_promise: int = 0
    without_promise: int = 0
    closed: int = 0
    open: int = 0
    on_time: int = 0
    late_closed: int = 0
    overdue_open: int = 0
    pending: int = 0
    withdrawn: int = 0


@dataclass(frozen=True, slots=True)
class Cohort:
    """One agency's promises: the due ones, their weeks, and the received ones."""

    due: Due = field(default_factory=Due)
    weeks: tuple[Cluster, ...] = ()
    received: Received = field(default_factory=Received)


async def cohorts(period: Period, at: datetime) -> dict[int, Cohort]:
    """The cohorts of each agency with any promise, as known at `at`.

    Open at the cut-off is late. Before the period or the cut-off is over, what is not due by `at`
    is not counted as due, and "open at the cut-off" is open at `at`.
    """
    ends, cutoff = min(period.ends_at, at), min(period.cutoff_at, at)
    connection = get_connection("default")
    zone = getattr(period.timezone, "key", "UTC")
    due = await connection.execute_query_dict(DUE, [period.starts_at, ends, cutoff])
    weeks = await connection.execute_query_dict(WEEKS, [period.starts_at, ends, zone])
    received = await connection.execute_query_dict(RECEIVED, [period.starts_at, ends])
    dues = {row["agency_id"]: _due(row) for row in due}
    receipts = {row["agency_id"]: Received(**_without_agency(row)) for row in received}
    clusters: dict[int, list[Cluster]] = {}
    for row in weeks:
        clusters.setdefault(row["agency_id"], []).append(Cluster(row["due"], row["met"]))
    return {
        agency: Cohort(
            dues.get(agency, Due()),
            tuple(clusters.get(agency, ())),
            receipts.get(agency, Received()),
        )
        for agency in sorted(dues.keys() | receipts.keys())
    }


def _due(row: dict[str, Any]) -> Due:
    counts = _without_agency(row)
    for name in ("median_days", "oldest_days"):
        counts[name] = None if counts[name] is None else int(counts[name])
    charged = {n: Decimal(v) for n, v in counts.items() if n not in ("median_days", "oldest_days")}
    return Due(**(counts | charged))


def _without_agency(row: dict[str, Any]) -> dict[str, Any]:
    return {name: value for name, value in row.items() if name != "agency_id"}
