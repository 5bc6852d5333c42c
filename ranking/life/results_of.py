"""What published editions say of each agency's satisfaction, as plans and their outcome need it.

Of one period the last edition holds: a correction may take a low band away, or find one.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime
from decimal import Decimal

from ranking import statements
from ranking.frozen.edition_life import Since
from ranking.method.movement import Arrow

# The rows are written when an edition is published, and stay as they are.
PUBLISHED = """
select e.name, p.name as period, e.published_at, r.code, r.share, r.band, r.arrow, r.is_tested
from edition_result r
join edition e on e.id = r.edition_id
join period p on p.id = e.period_id
order by p.starts_at, e.published_at, e.id, r.code
"""


@dataclass(frozen=True, slots=True)
class Result:
    """One agency in the edition that holds for a period.

    `low_since` is when the first edition of the period that called it clearly below was published,
    if the present one still does.
    """

    edition: str
    period: str
    code: str
    share: Decimal | None
    is_low: bool
    low_since: datetime
    arrow: Arrow | None
    is_tested: bool


async def published() -> list[Result]:
    """Every agency in every period, the earliest period first."""
    rows = await statements.rows(PUBLISHED)
    found: dict[tuple[str, str], Result] = {}
    for row in rows:
        earlier = found.get((row["period"], row["code"]))
        is_low = row["band"] == "below"
        stays_low = earlier is not None and earlier.is_low and is_low
        found[row["period"], row["code"]] = Result(
            edition=row["name"],
            period=row["period"],
            code=row["code"],
            share=row["share"],
            is_low=is_low,
            low_since=earlier.low_since if earlier and stays_low else row["published_at"],
            arrow=Arrow(row["arrow"]) if row["arrow"] else None,
            is_tested=row["is_tested"],
        )
    return list(found.values())


def since(results: Sequence[Result], period: str) -> tuple[Since, ...]:
    """What the editions of later periods of equal length say of one agency, in their order."""
    return tuple(
        Since(edition=one.edition, share=one.share, arrow=one.arrow, is_tested=one.is_tested)
        for one in results
        if one.period > period and len(one.period) == len(period)
    )
