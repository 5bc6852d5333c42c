"""What residents said of each agency, in one pass: from the tallies, and from the ratings."""

from collections import defaultdict
from collections.abc import Sequence
from dataclasses import replace
from fractions import Fraction
from zoneinfo import ZoneInfo

from ranking.counts import voiced
from ranking.counts.tallies import Effective
from ranking.method import periods
from ranking.method.periods import Period
from ranking.method.weighing import Voiced


async def effective(names: Sequence[str], zone: ZoneInfo) -> dict[int, Effective]:
    """The counts of each agency with any answer, over these periods in a row together."""
    return _by_agency(await voiced.of_tallies(_over(names, zone)))


async def recount(names: Sequence[str], zone: ZoneInfo) -> dict[int, Effective]:
    """The same from the ratings alone."""
    return _by_agency(await voiced.of_ratings(_over(names, zone)))


def _over(names: Sequence[str], zone: ZoneInfo) -> Period:
    first, last = (periods.parse(name, zone) for name in (min(names), max(names)))
    return replace(last, starts_at=first.starts_at)


def _by_agency(found: voiced.Counts) -> dict[int, Effective]:
    own: dict[int, list[Voiced]] = defaultdict(list)
    for (agency, _), said in found.items():
        own[agency].append(said)
    return {
        agency: Effective(
            int(sum(of.n for of in said)),
            sum((of.x for of in said), Fraction(0)),
            tuple(map(sum, zip(*(of.levels for of in said), strict=True))),
        )
        for agency, said in own.items()
    }
