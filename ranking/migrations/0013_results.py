"""What plans read of published editions, a row an agency, written once when one is published.

An edition's body is large and never changes: to read a share out of it is to unpack all of it.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

FORWARD = """
create table edition_result (
    edition_id int not null references edition on delete cascade,
    code varchar(40) not null,
    share numeric,
    band varchar(20),
    arrow varchar(20),
    is_tested boolean not null,
    primary key (edition_id, code)
);
comment on table edition_result is 'Read from edition.body by trigger; ranking.results_of';
create function results_in(body jsonb)
returns table (code text, share numeric, band text, arrow text, is_tested boolean)
language sql immutable as $$
    select a->>'code', (a #>> '{satisfaction,score,share}')::numeric,
           a #>> '{satisfaction,score,band}', a #>> '{satisfaction,movement,arrow}',
           coalesce(jsonb_typeof(a #> '{satisfaction,movement}') = 'object', false)
    from jsonb_array_elements(body->'agencies') as a
$$;
create function keep_results() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into edition_result (edition_id, code, share, band, arrow, is_tested)
    select new.id, r.* from results_in(new.body) r
    on conflict do nothing;
    return null;
end $$;
create trigger results_kept after insert or update of status on edition for each row
    when (new.status = 'published') execute function keep_results();
alter table edition enable always trigger results_kept;
insert into edition_result (edition_id, code, share, band, arrow, is_tested)
select e.id, r.* from edition e, results_in(e.body) r where e.status = 'published';
"""
BACKWARD = """
drop trigger results_kept on edition;
drop function keep_results, results_in;
drop table edition_result;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0012_more_findings")]
    operations = [ops.RunSQL(FORWARD, reverse_sql=BACKWARD)]
