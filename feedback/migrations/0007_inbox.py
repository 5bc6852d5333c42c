"""What lists of cases are read from: an entry a case, its words, and the lists people keep.

An entry repeats what a list sorts and narrows by, from the case, its promise and its story; the
words are what is searched. Both are written by triggers, in the transaction of their cause and
whoever causes it: a page then reads an index, however many cases there are.
"""

from tortoise import fields, migrations
from tortoise.fields.base import OnDelete
from tortoise.migrations import operations as ops

FORWARD = r"""
create table inbox_entry (
    case_id bigint primary key references resident_case on delete cascade,
    agency_id int not null,
    service_id int,
    officer_id int,
    status varchar(20) not null,
    language varchar(5) not null,
    channel varchar(20) not null,
    tone varchar(10),
    is_reopened boolean not null,
    filed_at timestamptz not null,
    due_at timestamptz,
    due_soon_at timestamptz,
    paused_at timestamptz,
    lapses_at timestamptz,
    sort_at timestamptz not null,
    arrived_at timestamptz not null,
    replied_at timestamptz
);
create table case_words (
    case_id bigint primary key references resident_case on delete cascade,
    words tsvector not null
);

-- By deadline. What nobody promised comes last, before it what only a reply sets going again.
create function inbox_place(due_at timestamptz, paused_at timestamptz, lapses_at timestamptz)
returns timestamptz language sql stable as $$
    select coalesce(
        case when paused_at < due_at and lapses_at is null
             then due_at + interval '1000 years' else due_at end,
        timestamptz '9999-01-01 00:00+00')
$$;
-- As `sla.spelling.search_key` does it: lower case, without marks, đ as d.
create function without_marks(written text) returns text language sql immutable as $$
    select replace(regexp_replace(normalize(lower(written), nfd), '[\u0300-\u036f]', '', 'g'),
                   'đ', 'd')
$$;
-- Words with and without their marks; what is neither letter nor figure parts them.
create function words_of(folded text, written text) returns tsvector language sql immutable as $$
    select to_tsvector('simple', regexp_replace(
        lower(folded || ' ' || written), '[^[:alnum:]]+', ' ', 'g'))
$$;

create function pause_began(promise_id bigint, state text) returns timestamptz
language sql stable as $$
    select max(e.at) from promise_event e
    where state = 'paused' and e.promise_id = pause_began.promise_id and e.kind = 'paused'
$$;

create function inbox_add() returns trigger language plpgsql as $$
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
create trigger case_listed after insert on resident_case referencing new table as added
    for each statement execute function inbox_add();
alter table resident_case enable always trigger case_listed;

create function inbox_follow_case() returns trigger language plpgsql as $$
begin
    update inbox_entry set status = new.status, officer_id = new.officer_id
    where case_id = new.id;
    return null;
end $$;
create trigger case_followed after update of status, officer_id on resident_case for each row
    when (old.status is distinct from new.status or old.officer_id is distinct from new.officer_id)
    execute function inbox_follow_case();

create function inbox_follow_promise() returns trigger language plpgsql as $$
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
create trigger promise_followed
    after update of agency_id, service_id, round, due_at, due_soon_at, pause_lapses_at, state
    on promise for each row
    when (new.kind = 'case' and (old.agency_id, old.service_id, old.round, old.due_at,
          old.due_soon_at, old.pause_lapses_at, old.state) is distinct from
         (new.agency_id, new.service_id, new.round, new.due_at,
          new.due_soon_at, new.pause_lapses_at, new.state))
    execute function inbox_follow_promise();

-- What the resident wrote last waits until somebody of the staff has done something.
create function inbox_follow_story() returns trigger language plpgsql as $$
begin
    update inbox_entry e
    set arrived_at = greatest(e.arrived_at, told.arrived_at), replied_at = told.replied_at
    from (
        select case_id,
               max(at) filter (where kind in (
                   'ResidentReplied', 'CaseReopened', 'CaseTransferred')) as arrived_at,
               (array_agg(case when kind in ('ResidentReplied', 'CaseReopened') then at end
                          order by id desc))[1] as replied_at
        from added where kind <> 'CaseFiled' group by case_id
    ) told
    where e.case_id = told.case_id and (told.arrived_at, told.replied_at)
          is distinct from (e.arrived_at, e.replied_at);
    return null;
end $$;
create trigger story_followed after insert on timeline referencing new table as added
    for each statement execute function inbox_follow_story();
alter table timeline enable always trigger story_followed;

create function write_words(chosen bigint[]) returns void language sql as $$
    update case_words w set words = words_of(
        c.search_key || ' ' || without_marks(c.reference || ' ' || c.location || said.texts),
        c.subject || ' ' || c.text || ' ' || c.location || said.texts)
    from resident_case c, lateral (
        -- A vector holds a megabyte at most: nobody writes so much, and if so its end is not found.
        select left(coalesce(string_agg(' ' || m.text, '' order by m.id), ''), 100000) as texts
        from message m where m.case_id = c.id
    ) said
    where c.id = any(chosen) and w.case_id = c.id
$$;
create function words_follow_case() returns trigger language plpgsql as $$
begin
    perform write_words(array[new.id]);
    return null;
end $$;
create trigger case_reworded
    after update of subject, text, location, search_key on resident_case for each row
    when ((old.subject, old.text, old.location, old.search_key)
          is distinct from (new.subject, new.text, new.location, new.search_key))
    execute function words_follow_case();
create function words_follow_messages() returns trigger language plpgsql as $$
begin
    perform write_words((select array_agg(distinct case_id) from changed));
    return null;
end $$;
create trigger message_added after insert on message referencing new table as changed
    for each statement execute function words_follow_messages();
create trigger message_reworded after update on message referencing new table as changed
    for each statement execute function words_follow_messages();
create trigger message_gone after delete on message referencing old table as changed
    for each statement execute function words_follow_messages();
alter table message enable always trigger message_added;

insert into inbox_entry
select c.id, p.agency_id, p.service_id, c.officer_id, c.status, c.language, p.channel, null,
       p.round > 1, c.filed_at, p.due_at, p.due_soon_at, pause.began, p.pause_lapses_at,
       inbox_place(p.due_at, pause.began, p.pause_lapses_at), c.filed_at, null
from resident_case c join promise p on p.id = c.promise_id,
     lateral (select case when p.state = 'paused' then pause_began(p.id, p.state) end
              as began) pause;
update inbox_entry e
set arrived_at = greatest(e.filed_at, told.arrived_at), replied_at = told.replied_at
from (
    select case_id,
           max(at) filter (where kind in (
               'ResidentReplied', 'CaseReopened', 'CaseTransferred')) as arrived_at,
           (array_agg(case when kind in ('ResidentReplied', 'CaseReopened') then at end
                      order by id desc))[1] as replied_at
    from timeline where kind <> 'CaseFiled' group by case_id
) told
where e.case_id = told.case_id;
insert into case_words select id, '' from resident_case;
select write_words(array_agg(id)) from resident_case;

-- Open cases are few: their index alone answers how many there are of each kind.
create index inbox_open on inbox_entry (agency_id, sort_at, case_id)
    include (officer_id, status, is_reopened, due_at, due_soon_at, paused_at, lapses_at)
    where status in ('filed', 'in_hand', 'waiting');
create index inbox_open_everywhere on inbox_entry (sort_at, case_id)
    include (officer_id, status, is_reopened, due_at, due_soon_at, paused_at, lapses_at)
    where status in ('filed', 'in_hand', 'waiting');
create index inbox_due on inbox_entry (agency_id, sort_at, case_id);
create index inbox_filed on inbox_entry (agency_id, filed_at, case_id);
create index inbox_due_everywhere on inbox_entry (sort_at, case_id);
create index inbox_filed_everywhere on inbox_entry (filed_at, case_id);
create index inbox_answered on inbox_entry (agency_id, filed_at, case_id)
    where status = 'answered';
create index inbox_answered_everywhere on inbox_entry (filed_at, case_id)
    where status = 'answered';
create index case_words_found on case_words using gin (words);

alter table saved_list
    add constraint saved_list_name check (name <> ''),
    add constraint saved_list_query check (query <> '');
"""

TOLD = "A list of cases somebody keeps under a name; `query` is its address, of known names alone."
BACKWARD = """
drop trigger case_listed on resident_case;
drop trigger case_followed on resident_case;
drop trigger case_reworded on resident_case;
drop trigger promise_followed on promise;
drop trigger story_followed on timeline;
drop trigger message_added on message;
drop trigger message_reworded on message;
drop trigger message_gone on message;
drop function inbox_add, inbox_follow_case, inbox_follow_promise, inbox_follow_story,
    words_follow_case, words_follow_messages, write_words, pause_began, words_of, without_marks,
    inbox_place;
drop table case_words, inbox_entry;
"""


class Migration(migrations.Migration):
    dependencies = [("feedback", "0006_attachment"), ("sla", "0005_correction_rules")]
    initial = False
    operations = [
        ops.CreateModel(
            name="SavedListRow",
            fields=[
                (
                    "id",
                    fields.IntField(generated=True, primary_key=True, unique=True, db_index=True),
                ),
                (
                    "account",
                    fields.ForeignKeyField(
                        "feedback.AccountRow",
                        source_field="account_id",
                        db_constraint=True,
                        to_field="id",
                        related_name="lists",
                        on_delete=OnDelete.RESTRICT,
                    ),
                ),
                ("name", fields.CharField(max_length=60)),
                ("query", fields.CharField(max_length=1000)),
                ("saved_at", fields.DatetimeField(auto_now=False, auto_now_add=False)),
            ],
            options={
                "table": "saved_list",
                "app": "feedback",
                "unique_together": (("account", "name"),),
                "pk_attr": "id",
                "table_description": TOLD,
            },
            bases=["Model"],
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
