"""Ratings still to be tallied are noted in rows of their own, by whatever changes one.

To tally a rating then writes nothing into it: of millions none is stored a second time. A note is
only ever appended, in the transaction of the change, so that nobody who rates waits for a sweep.
`rating.tallied_revision` is moved no more; code of before still goes by it and finds all it needs.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FUNCTION = "returns trigger language plpgsql security definer set search_path = public, pg_temp"
FORWARD = f"""
create function note_given_ratings() {FUNCTION} as $$
begin
    insert into untallied (rating_id) select id from new_rows;
    return null;
end $$;
create trigger untallied_given after insert on rating
    referencing new table as new_rows for each statement execute function note_given_ratings();

-- Row by row, for a trigger of a column can have no table of new rows; and tones are read by the
-- thousand.
create function note_changed_rating() {FUNCTION} as $$
begin
    insert into untallied (rating_id) values (new.id);
    return null;
end $$;
create trigger untallied_changed after update of revision on rating for each row
    when (old.revision is distinct from new.revision) execute function note_changed_rating();
alter table rating enable always trigger untallied_given;
alter table rating enable always trigger untallied_changed;
insert into untallied (rating_id) select id from rating where tallied_revision < revision order by id;
"""  # noqa: S608 -- made of constants
BACKWARD = """
drop trigger untallied_given on rating;
drop trigger untallied_changed on rating;
drop function note_given_ratings, note_changed_rating;
"""


class Migration(migrations.Migration):
    dependencies = [("ranking", "0018_appeals")]
    operations = [
        ops.CreateModel(
            name="UntalliedRow",
            fields=[
                (
                    "id",
                    fields.BigIntField(
                        generated=True, primary_key=True, unique=True, db_index=True
                    ),
                ),
                ("rating_id", fields.BigIntField()),
            ],
            options={
                "table": "untallied",
                "app": "ranking",
                "pk_attr": "id",
                "table_description": "A rating that was given, changed or made void since it was last tallied.",
            },
            bases=["Model"],
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
