"""A million cases of invented residents, as an agency's inbox has them after some years.

One case in ten is of the agency that is measured. Of those, most are closed; what is open lies
with twelve officers, or with nobody yet; some wait for the resident, some are overdue.
"""

import asyncio
import os
from collections.abc import Iterator
from datetime import UTC, datetime

from tortoise.connection import get_connection

from web.storage import database

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
OFFICERS = 12
BATCH = 25_000
TABLES = (
    "promise",
    "promise_event",
    "resident_case",
    "timeline",
    "message",
    "inbox_entry",
    "case_words",
)

# A case by its number: what is open was filed in the last days, what is closed in three years.
PROMISES = """
insert into promise (id, kind, code, agency_id, service_id, calendar_id, channel, started_at,
                     due_at, due_soon_at, state, ended_at, round)
select n, 'case', 'V-' || n, case when n % 10 = 0 then ward.id else other.id end, service.id,
       calendar.id, (array['web', 'api', 'counter'])[1 + n % 3], filed, filed + interval '7 days',
       filed + interval '5 days 14 hours',
       case stage when 'open' then 'running' when 'waiting' then 'paused' else 'finished' end,
       case when stage in ('open', 'waiting') then null else filed + interval '3 days' end,
       case when stage = 'open' and n / 10 % 23 = 0 then 2 else 1 end
from generate_series($2::int, $3::int) n,
     lateral (select (hashint4(n)::bigint + 2147483648) / 4294967296.0 as share) random,
     lateral (select case when share < 0.035 then 'open' when share < 0.04 then 'waiting'
                          when share < 0.06 then 'answered' else 'closed' end as stage) staged,
     lateral (select $1::timestamptz - case
         when stage in ('open', 'waiting') then interval '8 days' * (n / 10 % 997) / 997
         when stage = 'answered' then interval '14 days' * (0.3 + (n / 10 % 997) / 997.0 / 1.5)
         else interval '3 years' * (0.02 + (n / 10 % 9973) / 9973.0) end as filed) dated,
     (select min(id) as id from agency) ward, (select max(id) as id from agency) other,
     (select min(id) as id from calendar) calendar, (select min(id) as id from service) service
"""
# Every case is paused by its events; only those of the measured agency have all of theirs.
_EVENT = """
insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)
select p.id, event.seq, event.kind, event.at, event.at, 'staff:o1', more || jsonb_build_object(
    'kind', event.kind,
    'at', to_char(event.at at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'))
from promise p, lateral ({events}) event where p.id between $1 and $2 and {which}
"""
_OURS = "p.agency_id = (select min(id) from agency)"
_PAUSED = """
select 2 as seq, 'paused' as kind, p.started_at + interval '1 day' as at, '{"seq": 2}'::jsonb
       as more
where p.state = 'paused'
"""
_REST = """
select 1 as seq, 'started' as kind, p.started_at as at, jsonb_build_object(
    'holder', p.agency_id::text, 'cut_off', null, 'promised_at', null,
    'within', '{"rule": "civil", "unit": "working_day", "amount": 5}'::jsonb) as more
union all
select 2, 'finished', coalesce(p.ended_at, p.started_at + interval '1 hour'),
       '{"seq": 2, "outcome": "answered"}'
where p.state = 'finished' or p.round = 2
union all
select 3, 'reopened', p.started_at + interval '2 hours', '{"seq": 3}' where p.round = 2
"""
PAUSES = _EVENT.replace("{events}", _PAUSED).replace("{which}", "p.state = 'paused'")
EVENTS = _EVENT.replace("{events}", _REST).replace("{which}", _OURS)
STORIES = f"""
insert into timeline (case_id, kind, at, by, detail)
select c.id, told.kind, told.at, told.by, detail
from promise p join resident_case c on c.promise_id = p.id, lateral (
    select 'CaseFiled' as kind, c.filed_at as at, 'resident' as by, '{{}}'::jsonb as detail
    union all
    select 'CaseAssigned', c.filed_at + interval '20 minutes', 'staff:o1', '{{}}'
    where c.officer_id is not null
    union all
    select 'CaseAnswered', c.answered_at, 'staff:o1', '{{"outcome": "answered"}}'
    where c.answered_at is not null
    union all select 'CaseClosed', c.closed_at, 'system:close', '{{}}' where c.closed_at is not null
) told
where p.id between $1 and $2 and {_OURS}
"""
MESSAGES = f"""
insert into message (case_id, kind, by, text, at)
select c.id, 'answer', 'staff:o1', 'Tổ vệ sinh đã thu gom và sẽ kiểm tra hằng ngày.', c.answered_at
from promise p join resident_case c on c.promise_id = p.id
where p.id between $1 and $2 and {_OURS} and c.answered_at is not null
"""
WORDS = [
    "rác",
    "đèn",
    "đường",
    "ngập",
    "nước",
    "hộ khẩu",
    "giấy phép",
    "xây dựng",
    "tiếng ồn",
    "vỉa hè",
    "cây xanh",
    "khói bụi",
    "chợ",
    "trường học",
    "bệnh viện",
    "xe buýt",
    "cống",
    "hẻm",
    "công viên",
    "karaoke",
    "nhà trọ",
    "đăng ký",
    "khai sinh",
    "chứng thực",
    "bản sao",
    "thuế",
    "điện",
    "mạng",
    "biển báo",
    "tín hiệu",
]
CASES = """
insert into resident_case (promise_id, reference, kind, language, subject, text, location, status,
                           officer_id, filed_at, answered_at, closed_at, is_history, search_key)
select p.id, p.code, 'complaint', case when p.id % 37 = 0 then 'en' else 'vi' end, said.subject,
       said.text, p.id % 300 || ' Lê Lợi',
       case when p.state = 'paused' then 'waiting'
            when p.state = 'finished' and p.ended_at > $1::timestamptz - interval '14 days'
                 then 'answered'
            when p.state = 'finished' then 'closed'
            when p.id / 10 % 9 = 0 then 'filed' else 'in_hand' end,
       case when p.state = 'running' and p.id / 10 % 9 = 0 then null
            when p.agency_id = (select min(id) from agency)
                 then (select min(id) from account) + p.id / 10 % $4::int end,
       p.started_at, p.ended_at,
       case when p.ended_at <= $1::timestamptz - interval '14 days'
            then p.ended_at + interval '14 days' end,
       false, without_marks(said.subject || ' ' || said.text)
from promise p, lateral (
    select initcap(w[1]) || ' ở ' || w[2] || ' chưa được giải quyết' as subject,
           'Tôi phản ánh về ' || w[1] || ' tại khu phố ' || p.id % 97 || '. Đã nhiều ngày nay '
           || w[2] || ' và ' || w[3] || ' gây khó khăn cho người dân, mong cơ quan kiểm tra, '
           || 'xử lý và trả lời cho chúng tôi về ' || w[4] || ' sớm.' as text
    from (select array(select ($5::text[])[1 + abs(hashint8(p.id * 7 + k)) % 30]
                       from generate_series(1, 4) k) as w) chosen
) said
where p.id between $2 and $3
"""


async def fill(url: str, count: int) -> None:
    """So many cases, in an empty city of `city.make` with accounts o1, o2, … in its first ward.

    By as many connections as the machine has processors; triggers write the lists and the words.
    """
    connection = get_connection("default")
    # Built at once, as a restored backup would have it.
    await connection.execute_query("drop index case_words_found")
    batches = iter(range(1, count + 1, BATCH))
    await asyncio.gather(*(_fill(url, batches, count) for _ in range(os.cpu_count() or 1)))
    await connection.execute_query("create index case_words_found on case_words using gin (words)")
    for table in TABLES:
        await connection.execute_query(f"vacuum analyze {table}")


async def _fill(url: str, batches: Iterator[int], count: int) -> None:
    connection = await database.connection(url)
    try:
        await connection.execute("set synchronous_commit = off")
        for first in batches:
            last = min(first + BATCH - 1, count)
            await connection.execute(PROMISES, NOW, first, last)
            await connection.execute(PAUSES, first, last)
            await connection.execute(CASES, NOW, first, last, OFFICERS, WORDS)
            for statement in (EVENTS, STORIES, MESSAGES):
                await connection.execute(statement, first, last)
    finally:
        await connection.close()
