"""Two roles: one owns and migrates, the other serves, and is told apart where it counts."""

from collections.abc import Iterator
from urllib.parse import urlsplit

import asyncpg
import pytest

from tests import owning
from tests.make import Clock
from tests.web.client import client
from web.running.embedded import Postgres
from web.settings import Settings
from web.storage import database, rights, roles

ROLE = "Ward's app"


@pytest.fixture
def committed_name(committed_url: str) -> str:
    return urlsplit(committed_url).path.lstrip("/")


@pytest.fixture
def stranger(postgres: Postgres, committed_name: str) -> Iterator[str]:
    """The address by which a role signs in that nobody has made yet."""
    yield postgres.url(committed_name, user="Ward%27s%20app:geheim")
    postgres.psql(f'drop owned by "{ROLE}"; drop role "{ROLE}"', committed_name)


async def test_a_role_that_is_missing_is_made_and_bound(
    postgres: Postgres, committed_name: str, stranger: str
) -> None:
    owner = await database.connection(postgres.url(committed_name))
    for _ in range(2):
        await roles.give(owner, stranger)
        assert await owner.fetchval(rights.MARK) == rights.mark(ROLE)
    await owner.close()
    assert await database.dangers(stranger) == FORGETFUL
    served = await database.connection(stranger)
    row = await served.fetchrow(rights.STANDING, [*rights.APPENDED])
    assert rights.standing(row) is rights.Standing.BOUND
    with pytest.raises(asyncpg.InsufficientPrivilegeError):
        await served.execute("delete from promise_event")
    assert await served.fetchval("select count(*) from resident_case") == 0
    await served.close()


# The server of tests waits for no disk.
FORGETFUL = [
    f"the database has {name} off: a receipt could be lost"
    for name in ("fsync", "full_page_writes", "synchronous_commit")
]


async def test_a_role_with_rights_it_must_not_have_is_a_danger(
    postgres: Postgres, committed_name: str, stranger: str
) -> None:
    owner = await database.connection(postgres.url(committed_name))
    await roles.give(owner, stranger)
    await owner.execute(f'grant truncate on audit to "{ROLE}"')
    told = await database.dangers(stranger)
    assert told == [
        *FORGETFUL,
        "the application's role has rights it must not have: run hailong migrate",
    ]
    await roles.give(owner, stranger)
    await owner.close()
    assert await database.dangers(stranger) == FORGETFUL


async def test_an_owner_who_may_not_make_roles_is_told_so(
    postgres: Postgres, committed_url: str, committed_name: str
) -> None:
    connection = await database.connection(committed_url)
    with pytest.raises(roles.NoRole) as refused:
        await roles.give(connection, postgres.url(committed_name, user="nobody_made"))
    await connection.close()
    assert str(refused.value) == (
        "the database has no role nobody_made, and its owner may not make one"
    )


async def test_where_one_role_is_both_nothing_is_given(
    postgres: Postgres, committed_name: str
) -> None:
    url = postgres.url(committed_name)
    owner = await database.connection(url)
    await roles.give(owner, url)
    assert await owner.fetchval(rights.MARK) != rights.mark(roles.name_in(url))
    assert await database.dangers(url) == FORGETFUL  # allowed, and said by /readyz
    await owner.close()


@pytest.mark.usefixtures("database")
async def test_readiness_says_when_nothing_is_kept_from_the_application(
    settings: Settings,
) -> None:
    async with client(settings, Clock()) as made:
        assert "role" not in (await made.get("/readyz")).json()
        async with owning.owner():
            assert (await made.get("/readyz")).json()["role"] == "owner"
