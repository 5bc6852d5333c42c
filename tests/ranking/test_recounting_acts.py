"""A quarter counted again in many acts: it comes to what it does in one, whatever ends a sweep."""

import asyncio
import contextlib
from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from tortoise.transactions import in_transaction

from ranking import jobs
from ranking.counts import recounting, tallies
from ranking.frozen.life_errors import RecountDiffers, RecountMissing
from ranking.method import periods
from ranking.models import CountedAnswerRow, EditionRow, RecountBegunRow, RecountRow
from sla.models import AgencyRow
from tests import make
from tests.ranking import rows
from web.storage import database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
LATER = datetime(2026, 11, 20, tzinfo=UTC)


async def _city(agencies: int = 4) -> list[AgencyRow]:
    """Agencies with some answers each, of which one is counted wrong of every second agency."""
    found = [await rows.make_agency() for _ in range(agencies)]
    for number, agency in enumerate(found):
        await rows.make_ratings(agency, AUGUST, satisfied=1 + number, unsatisfied=1)
    while await tallies.count_some(ZONE):
        pass
    await _harm(found[::2])
    return found


async def _harm(agencies: list[AgencyRow]) -> None:
    for agency in agencies:
        one = await CountedAnswerRow.filter(agency_id=agency.id).order_by("rating_id").first()
        await CountedAnswerRow.filter(rating_id=one.rating_id).update(overall=3)  # type: ignore[union-attr]  # there is one


LOOKS = len(recounting.LOOKS)
"""Acts for each part."""


def _in_small_parts(monkeypatch: pytest.MonkeyPatch) -> None:
    """Of each look there are as many as agencies."""
    for name in ("ANSWERS_AT_ONCE", "AT_ONCE"):
        monkeypatch.setattr(recounting, name, 4)


async def _recounts() -> list[tuple[datetime, int, dict[str, int]]]:
    found = await RecountRow.all().order_by("id")
    return [(row.at, row.answers, row.differing) for row in found]


@pytest.mark.usefixtures("database")
async def test_in_many_acts_it_comes_to_what_it_does_in_one(monkeypatch: pytest.MonkeyPatch):
    agencies = await _city()
    [whole] = await recounting.again(Q3, LATER, ZONE)
    assert whole.differing == {agency.id: 1 for agency in agencies[::2]}
    await tallies.count_some(ZONE)
    await _harm(agencies[::2])
    _in_small_parts(monkeypatch)
    acts = 0
    while len(await _recounts()) == 1:
        assert await recounting.advance(Q3, LATER + timedelta(minutes=acts), ZONE)
        acts += 1
    assert acts == 4 * LOOKS
    [first, again] = await _recounts()
    assert again == first  # as of when it was begun, which is what is certain of all of it
    assert not await RecountBegunRow.exists()


async def test_cut_off_between_acts_or_in_one_it_goes_on_from_there(
    committed_database: str, monkeypatch: pytest.MonkeyPatch
):
    _in_small_parts(monkeypatch)
    agencies = await _city()

    async def act(number: int, *, is_killed: bool) -> None:
        with contextlib.suppress(KeyboardInterrupt):
            async with in_transaction():
                assert await recounting.advance(Q3, LATER + timedelta(minutes=number), ZONE)
                if is_killed:
                    raise KeyboardInterrupt

    for number in range(4 * LOOKS):
        assert await _recounts() == []
        await act(number, is_killed=True)
        await act(number, is_killed=False)
    differing = {str(agency.id): 1 for agency in agencies[::2]}
    assert await _recounts() == [(LATER, 14, differing)]
    with pytest.raises(RecountDiffers):
        await recounting.check(Q3, ZONE)


async def test_of_two_sweeps_one_compares_and_the_other_leaves_it(committed_database: str):
    await _city(1)
    async with in_transaction():
        assert await recounting.advance(Q3, LATER, ZONE)
        assert not await asyncio.create_task(_elsewhere(committed_database))


async def _elsewhere(url: str) -> bool:
    async with database.connected(url), in_transaction():
        return await recounting.advance(Q3, LATER, ZONE)


@pytest.mark.usefixtures("database")
async def test_half_a_recount_lets_nothing_be_published(monkeypatch: pytest.MonkeyPatch):
    _in_small_parts(monkeypatch)
    await _city()
    await recounting.advance(Q3, LATER, ZONE)
    with pytest.raises(RecountMissing):
        await recounting.check(Q3, ZONE)


@pytest.mark.usefixtures("database")
async def test_what_was_begun_before_last_night_is_begun_anew(monkeypatch: pytest.MonkeyPatch):
    _in_small_parts(monkeypatch)
    await _city()
    await recounting.advance(Q3, LATER, ZONE)
    tomorrow = LATER + recounting.EVERY
    for _ in range(4 * LOOKS):
        await recounting.advance(Q3, tomorrow, ZONE)
    assert [at for at, _, _ in await _recounts()] == [tomorrow]


@pytest.mark.usefixtures("database")
async def test_an_agency_that_comes_meanwhile_is_in_the_last_part(monkeypatch: pytest.MonkeyPatch):
    _in_small_parts(monkeypatch)
    await _city(2)
    await recounting.advance(Q3, LATER, ZONE)
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)
    await tallies.count_some(ZONE)
    while not await _recounts():
        await recounting.advance(Q3, LATER, ZONE)
    [(_, answers, _)] = await _recounts()
    assert answers == 2 + 3 + 1


@pytest.mark.usefixtures("database")
async def test_an_answer_counted_for_another_agency_is_wrong_with_both():
    agencies = await _city(3)
    [moved] = await CountedAnswerRow.filter(agency_id=agencies[1].id).limit(1)
    await CountedAnswerRow.filter(rating_id=moved.rating_id).update(agency_id=agencies[0].id)
    [found] = await recounting.again(Q3, LATER, ZONE)
    assert found.differing == {agencies[0].id: 2, agencies[1].id: 1, agencies[2].id: 1}


@pytest.mark.usefixtures("database")
async def test_a_backlog_is_tallied_before_anything_is_compared(monkeypatch: pytest.MonkeyPatch):
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=5, unsatisfied=0)
    monkeypatch.setattr(tallies, "AT_ONCE", 2)
    for _ in range(2):
        assert await recounting.advance(Q3, LATER, ZONE)
        assert await _recounts() == []
    for _ in range(LOOKS):
        await recounting.advance(Q3, LATER, ZONE)
    assert [answers for _, answers, _ in await _recounts()] == [5]


@pytest.mark.usefixtures("database")
async def test_a_draft_of_the_schedule_waits_for_the_recount_of_every_part(
    monkeypatch: pytest.MonkeyPatch,
):
    _in_small_parts(monkeypatch)
    await _city()
    acts = 0
    while not await EditionRow.exists():
        assert await jobs.draft_edition(make.act(at=LATER), ZONE)
        acts += 1
    assert (acts, len(await _recounts())) == (4 * LOOKS, 1)
