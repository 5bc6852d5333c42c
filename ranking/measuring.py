"""The measures of official score sheets, counted from promises and ratings."""

from collections.abc import Mapping
from datetime import datetime
from fractions import Fraction
from typing import Any

from tortoise.connection import get_connection

from ranking import measures
from ranking.edition_detail import Stratum
from ranking.followed import COUNTED, GONE

# By whoever holds the promise: a sheet knows no parts of a case.
DUE = f"""
select agency_id, kind, count(*)::int as due,
       (count(*) filter (where ended_at <= due_at))::int as met,
       (count(*) filter (where ended_at <= due_at and (ended_at at time zone $3)::date
            < (due_at at time zone $3)::date))::int as early
from promise
where due_at >= $1 and due_at < $2 and {COUNTED} and not {GONE}
group by 1, 2 order by 1, 2
"""  # noqa: S608 -- made of constants

CONTACTS = """
select c.agency_id, count(distinct c.resident)::int as residents, count(*)::int as answers,
       sum(2 - r.contacts)::int as points
from rating r join closure c on c.id = r.closure_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2 and r.contacts is not null
group by 1 order by 1
"""


async def measured(
    window: tuple[datetime, datetime],
    zone: str,
    said: Mapping[int, tuple[Stratum, ...]],
    *,
    fewest: int,
) -> dict[int, dict[str, Fraction]]:
    """By agency what is known; `said` are its voices by kind of service, `fewest` the floor."""
    found: dict[int, dict[str, Fraction]] = {agency: {} for agency in said}
    for row in await _rows(DUE, [*window, zone]):
        own = found.setdefault(row["agency_id"], {})
        if row["kind"] == "dossier":
            own["dossiers_on_time"] = Fraction(row["met"], row["due"])
            own["against_limit"] = Fraction(row["met"] + row["early"], 2 * row["due"])
        else:
            own["feedback_on_time"] = Fraction(row["met"], row["due"])
            own["feedback_prompt"] = measures.prompt(row["due"], row["met"])
    for row in await _rows(CONTACTS, list(window)):
        if row["residents"] >= fewest:
            share = Fraction(row["points"], 2 * row["answers"])
            found.setdefault(row["agency_id"], {})["contacts"] = share
    for agency, strata in said.items():
        for kind, name in (("case:", "feedback_satisfied"), ("dossier:", "dossiers_satisfied")):
            cells = [cell for cell in strata if cell.category.startswith(kind)]
            n = sum((cell.n for cell in cells), Fraction(0))
            if n >= fewest:
                found[agency][name] = sum((cell.x for cell in cells), Fraction(0)) / n
    return found


async def _rows(query: str, of: list[Any]) -> list[dict[str, Any]]:
    rows: list[dict[str, Any]] = await get_connection("default").execute_query_dict(query, of)
    return rows
