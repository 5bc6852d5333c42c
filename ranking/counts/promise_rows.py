"""All that is counted of the promises of some agencies, asked of their rows in one look
(`questions`).

Promises that never stood still and never changed hands are counted here; `followed` counts the
others where they are charged in part.
"""

from collections.abc import Collection
from datetime import datetime

from ranking import statements
from ranking.counts import questions
from ranking.counts.questions import Rows
from ranking.method.periods import Period

# Withdrawn by the time it was due: nobody was kept waiting, nobody was served.
GONE = "(state = 'withdrawn' and ended_at <= due_at)"
# What an agency promises to residents; measures of a plan are promised to the public, and what was
# handed over left for a procedure with deadlines and judges of its own.
COUNTED = """kind <> 'milestone' and id not in (
    select c.promise_id from resident_case c join handed_over h on h.case_id = c.id)"""
# What fell due in [$1, $2), or was waited for in it.
CONCERNED = """(due_at >= $1 and due_at < $2
    or started_at < $2 and (ended_at is null or ended_at >= $1))"""

# What had not ended by $3 is open. $4 is the zone, $5 the agencies, or all.
HELD = f"""
with apart as materialized (
    select promise_id, bool_or(kind = 'transferred') as is_handed
    from promise_event where kind in ('transferred', 'paused') group by 1
), held as materialized (
    select p.id, p.agency_id, p.kind, p.state, p.started_at, p.due_at, p.ended_at,
           p.resident, p.service_id, a.promise_id is not null as is_apart,
           coalesce(a.is_handed, false) as is_handed,
           (p.started_at at time zone $4)::date as started_on,
           (p.due_at at time zone $4)::date as due_on,
           (p.ended_at at time zone $4)::date as ended_on,
           coalesce(p.due_at >= $1 and p.due_at < $2, false) as is_due,
           coalesce({GONE}, false) as is_gone,
           case when p.ended_at < $3 then p.ended_at end as seen_ended_at
    from promise p left join apart a on a.promise_id = p.id
    where {COUNTED} and {CONCERNED} and ($5::int[] is null or p.agency_id = any($5))
)"""  # noqa: S608 -- made of constants

# By who holds them now, whole, and by the day on which they fell due. A weekend before that day
# would look like waiting for it: of Wednesdays to Fridays alone it is asked who did.
BY_DAY = """
by_day as materialized (
    select agency_id, kind, due_on,
           count(*) filter (where not is_gone) as due,
           count(*) filter (where not is_gone and ended_at <= due_at) as met,
           count(*) filter (where not is_gone and ended_at <= due_at and ended_on < due_on)
               as early,
           count(*) filter (where not is_apart) as alone,
           count(*) filter (where not is_apart and not is_gone) as alone_due,
           count(*) filter (where not is_apart and state <> 'withdrawn' and ended_at <= due_at)
               as alone_met,
           count(*) filter (where not is_apart and seen_ended_at > due_at) as missed_closed,
           count(*) filter (where not is_apart and seen_ended_at is null) as open_overdue,
           count(*) filter (where not is_apart and is_gone) as withdrawn,
           count(*) filter (where not is_apart and state = 'refused' and seen_ended_at is not null)
               as refused,
           coalesce(sum(floor(date_part('epoch', seen_ended_at - due_at)))
               filter (where not is_apart and seen_ended_at > due_at), 0) as late_seconds,
           coalesce(sum(floor(date_part('epoch', coalesce(seen_ended_at, $3) - started_at)))
               filter (where not is_apart and not is_gone), 0) as open_seconds,
           count(*) filter (where is_patient and due_on - ended_on = 2) as two_days,
           count(*) filter (where is_patient and due_on - ended_on = 1) as one_day,
           count(*) filter (where is_patient and due_on = ended_on) as last_day
    from (select *, state in ('finished', 'refused') and ended_at <= due_at
                    and started_on <= due_on - 3
                    and extract(isodow from due_on) between 3 and 5 as is_patient
          from held where is_due) as due
    group by 1, 2, 3
)"""

QUESTIONS = {
    # Those that are followed event by event.
    "apart": """
select agency_id, jsonb_agg(id order by id) as promises from held where is_apart group by 1""",
    # What is charged whole, by week and month.
    "charged": """
select agency_id, date_trunc('week', due_on)::date as week, to_char(due_on, 'YYYY-MM') as month,
       sum(alone_due)::bigint as due, sum(alone_met)::bigint as met,
       sum(missed_closed)::bigint as missed_closed, sum(open_overdue)::bigint as open_overdue,
       sum(withdrawn)::bigint as withdrawn, sum(refused)::bigint as refused,
       sum(late_seconds)::bigint as late_seconds, sum(open_seconds)::bigint as open_seconds
from by_day where alone > 0 group by 1, 2, 3""",
    # A sheet knows no parts of a case.
    "sheets": """
select agency_id, kind, sum(due)::bigint as due, sum(met)::bigint as met,
       sum(early)::bigint as early
from by_day group by 1, 2 having sum(due) > 0""",
    "piled": """
select agency_id, sum(two_days)::bigint as two_days, sum(one_day)::bigint as one_day,
       sum(last_day)::bigint as last_day
from by_day group by 1 having sum(two_days + one_day + last_day) > 0""",
    # Whole cases, by who holds them now: theirs is what is to be done.
    "overdue": """
select agency_id, floor(date_part('epoch', $3 - due_at) / 86400)::int as days, count(*) as cases
from held where is_due and seen_ended_at is null group by 1, 2""",
    # Dossiers of one resident for one service on one day beyond the first: one matter cut into
    # several. What changed hands is charged in part, and left alone.
    "split": """
select agency_id, sum(dossiers - 1)::bigint as split
from (select agency_id, count(*) as dossiers from held
      where is_due and kind = 'dossier' and resident is not null and not is_gone and not is_handed
      group by agency_id, resident, service_id, started_on having count(*) > 1) as matters
group by 1""",
    # Everybody who waited at any time from $1 on, accepted before $2, as seen at $3.
    "spells": """
select agency_id, entered, least(seen, 36500) as left_on, ends_as, count(*) as cases
from (select agency_id,
             greatest(0, floor(date_part('epoch', $1 - started_at) / 86400))::int as entered,
             case when seen_ended_at is not null
                  then greatest(1, ceil(date_part('epoch', ended_at - started_at) / 86400))::int
                  else floor(date_part('epoch', $3 - started_at) / 86400)::int end as seen,
             case when seen_ended_at is null then null
                  when state = 'withdrawn' then 'withdrawn' else 'decided' end as ends_as
      from held
      where started_at < $2 and (ended_at is null or ended_at >= $1) and not is_handed) as waited
group by 1, 2, 3, 4""",
    # $1 <= started < $2, as it stood just before $2.
    "received": """
select agency_id, count(*) as received, count(due_at) as with_promise,
       count(*) - count(due_at) as without_promise,
       count(*) filter (where ended_at < $2) as closed,
       count(*) filter (where ended_at is null or ended_at >= $2) as open,
       count(*) filter (where state <> 'withdrawn' and ended_at < $2 and ended_at <= due_at)
           as on_time,
       count(*) filter (where state <> 'withdrawn' and ended_at < $2 and ended_at > due_at)
           as late_closed,
       count(*) filter (where due_at < $2 and (ended_at is null or ended_at >= $2))
           as overdue_open,
       count(*) filter (where due_at >= $2 and (ended_at is null or ended_at >= $2)) as pending,
       count(*) filter (where due_at is not null and state = 'withdrawn' and ended_at < $2)
           as withdrawn
from held where started_at >= $1 and started_at < $2 group by 1""",
}
LOOK = questions.put(f"{HELD},{BY_DAY}", QUESTIONS)
ORDER = ("agency_id", "week", "kind", "days", "entered", "left_on", "ends_as")
ANYTHING = f"""
select exists (select from promise where {COUNTED} and {CONCERNED})
    or exists (select from closure
               where void_at is null and closed_at >= $1 and closed_at < $2) as is_anything
"""  # noqa: S608 -- made of constants


def window(period: Period, at: datetime) -> tuple[datetime, datetime, datetime]:
    """(starts, ends, cut-off) of a period as far as it is known at `at`."""
    return period.starts_at, min(period.ends_at, at), min(period.cutoff_at, at)


async def look(
    period: Period, at: datetime, zone: str, *, agencies: Collection[int] | None = None
) -> Rows:
    """The answers to each of the `QUESTIONS`, of these agencies or of all, as known at `at`, in a
    fixed order.
    """
    of = None if agencies is None else sorted(agencies)
    return await questions.answered(LOOK, [*window(period, at), zone, of], order=ORDER)


async def is_anything(period: Period) -> bool:
    """Whether anything happened in a period that an edition of it could tell."""
    [found] = await statements.rows(ANYTHING, [period.starts_at, period.ends_at])
    return bool(found["is_anything"])
