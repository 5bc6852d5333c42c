"""In whose sight a connection works, and who need not say so."""

import pytest
from tortoise.connection import get_connection

from web.storage import sight

pytestmark = pytest.mark.usefixtures("database")


async def carried() -> object:
    [row] = await get_connection("default").execute_query_dict(
        "select current_setting('hailong.sight') as sight"
    )
    return row["sight"]


async def test_who_asks_what_every_sight_shows_takes_a_connection_as_it_is() -> None:
    with sight.seeing("agency:7"):
        assert await carried() == "agency:7"
    with sight.seeing(sight.ANYBODY):
        assert await carried() == "agency:7"
    with sight.seeing(sight.NOBODY):
        assert await carried() == sight.NOBODY


async def test_nobody_else_works_through_an_auditors_connection_which_only_reads() -> None:
    with sight.seeing(sight.AUDITOR):
        assert await carried() == sight.AUDITOR
    with sight.seeing(sight.ANYBODY):
        assert await carried() == sight.NOBODY


async def test_what_tells_who_is_signed_in_has_no_policy_that_a_sight_could_change() -> None:
    rows = await get_connection("default").execute_query_dict(
        "select relname from pg_class where relname in ('session', 'account')"
        " and not relrowsecurity"
    )
    assert {row["relname"] for row in rows} == {"session", "account"}
