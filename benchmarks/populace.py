"""A large city for counting: agencies, promises, closures and ratings of one quarter, by SQL.

Every promise is a dossier with one closure and one rating. Residents come back: of one agency's
answers in a quarter about a tenth are a second or third voice of somebody. All from fixed numbers.
"""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

AGENCIES = 500
MONTHS = 3
FIRST = "2026-07-01"

CITY = f"""
insert into agency (code, name_vi, name_en, kind, level, peer_group, calendar_code, search_key,
                    sort_key)
select 'A' || n, 'Phường ' || n, 'Ward ' || n, 'ward', 'commune', 'wards', 'city', 'a' || n,
       lpad(n::text, 5, '0')
from generate_series(1, {AGENCIES}) as n;
insert into service (code, name_vi, name_en, field, source, search_key, sort_key)
select 'S' || n, 'Việc ' || n, 'Work ' || n, 'F' || n % 4, '', 's' || n, 's' || n
from generate_series(1, 8) as n
"""

TABLE = """
create temporary table numbered (n int, agency_id int, service_id int, channel text,
                                 closed_at timestamptz, h bigint, resident bytea)
"""
# What is random in a row is made of its number: the same city each time. $1 is how many there are.
NUMBERED = f"""
insert into numbered
select n, a.id as agency_id, s.id as service_id, (array['web', 'counter', 'app'])[1 + n % 3],
       timestamptz '{FIRST} 01:00+07'
           + interval '30 days' * ({MONTHS} * ((n - 1)::float8 / $1::int)),
       h, int8send(hashint8extended(
           a.id * 100000000::bigint + (h >> 8) % greatest($1::int / 100, 1), 2))
from generate_series($2::int, $3::int) as n,
     lateral (select hashint4extended(n, 1) & 1073741823 as h) as hashed
join agency a on a.code = 'A' || (1 + h % {AGENCIES})
join service s on s.code = 'S' || (1 + (h >> 12) % 8)
order by n
"""

PROMISES = """
insert into promise (id, kind, code, agency_id, service_id, channel, started_at, due_at, state,
                     ended_at, round, resident)
select n, 'dossier', 'D' || n, agency_id, service_id, channel, closed_at - interval '5 days',
       closed_at + interval '1 day' * (h % 10 - 1), 'finished', closed_at, 1, resident
from numbered
"""
CLOSURES = """
insert into closure (id, promise_id, round, agency_id, service_id, channel, resident, closed_at,
                     window_ends_at, invited_at)
select n, n, 1, agency_id, service_id, channel, resident,
       closed_at, closed_at + interval '14 days', closed_at
from numbered
"""
RATINGS = """
insert into rating (id, closure_id, overall, language, mode, questions, comment, given_at,
                    revision, tone_revision)
select n, n, case when (h >> 5) % 10 = 0 then 1 + h % 3 else 4 + (h >> 7) % 2 end, 'vi',
       case when n % 9 = 0 then 'counter' else 'code' end, 'core-1', '',
       closed_at + interval '1 hour' * (h % 100), 1, 1
from numbered
"""
FILLED = ("promise", "promise_event", "closure", "rating")
INDEXES = """
select i.indexrelid::regclass::text as name, pg_get_indexdef(i.indexrelid) as made
from pg_index i left join pg_constraint c on c.conindid = i.indexrelid
where i.indrelid = any($1::text[]::regclass[]) and c.oid is null order by 1
"""
TRIGGERS = """
select tgrelid::regclass::text as of, tgname as name,
       case tgenabled when 'A' then 'enable always' else 'enable' end as how
from pg_trigger where tgrelid = any($1::text[]::regclass[]) and not tgisinternal
  and tgenabled <> 'D' order by 1, 2
"""
AT_ONCE = 500_000


async def fill(connection: Any, count: int, *, statements: Sequence[str]) -> None:
    """So many dossiers, closures and ratings, in order of time, from the first day on.

    A statement makes rows of what is `numbered`, some at a time.
    """
    await connection.execute("set statement_timeout = 0; set synchronous_commit = off")
    await connection.execute(CITY)
    await connection.execute(TABLE)
    async with bare(connection, FILLED):
        for begun in range(1, count + 1, AT_ONCE):
            await connection.execute(NUMBERED, count, begun, min(begun + AT_ONCE - 1, count))
            for statement in statements:
                await connection.execute(statement)
            await connection.execute("truncate numbered")
    await connection.execute("drop table numbered")
    await connection.execute("vacuum analyze")


@asynccontextmanager
async def bare(connection: Any, tables: Sequence[str]) -> AsyncIterator[None]:
    """Meanwhile the tables have no index but those of their constraints, no trigger notes what
    comes, and no row is looked up in another table: the rows are known to be right.
    """
    indexes = await connection.fetch(INDEXES, list(tables))
    triggers = await connection.fetch(TRIGGERS, list(tables))
    await connection.execute("set session_replication_role = replica")
    for trigger in triggers:
        await connection.execute(f"alter table {trigger['of']} disable trigger {trigger['name']}")
    for index in indexes:
        await connection.execute(f"drop index {index['name']}")
    yield
    await connection.execute("set session_replication_role = default")
    await connection.execute("set maintenance_work_mem = '1GB'")
    for index in indexes:
        await connection.execute(index["made"])
    for trigger in triggers:
        how = f"{trigger['how']} trigger {trigger['name']}"
        await connection.execute(f"alter table {trigger['of']} {how}")
    await connection.execute("reset maintenance_work_mem")
