"""What costs least is asked first: whose a case is, before which appeals it belongs to.

PostgreSQL asks the policies of a table from the last name to the first, until one holds. Who sees
every case anyway was asked for the appeals of each row read or written.
"""

from tortoise import migrations
from tortoise.migrations import operations as ops

OF_AGENCY = "(select seen_agency()) > 0 and concerns({})"
BEFORE = {
    "appeal": "concerns(case_id)",
    "message": "concerns(case_id)",
    "resident_case": "concerns(id) or received(id)",
}
AFTER = {
    "appeal": OF_AGENCY.format("case_id"),
    "message": OF_AGENCY.format("case_id"),
    "resident_case": f"{OF_AGENCY.format('id')} or (select opens_sealed()) and received(id)",
}


def _instead(before: str, after: str, rules: dict[str, str]) -> str:
    return "\n".join(
        f"drop policy {before} on {table};"
        f"create policy {after} on {table} for select using ({rule});"
        for table, rule in rules.items()
    )


class Migration(migrations.Migration):
    dependencies = [("feedback", "0023_transfers")]
    operations = [
        ops.RunSQL(
            _instead("told", "beyond", AFTER), reverse_sql=_instead("beyond", "told", BEFORE)
        )
    ]
