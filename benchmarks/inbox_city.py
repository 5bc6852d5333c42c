"""A million cases of invented residents, as an agency's inbox has them after some years.

One case in ten is of the agency that is measured. Of those, most are closed; what is open lies
with twelve officers, or with nobody yet; some wait for the resident, some are overdue.
"""

from datetime import UTC, datetime

from tortoise.connection import get_connection

NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
OFFICERS = 12
BATCH = 100_000

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
PAUSES = """
insert into promise_event (promise_id, seq, kind, at, recorded_at, by, detail)
select id, 2, 'paused', started_at + interval '1 day', started_at + interval '1 day', 'staff:o1',
       '{}'
from promise where state = 'paused' and id between $1 and $2
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


async def fill(count: int) -> None:
    """So many cases, in an empty city of `city.make` with accounts o1, o2, … in its first ward."""
    connection = get_connection("default")
    # Built at once, as a restored backup would have it.
    await connection.execute_query("drop index case_words_found")
    for first in range(1, count + 1, BATCH):
        last = min(first + BATCH - 1, count)
        await connection.execute_query(PROMISES, [NOW, first, last])
        await connection.execute_query(PAUSES, [first, last])
        await connection.execute_query(CASES, [NOW, first, last, OFFICERS, WORDS])
    await connection.execute_query("create index case_words_found on case_words using gin (words)")
    for table in ("promise", "resident_case", "inbox_entry", "case_words"):
        await connection.execute_query(f"vacuum analyze {table}")
