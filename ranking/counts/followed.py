"""Promises that stood still or changed hands, followed event by event: who answers for what."""

from collections.abc import Mapping, Sequence
from datetime import date, datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from ranking.counts import waiting
from ranking.counts.promise_rows import COUNTED
from ranking.counts.waiting import Spells
from ranking.frozen.charged import Charged, Judged
from ranking.method import charges
from ranking.method.charges import Charge
from sla import charter, ledger, promises
from sla.charter import Charter

AT_ONCE = 2000
"""Promises held in memory together, with all their events."""

# What is apart ($3), and of what some agencies ($4) handed on, or took over before somebody else
# has it now.
FOLLOWED = f"""
with apart as materialized (
    select unnest($3::bigint[]) as id
    union
    select e.promise_id
    from promise_event t join promise_event e on e.promise_id = t.promise_id
    join agency a on a.code = coalesce(e.detail ->> 'to', e.detail ->> 'holder')
    where t.kind = 'transferred' and e.kind in ('started', 'transferred') and a.id = any($4)
)
select p.id, p.kind, p.started_at, p.due_at, p.ended_at, p.state, p.calendar_id,
       (select jsonb_agg(e.detail order by e.seq) from promise_event e
        where e.promise_id = p.id) as events
from promise p
where id in (select id from apart) and {COUNTED}
  and (due_at >= $1 and due_at < $2
       or started_at < $2 and (ended_at is null or ended_at >= $1) and exists (
           select from promise_event e where e.promise_id = p.id and e.kind = 'transferred'))
order by p.id
"""  # noqa: S608 -- made of constants


async def follow(
    window: tuple[datetime, datetime, datetime],
    zone: str,
    apart: Sequence[int],
    *,
    charged: dict[int, Charged],
    spells: dict[int, list[Spells]],
    agencies: list[int] | None = None,
) -> None:
    """Add to the sums what the promises due in [starts, ends) charge to each of their holders, and
    to the spells how long each holder let people wait; of all holders, or of these agencies.

    `window` is (starts, ends, cut-off), and `apart` are the promises that these agencies have now
    and that stood still or changed hands.
    """
    starts, ends, cutoff = window
    known = await charter.current()
    holders = {
        code: agency.id
        for code, agency in known.agencies.items()
        if agencies is None or agency.id in agencies
    }
    local = ZoneInfo(zone)
    # Of one look only some rows are held at a time; a cursor lives in a transaction.
    async with in_transaction(), get_connection("default").acquire_connection() as connection:
        values = [starts, ends, apart, agencies or []]
        async for row in connection.cursor(FOLLOWED, *values, prefetch=AT_ONCE):
            charge = _charge(row, known, cutoff)
            if row["due_at"] is not None and starts <= row["due_at"] < ends:
                of = _judged(row, cutoff, local)
                for holder, part in charge.holders:
                    if holder in holders:
                        own = charged.setdefault(holders[holder], Charged())
                        own.add(of, part, charge)
            if len(charge.stints) > 1:
                _add_spells(row, charge, window, holders, spells)


def _charge(row: Mapping[str, Any], known: Charter, cutoff: datetime) -> Charge:
    calendar = known.calendars[row["calendar_id"]] if row["calendar_id"] else None
    events = [promises.from_json(event) for event in row["events"]]
    rule = ledger.pause_rule(row["kind"], row["started_at"], calendar)
    return charges.charge(events, calendar, rule=rule, until=cutoff)


def _judged(row: Mapping[str, Any], cutoff: datetime, local: ZoneInfo) -> Judged:
    due_on: date = row["due_at"].astimezone(local).date()
    return Judged(
        due_on - timedelta(days=due_on.weekday()),
        f"{due_on:%Y-%m}",
        row["started_at"],
        row["due_at"],
        row["ended_at"],
        row["state"],
        cutoff,
    )


def _add_spells(
    row: Mapping[str, Any],
    charge: Charge,
    window: tuple[datetime, datetime, datetime],
    holders: Mapping[str, int],
    spells: dict[int, list[Spells]],
) -> None:
    """Each holder's part of the wait; those before the last end it by handing over."""
    starts, ends, cutoff = window
    started, ended = row["started_at"], row["ended_at"]
    if started >= ends or (ended is not None and ended < starts):
        return
    over = ended if ended is not None and ended < cutoff else None
    ending = waiting.WITHDRAWN if row["state"] == "withdrawn" else waiting.DECIDED
    later = [start for _, start in charge.stints[1:]]
    for (holder, begun), until in zip(charge.stints, [*later, None], strict=True):
        left, end = (until, waiting.TRANSFERRED) if until else (over, ending)
        if holder not in holders or begun >= cutoff or (left and left < starts):
            continue
        seen = left if left is not None and left < cutoff else None
        spells.setdefault(holders[holder], []).append(
            Spells(
                max(0, (max(begun, starts) - started).days),
                max(1, _whole(seen - started)) if seen else (cutoff - started).days,
                end if seen else None,
                1,
            )
        )


def _whole(length: timedelta) -> int:
    """Days, rounded up."""
    return -(-length // timedelta(days=1))
