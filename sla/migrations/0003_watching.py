"""When each promise is next worth a look, and when its pause ends by itself.

Promises that are there already are soon due when four fifths of the time from receipt to due time
have passed as it passes; their next event puts that into working time.
"""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops

FORWARD = """
update promise set due_soon_at = least(started_at + (due_at - started_at) * 0.8, due_at)
    where due_at is not null;
update promise set watch_at = due_soon_at where ended_at is null and state = 'running';
create index promise_watch on promise (watch_at, id) where watch_at is not null;
"""

BACKWARD = "drop index promise_watch"


class Migration(migrations.Migration):
    dependencies = [("sla", "0002_rules")]
    operations = [
        *(
            ops.AddField(model_name="PromiseRow", name=name, field=fields.DatetimeField(null=True))
            for name in ("pause_lapses_at", "due_soon_at", "watch_at")
        ),
        ops.RunSQL(FORWARD, reverse_sql=BACKWARD),
    ]
