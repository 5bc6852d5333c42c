"""Words are searched in a part of their own for every few agencies; what came in, by when it did.

One index of all words finds those of a million cases to keep the tenth that is the agency's. A
part is chosen by the agency, and holds an index of its cases' words alone. The triggers which keep
them work with their owner's rights, like all that keep the lists.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = r"""
alter table case_words rename to case_words_whole;
alter table case_words_whole rename constraint case_words_pkey to case_words_whole_pkey;
alter table case_words_whole
    rename constraint case_words_case_id_fkey to case_words_whole_case_id_fkey;
drop index case_words_found;
create table case_words (
    case_id bigint not null,
    agency_id int not null,
    words tsvector not null
) partition by hash (agency_id);
do $$ begin
    for part in 0..15 loop
        execute format('create table case_words_%s partition of case_words'
                       ' for values with (modulus 16, remainder %s)', part, part);
    end loop;
end $$;
insert into case_words (case_id, agency_id, words)
select w.case_id, e.agency_id, w.words
from case_words_whole w join inbox_entry e on e.case_id = w.case_id;
drop table case_words_whole;
-- The key begins with the case: by that alone words are written anew and erased.
alter table case_words
    add primary key (case_id, agency_id),
    add constraint case_words_case_id_fkey
        foreign key (case_id) references resident_case on delete cascade;
create index case_words_found on case_words using gin (words);

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
    insert into case_words (case_id, agency_id, words)
    select c.id, p.agency_id, words_of(
        c.search_key || ' ' || without_marks(c.reference || ' ' || c.location),
        c.subject || ' ' || c.text || ' ' || c.location)
    from added c join promise p on p.id = c.promise_id;
    return null;
end $$;

create or replace function inbox_follow_promise() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
    began timestamptz := pause_began(new.id, new.state);
begin
    update inbox_entry e
    set agency_id = new.agency_id, service_id = new.service_id, is_reopened = new.round > 1,
        due_at = new.due_at, due_soon_at = new.due_soon_at, paused_at = began,
        lapses_at = new.pause_lapses_at,
        sort_at = inbox_place(new.due_at, began, new.pause_lapses_at)
    from resident_case c where c.promise_id = new.id and e.case_id = c.id;
    if new.agency_id <> old.agency_id then
        update case_words w set agency_id = new.agency_id
        from resident_case c
        where c.promise_id = new.id and w.case_id = c.id and w.agency_id = old.agency_id;
    end if;
    return null;
end $$;

-- Who looks every few seconds whether something has come in reads what has, not the whole list.
create index inbox_arrived on inbox_entry (agency_id, arrived_at);
create index inbox_arrived_everywhere on inbox_entry (arrived_at);
-- Few of what is open: nobody reads all of it to find them.
create index inbox_mine on inbox_entry (officer_id, sort_at, case_id)
    where officer_id is not null and status in ('filed', 'in_hand', 'waiting');
create index inbox_reopened on inbox_entry (agency_id, sort_at, case_id)
    where is_reopened and status in ('filed', 'in_hand', 'waiting');
create index inbox_waiting on inbox_entry (agency_id, sort_at, case_id) where status = 'waiting';
create index inbox_answered_due_everywhere on inbox_entry (sort_at, case_id)
    where status = 'answered';
"""
BACKWARD = r"""
drop index inbox_arrived, inbox_arrived_everywhere, inbox_mine, inbox_reopened, inbox_waiting,
    inbox_answered_due_everywhere;
alter table case_words rename to case_words_parted;
create table case_words (
    case_id bigint primary key references resident_case on delete cascade,
    words tsvector not null
);
insert into case_words select case_id, words from case_words_parted;
drop table case_words_parted;
create index case_words_found on case_words using gin (words);
create or replace function inbox_add() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into inbox_entry
    select c.id, p.agency_id, p.service_id, c.officer_id, c.status, c.language, p.channel, null,
           p.round > 1, c.filed_at, p.due_at, p.due_soon_at, pause.began, p.pause_lapses_at,
           inbox_place(p.due_at, pause.began, p.pause_lapses_at), c.filed_at, null
    from added c join promise p on p.id = c.promise_id,
         lateral (select case when p.state = 'paused' then pause_began(p.id, p.state) end
                  as began) pause;
    insert into case_words
    select c.id, words_of(
        c.search_key || ' ' || without_marks(c.reference || ' ' || c.location),
        c.subject || ' ' || c.text || ' ' || c.location)
    from added c;
    return null;
end $$;
create or replace function inbox_follow_promise() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
declare
    began timestamptz := pause_began(new.id, new.state);
begin
    update inbox_entry e
    set agency_id = new.agency_id, service_id = new.service_id, is_reopened = new.round > 1,
        due_at = new.due_at, due_soon_at = new.due_soon_at, paused_at = began,
        lapses_at = new.pause_lapses_at,
        sort_at = inbox_place(new.due_at, began, new.pause_lapses_at)
    from resident_case c where c.promise_id = new.id and e.case_id = c.id;
    return null;
end $$;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0020_questionnaire")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
