"""Answers from a day's busiest device are known as such, so that a result can be told without them.

What was counted before is counted anew: it does not say what would be left.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FORWARD = """
alter table busiest_answer
    add foreign key (rating_id) references rating (id) on delete restrict;
create index busiest_answer_given on busiest_answer (given_at);
create function tally_mark_busiest() returns trigger language plpgsql
security definer set search_path = public, pg_temp as $$
begin
    insert into tally_mark (agency_id, since_at, until_at)
    select distinct c.agency_id, c.closed_at, c.closed_at
    from new_rows n join rating r on r.id = n.rating_id join closure c on c.id = r.closure_id;
    return null;
end $$;
create trigger tally_busiest after insert on busiest_answer
    referencing new table as new_rows for each statement execute function tally_mark_busiest();
create trigger tally_busiest_again after update on busiest_answer
    referencing new table as new_rows for each statement execute function tally_mark_busiest();
alter table busiest_answer enable always trigger tally_busiest;
alter table busiest_answer enable always trigger tally_busiest_again;
update tally set is_stale = true;
"""
BACKWARD = """
drop trigger tally_busiest on busiest_answer;
drop trigger tally_busiest_again on busiest_answer;
drop function tally_mark_busiest;
drop index busiest_answer_given;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0022_spot_sums"), ("feedback", "0032_words_newest_first")]
    operations = [
        ops.CreateModel(
            name="BusiestAnswerRow",
            fields=[
                (
                    "rating_id",
                    fields.BigIntField(
                        generated=False, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("given_at", fields.DatetimeField()),
            ],
            options={
                "table": "busiest_answer",
                "app": "ranking",
                "pk_attr": "rating_id",
                "table_description": "An answer from a day's busiest device, kept if that answered for many; which, nobody knows.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
