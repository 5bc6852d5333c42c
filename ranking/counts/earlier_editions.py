"""What earlier published editions say of the agencies: their series, and the period before.

What was published stands. So a change is measured against the very counts the edition before was
made from: anybody can look them up, and counting anew what is public already could tell, by the
difference, what a few residents answered.
"""

import dataclasses
import json
from collections.abc import Mapping
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ranking import statements
from ranking.counts.gathered import Earlier
from ranking.counts.tallies import Effective
from ranking.frozen import edition_body, edition_rows
from ranking.frozen.edition_detail import Stratum
from ranking.frozen.edition_story import Before, Origin
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus
from sla.lineage import Break

HISTORY = 8
"""Earlier editions an agency's page goes back to."""

# The inputs of those who stand in it by this one period alone.
INPUTS = """
select a ->> 'code' as code, (a #>> '{satisfaction,n}')::int as n,
       a #>> '{satisfaction,x}' as x, (a #> '{satisfaction,strata}')::text as strata
from edition e, jsonb_array_elements(e.body -> 'agencies') as a
where e.id = $1 and a #>> '{satisfaction,is_rolling}' = 'false'
  and jsonb_typeof(a #> '{satisfaction,strata}') = 'array'
"""


async def published(period: Period) -> dict[str, Earlier]:
    """By code what the edition that holds for a period was made from; {} where there is none."""
    row = await edition_rows.latest_published(period.name)
    if row is None:
        return {}
    found = await statements.rows(INPUTS, [row.id])
    return {
        of["code"]: Earlier(
            counts=Effective(of["n"], Fraction(of["x"])),
            cells=edition_body.from_json(tuple[Stratum, ...], json.loads(of["strata"])),
            edition=row.name,
        )
        for of in found
    }


def response(code: str, period: Period, history: Mapping[str, list[Before]]) -> Decimal | None:
    """How many of those served answered, as published for the agency itself in that period."""
    lines = (line for line in history.get(code, ()) if line.period == period.name)
    return next((line.response for line in lines), None)


def series(
    code: str, origins: tuple[Origin, ...], history: Mapping[str, list[Before]]
) -> tuple[Before, ...]:
    """An agency's own lines, and before them those of the one office it comes from.

    Of several merged into one no line is the line of what came of them: nothing is inherited.
    """
    own = list(history.get(code, ()))
    if origins and len(origins[0].former) == 1 and origins[0].kind is not Break.MERGED:
        [former] = origins[0].former
        known = {line.period for line in own}
        own += [
            dataclasses.replace(line, code=former.code)
            for line in history.get(former.code, ())
            if line.period not in known
        ]
    return tuple(own)


# What a series needs of an edition; the whole of eight would take longer than all else.
LINES = """
select a ->> 'code' as code, (a #>> '{satisfaction,n}')::int as n,
       a #>> '{satisfaction,score,share}' as share, a #>> '{satisfaction,score,low}' as low,
       a #>> '{satisfaction,score,high}' as high, a #>> '{satisfaction,response}' as response,
       a #>> '{punctuality,due,due}' as due,
       a #>> '{punctuality,score,share}' as on_time
from edition e, jsonb_array_elements(e.body -> 'agencies') as a
where e.id = $1
"""


async def history(period: Period) -> Mapping[str, list[Before]]:
    """Per agency its lines in the last editions before this period, the latest first."""
    rows = (
        await EditionRow.filter(
            status=EditionStatus.PUBLISHED, period__ends_at__lte=period.starts_at
        )
        .order_by("-period__starts_at", "-id")
        .values_list("id", "name", "period__name")
    )
    latest: dict[str, tuple[int, str]] = {}
    for number, name, of in rows:
        latest.setdefault(of, (number, name))
    lines: dict[str, list[Before]] = {}
    for of, (number, name) in list(latest.items())[:HISTORY]:
        for row in await statements.rows(LINES, [number]):
            lines.setdefault(row["code"], []).append(_line(name, of, row))
    return lines


def _line(edition: str, period: str, row: Mapping[str, Any]) -> Before:
    share, low, high, on_time, response = (
        None if row[name] is None else Decimal(row[name])
        for name in ("share", "low", "high", "on_time", "response")
    )
    return Before(
        edition=edition,
        period=period,
        n=row["n"],
        share=share,
        low=low,
        high=high,
        due=Decimal(row["due"]),
        on_time=on_time,
        response=response,
    )
