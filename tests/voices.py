"""What residents said of each agency: as the product counts it, and from the ratings one by one."""

from collections import Counter, defaultdict
from collections.abc import Sequence
from fractions import Fraction
from zoneinfo import ZoneInfo

from ranking import statements
from ranking.counts import answers
from ranking.counts.tallies import LEVELS, SATISFIED, Effective
from ranking.frozen.edition_detail import Stratum
from ranking.method import periods

Said = tuple[Effective, tuple[Stratum, ...]]
"""Of one agency, the whole and by kind of work."""

GIVEN = """
select c.agency_id, c.resident, p.kind || ':' || coalesce(s.field, '') as category, c.channel,
       p.applicant, r.overall
from rating r join closure c on c.id = r.closure_id join promise p on p.id = c.promise_id
left join service s on s.id = c.service_id
where c.void_at is null and c.closed_at >= $1 and c.closed_at < $2 and r.id not in (
    select m.rating_id from quarantined_rating m join quarantine q on q.id = m.quarantine_id
    where q.state <> 'released')
"""


async def effective(names: Sequence[str], zone: ZoneInfo) -> dict[int, Effective]:
    """The counts of each agency with any answer, over these periods in a row together."""
    return {agency: counts for agency, (counts, _) in (await tallied(names, zone)).items()}


async def tallied(names: Sequence[str], zone: ZoneInfo) -> dict[int, Said]:
    """From the tallies, as an edition is counted from them."""
    first, last = (periods.parse(name, zone) for name in (min(names), max(names)))
    found = await answers.voices(first.starts_at, last.ends_at, zone.key)
    return {agency: (of.counts, of.cells) for agency, of in found.items() if of.cells}


async def recount(names: Sequence[str], zone: ZoneInfo) -> dict[int, Said]:
    """The same from the ratings alone, one after the other."""
    first, last = (periods.parse(name, zone) for name in (min(names), max(names)))
    given = await statements.rows(GIVEN, [first.starts_at, last.ends_at])
    of_voice = Counter((row["agency_id"], row["resident"]) for row in given)
    levels: dict[int, list[int]] = defaultdict(lambda: [0] * LEVELS)
    n: dict[int, dict[tuple[str, str, str], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    x: dict[int, dict[tuple[str, str, str], Fraction]] = defaultdict(lambda: defaultdict(Fraction))
    for row in given:
        agency, kind = row["agency_id"], (row["category"], row["channel"], row["applicant"])
        part = Fraction(1, of_voice[agency, row["resident"]])
        n[agency][kind] += part
        x[agency][kind] += part * (row["overall"] >= SATISFIED)
        levels[agency][row["overall"] - 1] += 1
    return {
        agency: (
            Effective(int(sum(n[agency].values())), sum(x[agency].values()), tuple(own)),
            tuple(
                Stratum(
                    category=kind[0], channel=kind[1], applicant=kind[2], n=of, x=x[agency][kind]
                )
                for kind, of in sorted(n[agency].items())
            ),
        )
        for agency, own in levels.items()
    }
