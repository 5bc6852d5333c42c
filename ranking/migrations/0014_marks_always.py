"""Marks of what is to be counted anew are set by imports too, which leave other triggers out."""

from tortoise import migrations
from tortoise.migrations import operations as ops

TRIGGERS = {
    "promise": ("tally_begun", "tally_changed"),
    "promise_event": ("tally_told",),
    "handed_over": ("tally_handed_over",),
    "closure": ("tally_closed", "tally_closure_changed"),
    "quarantined_rating": ("tally_quarantined",),
    "quarantine": ("tally_quarantine",),
    "service": ("tally_service",),
}


def _each(how: str) -> str:
    return "\n".join(
        f"alter table {table} {how} trigger {name};"
        for table, names in TRIGGERS.items()
        for name in names
    )


class Migration(migrations.Migration):
    dependencies = [("ranking", "0013_results")]
    operations = [ops.RunSQL(_each("enable always"), reverse_sql=_each("enable"))]
