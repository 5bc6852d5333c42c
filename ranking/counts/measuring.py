"""The measures of official score sheets, counted from promises and ratings."""

from collections.abc import Collection, Sequence
from dataclasses import dataclass
from datetime import datetime
from fractions import Fraction

from ranking import statements
from ranking.counts.questions import Rows
from ranking.frozen.edition_detail import Stratum
from ranking.method import disclosure, measures

CONTACTS = """
select c.agency_id, count(distinct c.resident)::int as residents, count(*)::int as answers,
       sum(2 - r.contacts)::int as points
from rating r join closure c on c.id = r.closure_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2 and r.contacts is not null
  and ($3::int[] is null or c.agency_id = any($3))
group by 1 order by 1
"""


@dataclass(frozen=True, slots=True)
class Measured:
    """What the measures of one agency are computed from: of promises and of answers."""

    due: tuple[tuple[str, int, int, int], ...] = ()
    """(kind of promise, due, on time, before the due day)."""
    contacts: tuple[int, int, int] | None = None
    """(residents, answers, points of 2 an answer)."""


async def measured(
    window: tuple[datetime, datetime], rows: Rows, *, agencies: Collection[int] | None = None
) -> dict[int, Measured]:
    """By agency, or of these, what is known of a half-open window; `rows` are what
    `promise_rows.look` says of it.
    """
    of = None if agencies is None else sorted(agencies)
    due: dict[int, list[tuple[str, int, int, int]]] = {}
    for row in rows["sheets"]:
        own = due.setdefault(row["agency_id"], [])
        own.append((row["kind"], row["due"], row["met"], row["early"]))
    contacts = {
        row["agency_id"]: (row["residents"], row["answers"], row["points"])
        for row in await statements.rows(CONTACTS, [*window, of])
    }
    return {
        agency: Measured(tuple(due.get(agency, ())), contacts.get(agency))
        for agency in sorted(due.keys() | contacts.keys())
    }


def shares(of: Measured, said: Sequence[Stratum], *, fewest: int) -> dict[str, Fraction]:
    """The measures of one agency that are known; `said` are its voices by kind of service,
    `fewest` the floor.

    What residents said of one kind is not told where so few spoke of the other that the published
    whole would give them away.
    """
    found: dict[str, Fraction] = {}
    for kind, due, met, early in of.due:
        if kind == "dossier":
            found["dossiers_on_time"] = Fraction(met, due)
            found["against_limit"] = Fraction(met + early, 2 * due)
        else:
            found["feedback_on_time"] = Fraction(met, due)
            found["feedback_prompt"] = measures.prompt(due, met)
    if of.contacts and of.contacts[0] >= fewest:
        found["contacts"] = Fraction(of.contacts[2], 2 * of.contacts[1])
    voices = sum((cell.n for cell in said), Fraction(0))
    for kind, name in (("case:", "feedback_satisfied"), ("dossier:", "dossiers_satisfied")):
        cells = [cell for cell in said if cell.category.startswith(kind)]
        n = sum((cell.n for cell in cells), Fraction(0))
        rest = voices - n
        if n >= fewest and (not rest or rest >= disclosure.K):
            found[name] = sum((cell.x for cell in cells), Fraction(0)) / n
    return found
