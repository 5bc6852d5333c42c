"""Each part of a recount is looked at in more than one act: which look comes next is kept too."""

from tortoise import fields, migrations
from tortoise.migrations import operations as ops


class Migration(migrations.Migration):
    dependencies = [("ranking", "0023_busiest_device")]
    operations = [
        ops.AddField(
            model_name="RecountBegunRow",
            name="look",
            field=fields.SmallIntField(default=0, db_default=0),
        ),
    ]
