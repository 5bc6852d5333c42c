"""Words bear when their case was filed, so that the newest with a word are read from words alone.

A search of what is newest goes along the words of an agency, or takes its hits from the index in
that order, and looks up only the entries it shows. When a case was filed never changes.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

PARTED = r"""
alter table case_words rename to case_words_before;
do $$ begin
    for part in 0..15 loop
        execute format('alter table case_words_%s rename to case_words_before_%s', part, part);
    end loop;
end $$;
alter table case_words_before rename constraint case_words_pkey to case_words_before_pkey;
alter table case_words_before
    rename constraint case_words_case_id_fkey to case_words_before_case_id_fkey;
drop index case_words_found;
create table case_words (
    case_id bigint not null,
    {filed}
    agency_id int not null,
    words tsvector not null
) partition by hash (agency_id);
do $$ begin
    for part in 0..15 loop
        execute format('create table case_words_%s partition of case_words'
                       ' for values with (modulus 16, remainder %s)', part, part);
    end loop;
end $$;
"""
KEYS = """
drop table case_words_before;
-- The key begins with the case: by that alone words are written anew and erased.
alter table case_words
    add primary key (case_id, agency_id),
    add constraint case_words_case_id_fkey
        foreign key (case_id) references resident_case on delete cascade;
create index case_words_found on case_words using gin (words);
"""
ADD = """
create or replace function inbox_add() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into inbox_entry (case_id, agency_id, service_id, officer_id, status, language, channel,
                             tone, is_reopened, filed_at, due_at, due_soon_at, paused_at,
                             lapses_at, sort_at, arrived_at, replied_at)
    select c.id, p.agency_id, p.service_id, c.officer_id, c.status, c.language, p.channel, null,
           p.round > 1, c.filed_at, p.due_at, p.due_soon_at, pause.began, p.pause_lapses_at,
           inbox_place(p.due_at, pause.began, p.pause_lapses_at), c.filed_at, null
    from added c join promise p on p.id = c.promise_id,
         lateral (select case when p.state = 'paused' then pause_began(p.id, p.state) end
                  as began) pause;
    insert into case_words (case_id, agency_id, {column}words)
    select c.id, p.agency_id, {value}words_of(
        c.search_key || ' ' || without_marks(c.reference || ' ' || c.location),
        c.subject || ' ' || c.text || ' ' || c.location)
    from added c join promise p on p.id = c.promise_id;
    return null;
end $$;
"""
FORWARD = "\n".join(
    [
        PARTED.replace("{filed}", "filed_at timestamptz not null,"),
        """
insert into case_words (case_id, filed_at, agency_id, words)
select w.case_id, e.filed_at, w.agency_id, w.words
from case_words_before w join inbox_entry e on e.case_id = w.case_id;
""",
        KEYS,
        "create index case_words_newest on case_words (agency_id, filed_at, case_id);",
        ADD.format(column="filed_at, ", value="c.filed_at, "),
    ]
)
BACKWARD = "\n".join(
    [
        PARTED.replace("{filed}", ""),
        """
insert into case_words (case_id, agency_id, words)
select case_id, agency_id, words from case_words_before;
""",
        KEYS,
        ADD.format(column="", value=""),
    ]
)


class Migration(migrations.Migration):
    dependencies = [("feedback", "0031_spot_checks")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
