"""What is to be tallied is noted by whatever changes a rating, and gone once it is tallied."""

import asyncio
import contextlib
from datetime import UTC, datetime
from zoneinfo import ZoneInfo

import pytest
from tortoise.connection import get_connection
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from feedback.models import RatingRow
from ranking import jobs
from ranking.counts import tallies
from ranking.models import CountedAnswerRow, UntalliedRow
from tests import make, migrating
from tests.ranking import rows
from web.running.embedded import Postgres
from web.storage import database

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)


async def _noted() -> list[int]:
    return list(await UntalliedRow.all().order_by("id").values_list("rating_id", flat=True))


@pytest.mark.usefixtures("database")
async def test_given_and_given_again_is_noted_and_nothing_else():
    one, other = [await rows.make_rating(await rows.make_agency(), AUGUST, 5) for _ in range(2)]
    assert await _noted() == [one.id, other.id]
    assert await tallies.count_some(ZONE) == 2
    assert await _noted() == []
    await RatingRow.all().update(tone_revision=1, tone=1, device=None)
    assert await _noted() == []
    await RatingRow.filter(id=other.id).update(overall=1, revision=F("revision") + 1)
    assert await _noted() == [other.id]


async def test_an_act_that_is_cut_off_loses_no_note(committed_database: str):
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)
    before = await _noted()
    with contextlib.suppress(KeyboardInterrupt):
        async with in_transaction():
            assert await tallies.count_some(ZONE) == 1
            raise KeyboardInterrupt
    assert (await _noted(), await CountedAnswerRow.all().count()) == (before, 0)
    async with in_transaction():
        assert await tallies.count_some(ZONE) == 1
    assert (await _noted(), await CountedAnswerRow.all().count()) == ([], 1)


async def test_what_changes_while_it_is_tallied_is_tallied_by_the_next_act(
    committed_database: str,
):
    rating = await rows.make_rating(await rows.make_agency(), AUGUST, 5)

    async with in_transaction():
        await tallies.count_some(ZONE)
        await asyncio.create_task(_elsewhere(committed_database, rating.id))
    assert (await CountedAnswerRow.get()).overall == 5
    async with in_transaction():
        assert await tallies.count_some(ZONE) == 1
    assert (await CountedAnswerRow.get()).overall == 1


async def _elsewhere(url: str, rating: int) -> None:
    """Who rates waits for no sweep."""
    async with database.connected(url), in_transaction():
        await RatingRow.filter(id=rating).update(overall=1, revision=F("revision") + 1)


async def test_the_sweep_leaves_it_to_whoever_else_tallies(committed_database: str):
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)

    async def sweep() -> bool:
        async with database.connected(committed_database), in_transaction():
            return await jobs.tally(make.act(), ZONE)

    async with in_transaction():
        await tallies.count_some(ZONE)
        assert not await asyncio.create_task(sweep())


BEFORE = """
insert into calendar (code, version, rules, known_until, published_at)
values ('city', 1, '{}', '2027-12-31', now());
insert into agency (code, name_vi, name_en, kind, level, peer_group, calendar_code, search_key,
                    sort_key)
values ('W1', 'Phường Một', 'Ward 1', 'ward', 'commune', 'wards', 'city', 'phuong mot', 'x');
insert into promise (id, kind, code, agency_id, channel, started_at, state, round)
select n, 'dossier', 'D' || n, 1, 'web', now(), 'running', 1 from generate_series(1, 3) as n;
insert into closure (id, promise_id, round, agency_id, channel, resident, closed_at, window_ends_at)
select n, n, 1, 1, 'web', '', now(), now() + interval '14 days' from generate_series(1, 3) as n;
insert into rating (id, closure_id, overall, comment, language, mode, given_at, revision,
                    tallied_revision, tone_revision)
select n, n, 5, '', 'vi', 'code', now(), 2, n - 1, 0 from generate_series(1, 3) as n;
"""


def test_what_was_not_tallied_yet_is_noted_when_the_schema_changes(postgres: Postgres):
    postgres.create_database("before_untallied")
    url = postgres.url("before_untallied")

    async def fill() -> None:
        connection = await database.connection(url)
        await connection.execute(BEFORE)
        await connection.close()

    async def check() -> None:
        async with database.connected(url):
            found = await get_connection("default").execute_query_dict(
                "select rating_id from untallied order by id"
            )
        assert [row["rating_id"] for row in found] == [1, 2]

    # Loops of their own: the session's must not see Tortoise's global state of a migration.
    asyncio.run(migrating.to(url, "ranking.0018_appeals"))
    asyncio.run(fill())
    asyncio.run(migrating.to(url, "ranking.0019_untallied"))
    asyncio.run(check())
