"""Every tallied answer compared with its rating: once a night, and before anything is published."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.expressions import F

from feedback.models import ClosureRow, RatingRow
from ranking import jobs, statements
from ranking.counts import recounting, tallies
from ranking.frozen.life_errors import RecountDiffers, RecountMissing
from ranking.life import editions
from ranking.method import periods
from ranking.models import CountedAnswerRow, RecountRow, TallyRow
from tests import make, owning
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 20, tzinfo=UTC)


async def test_what_is_tallied_from_ratings_equals_them():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=3, unsatisfied=2)
    await ClosureRow.filter(id=(await ClosureRow.first()).id).update(void_at=AUGUST)  # type: ignore[union-attr]  # there is one
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert (found.answers, found.differing) == (4, {})
    await recounting.check(Q3, ZONE)


async def test_without_a_recount_since_its_end_nothing_of_a_period_is_published():
    with pytest.raises(RecountMissing):
        await recounting.check(Q3, ZONE)
    await recounting.again(Q3, Q3.ends_at - timedelta(seconds=1), ZONE)
    with pytest.raises(RecountMissing):
        await recounting.check(Q3, ZONE)
    await recounting.again(Q3, Q3.ends_at, ZONE)
    await recounting.check(Q3, ZONE)


@pytest.mark.parametrize("harm", ["changed", "lost", "invented", "slipped"])
async def test_whatever_differs_is_found_and_stands_in_the_way(harm: str):
    agency = await rows.make_agency()
    ratings = [await rows.make_rating(agency, AUGUST, 5) for _ in range(3)]
    while await tallies.count_some(ZONE):
        pass
    one = CountedAnswerRow.filter(rating_id=ratings[0].id)
    if harm == "changed":
        await one.update(overall=1)
    elif harm == "lost":
        await one.delete()
    elif harm == "invented":
        async with owning.owner():  # the application has no right to
            await RatingRow.filter(id=ratings[0].id).delete()
    else:
        await RatingRow.filter(id=ratings[0].id).update(overall=1)
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {agency.id: 1}
    with pytest.raises(RecountDiffers) as refused:
        await recounting.check(Q3, ZONE)
    assert (refused.value.name, refused.value.answers) == ("2026-Q3", 1)
    # What differed was counted anew: the next recount finds nothing.
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {}
    assert await CountedAnswerRow.all().count() == await RatingRow.all().count()
    await recounting.check(Q3, ZONE)


OTHERWISE = {
    "voice": 1,
    "stratum_id": 0,
    "given_on": date(2026, 8, 9),
    "month": 2026 * 12 + 6,
    "overall": 1,
    "at_counter": 1,
}


@pytest.mark.parametrize("column", OTHERWISE)
async def test_no_column_of_a_tallied_answer_may_say_otherwise(column: str):
    agency = await rows.make_agency()
    rating = await rows.make_rating(agency, AUGUST, 5)
    await tallies.count_some(ZONE)
    await CountedAnswerRow.filter(rating_id=rating.id).update(**{column: OTHERWISE[column]})
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {agency.id: 1}


def test_every_column_is_compared_or_found_by():
    compared = {"rating_id", "agency_id", *OTHERWISE}
    assert CountedAnswerRow._meta.db_fields == compared


async def test_a_look_may_take_longer_than_a_page_and_so_may_what_is_computed_in_it():
    await rows.make_agency()
    await recounting.again(Q3, LATER, ZONE)
    bounds = ("statement", "idle_in_transaction_session")
    told = [await statements.rows(f"show {name}_timeout") for name in bounds]
    assert [value for [row] in told for value in row.values()] == ["4min", "2min"]


async def test_what_is_still_to_be_tallied_is_tallied_first():
    agency = await rows.make_agency()
    rating = await rows.make_rating(agency, AUGUST, 5)
    await tallies.count_some(ZONE)
    await RatingRow.filter(id=rating.id).update(overall=2, revision=F("revision") + 1)
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {}


async def test_the_sweep_counts_each_quarter_once_a_night():
    agency = await rows.make_agency()
    for month in (2, 8):
        await rows.make_rating(agency, datetime(2026, month, 10, tzinfo=UTC), 5)
    while await tallies.count_some(ZONE):
        pass
    act = make.act(at=LATER)
    while await jobs.recount(act, ZONE):
        pass
    names = await RecountRow.all().order_by("id").values_list("period", flat=True)
    assert list(names) == ["2026-Q1", "2026-Q2", "2026-Q3"]
    assert not await jobs.recount(make.act(at=LATER + timedelta(hours=19)), ZONE)
    assert await jobs.recount(make.act(at=LATER + timedelta(hours=21)), ZONE)


async def test_a_year_needs_all_its_quarters():
    year = periods.parse("2025", ZONE)
    await recounting.again(periods.parse("2025-Q4", ZONE), LATER, ZONE)
    with pytest.raises(RecountMissing):
        await recounting.check(year, ZONE)
    assert len(await recounting.again(year, LATER, ZONE)) == 4
    await recounting.check(year, ZONE)


async def test_a_draft_counts_its_period_again():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=3, unsatisfied=2)
    await editions.draft("2026-Q3", make.act(at=LATER), ZONE)
    [found] = await recounting.last_recount(Q3, ZONE)
    assert (found.at, found.answers) == (LATER, 5)


async def test_a_tally_that_its_rows_do_not_bear_out_stands_in_the_way():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=3, unsatisfied=2)
    act = make.act(at=LATER)
    for sweep in (jobs.tally, jobs.settle):
        while await sweep(act, ZONE):
            pass
    assert not await jobs.settle(act, ZONE)
    await TallyRow.filter(what="kept", agency_id=agency.id).update(body="null")
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {agency.id: 1}
    with pytest.raises(RecountDiffers):
        await recounting.check(Q3, ZONE)
    await recounting.again(Q3, LATER, ZONE)
    await recounting.check(Q3, ZONE)


async def test_a_draft_counts_again_what_was_not_since_last_night():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=3, unsatisfied=2)
    await editions.draft("2026-Q3", make.act(at=LATER), ZONE)
    await editions.draft("2026-Q3", make.act(at=LATER + timedelta(hours=1)), ZONE)
    assert await RecountRow.all().count() == 1
    await editions.draft("2026-Q3", make.act(at=LATER + timedelta(hours=21)), ZONE)
    assert await RecountRow.all().count() == 2
