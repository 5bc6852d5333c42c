"""The move of contacts into a schema of their own takes every row along."""

import asyncio

from tortoise.connection import get_connection

from feedback import contacts, jobs
from feedback.drafts import Contact
from tests import migrating
from tests.conftest import KEYS
from tests.make import act
from web.running.embedded import Postgres
from web.storage import database

AN = Contact("Nguyễn Thị An", "an@example.vn", "0901234567")
BEFORE = """
insert into calendar (code, version, rules, known_until, published_at)
values ('city', 1, '{}', '2027-12-31', now());
insert into agency (code, name_vi, name_en, kind, level, peer_group, calendar_code, search_key,
                    sort_key)
values ('W1', 'Phường Một', 'Ward 1', 'ward', 'commune', 'wards', 'city', 'phuong mot', 'x');
insert into promise (kind, code, agency_id, channel, started_at, state, round)
values ('case', 'HL-1', 1, 'web', now(), 'running', 1);
insert into resident_case (promise_id, reference, kind, language, subject, text, location, status,
                           filed_at, is_history, search_key)
values (1, 'HL-1', 'complaint', 'vi', 'Rác', 'Rác', '', 'filed', now(), false, 'rac');
"""


def test_contacts_are_carried_over_and_get_keys_of_their_own(postgres: Postgres) -> None:
    postgres.create_database("before_identity")
    url = postgres.url("before_identity")
    # Loops of their own: the session's must not see Tortoise's global state of a migration.
    asyncio.run(migrating.to(url, "feedback.0002_rules"))
    asyncio.run(_fill(url))
    asyncio.run(migrating.to(url, "feedback.0003_identity"))
    asyncio.run(_check(url))


async def _fill(url: str) -> None:
    connection = await database.connection(url)
    await connection.execute(BEFORE)
    sealed = contacts.seal([AN.name, AN.email, AN.phone], KEYS)
    await connection.execute("insert into contact (case_id, sealed) values (1, $1)", sealed)
    await connection.close()


async def _check(url: str) -> None:
    async with database.connected(url):
        rows = await get_connection("default").execute_query_dict(
            "select case_id from identity.contact"
        )
        assert [row["case_id"] for row in rows] == [1]
        assert await contacts.of(1, KEYS) == AN
        assert await jobs.wrap_keys(act(), KEYS)
        assert await contacts.of(1, KEYS) == AN
