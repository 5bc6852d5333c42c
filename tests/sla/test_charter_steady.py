"""Agencies and calendars stand still while something is said of one moment."""

from uuid import uuid4

import pytest
from tortoise.connection import get_connection

from sla import charter
from sla.models import AgencyRow
from tests import make
from tests.web.test_statements import listening

pytestmark = pytest.mark.usefixtures("database")


async def renamed(name: str) -> None:
    await AgencyRow.filter(code="W1").update(name_vi=name)


async def test_what_changes_meanwhile_is_seen_by_who_begins_afterwards() -> None:
    await make.make_city()
    with charter.steady():
        before = await charter.current()
        await renamed("Phường Mới")
        assert await charter.current() is before
    assert (await charter.current()).agencies["W1"].name_vi == "Phường Mới"


async def test_without_asking_for_it_nothing_stands_still() -> None:
    await make.make_city()
    await charter.current()
    await renamed("Phường Mới")
    assert (await charter.current()).agencies["W1"].name_vi == "Phường Mới"


async def test_who_knows_the_mark_asks_for_no_charter_that_was_read_before() -> None:
    await make.make_city()
    kept = await charter.current()
    [row] = await get_connection("default").execute_query_dict("select token from charter_mark")
    with charter.steady(), listening() as asked:
        charter.recall(row["token"])
        assert await charter.current() is kept
    assert not asked


async def test_a_mark_is_nothing_to_who_does_not_stand_still_or_never_read_what_it_marks() -> None:
    await make.make_city()
    kept = await charter.current()
    [row] = await get_connection("default").execute_query_dict("select token from charter_mark")
    charter.recall(row["token"])
    await renamed("Phường Mới")
    assert await charter.current() is not kept
    with charter.steady():
        charter.recall(uuid4())
        assert (await charter.current()).agencies["W1"].name_vi == "Phường Mới"
