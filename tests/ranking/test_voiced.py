"""Voices counted from what was tallied and from the ratings themselves, in one look."""

from datetime import UTC, datetime
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from tortoise.expressions import F

from feedback.models import RatingRow
from ranking.counts import tallies, tallying, voiced
from ranking.method import periods
from ranking.method.weighing import Voiced
from ranking.models import CountedAnswerRow
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
ALL = {"after": 0, "until": tallying.LAST}


async def _tallied() -> None:
    while await tallies.count_some(ZONE):
        pass


async def test_both_weigh_every_answer_of_a_resident_alike():
    agency, other = await rows.make_agency(), await rows.make_agency()
    for overall in (5, 3, 1):
        await rows.make_rating(agency, AUGUST, overall, resident="regular")
    await rows.make_rating(agency, AUGUST, 4, resident="another")
    await rows.make_rating(other, AUGUST, 5, resident="regular")
    await _tallied()
    as_tallied, as_rated = await voiced.both(Q3, **ALL)
    assert as_tallied == as_rated
    assert {of: voices for (of, _), voices in as_rated.items()} == {
        agency.id: Voiced(Fraction(2), Fraction(4, 3), (1, 0, 1, 1, 1)),
        other.id: Voiced(Fraction(1), Fraction(1), (0, 0, 0, 0, 1)),
    }


@pytest.mark.parametrize(
    "harm", [{"overall": 1}, {"voice": 7}, {"stratum_id": 99}, {"month": 2026 * 12}]
)
async def test_a_tallied_answer_that_counts_otherwise_is_found(harm: dict[str, int]):
    agencies = [await rows.make_agency() for _ in range(2)]
    ratings = [
        await rows.make_rating(agency, AUGUST, 5, resident="regular")
        for agency in agencies
        for _ in range(2)
    ]
    await _tallied()
    assert not await voiced.differing(Q3, **ALL)
    await CountedAnswerRow.filter(rating_id=ratings[0].id).update(**harm)
    assert set(await voiced.differing(Q3, **ALL)) == {agencies[0].id}
    assert not await voiced.differing(Q3, after=agencies[0].id, until=tallying.LAST)


async def test_what_is_still_to_be_tallied_is_in_neither():
    agency = await rows.make_agency()
    ratings = [await rows.make_rating(agency, AUGUST, 5, resident="regular") for _ in range(2)]
    await _tallied()
    await RatingRow.filter(id=ratings[0].id).update(overall=1, revision=F("revision") + 1)
    for counts in await voiced.both(Q3, **ALL):
        [voices] = counts.values()
        assert voices == Voiced(Fraction(1), Fraction(1), (0, 0, 0, 0, 1))
