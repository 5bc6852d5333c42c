"""What the application may do in its database, where its owner is another role.

What is only ever appended, the application can neither change nor remove, whatever a fault in it
or a stranger in its process asks for: it lacks the right, and a trigger would refuse it besides.
What row security hides it cannot show itself, for that too is the owner's to change.
"""

from collections.abc import Mapping
from enum import StrEnum
from hashlib import sha256
from typing import Any

SCHEMAS = "public, identity"

# Rows that never change once they stand; of some, the columns that are filled in later.
APPENDED: dict[str, tuple[str, ...]] = {
    "agency_reply": ("withheld", "withheld_by", "withheld_at"),
    "alert": (),
    "audit": (),
    "busiest_answer": ("given_at",),
    "calendar": (),
    "commitment": (),
    "correction": ("decided_by", "decided_at", "is_approved", "answer"),
    "objection": ("state", "answer", "decided_by", "decided_at"),
    "outcome": (),
    "plan_measure": (),
    "plan_report": (),
    "plan_version": (),
    "promise_event": (),
    "quarantine": ("state", "settled_at"),
    "quarantine_decision": (),
    "quarantined_rating": (),
    "questionnaire": (),
    "reveal": (),
    "sealed_reading": (),
    "seen_batch": ("body",),
    "spot_check": (),
    "spot_drawing": (),
    "spot_try": (),
    "timeline": ("detail",),
    "tortoise_migrations": (),
    "watch": (),
}
# Rows that go on changing but never go away; of a case erased the numbers stay.
KEPT = (
    "account",
    "agency",
    "agency_key",
    "appeal",
    "closure",
    "edition",
    "handed_over",
    "hold",
    "identity.invitation",
    "look",
    "period",
    "planned_change",
    "promise",
    "rating",
    "resident_case",
    "service",
)

PLAIN = """
revoke create on schema public from public;
revoke all on all tables in schema {schemas} from {role};
grant usage on schema {schemas} to {role};
grant select, insert, update, delete on all tables in schema {schemas} to {role};
grant usage, select on all sequences in schema {schemas} to {role};
revoke insert on tortoise_migrations from {role};
"""


def grants(role: str) -> str:
    """The statements that give a role (its name as SQL quotes it) its rights, and no others."""
    appended = ", ".join(APPENDED)
    lines = [
        PLAIN.format(schemas=SCHEMAS, role=role),
        f"revoke update, delete on {appended} from {role};",
        f"revoke delete on {', '.join(KEPT)} from {role};",
        *(
            f"grant update ({', '.join(columns)}) on {table} to {role};"
            for table, columns in APPENDED.items()
            if columns
        ),
    ]
    return "\n".join(lines)


def mark(role: str) -> str:
    """What is noted in the database once a role has these rights, so that newer ones are seen."""
    return f"rights {sha256(grants(role).encode()).hexdigest()[:16]}"


MARK = "select obj_description('identity'::regnamespace)"


class Standing(StrEnum):
    """What the application may do as the role it has signed in as."""

    BOUND = "bound"
    OWNER = "owner"  # one role for both: nothing is kept from it
    LOOSE = "loose"  # a role of its own, which may change what is only ever appended


STANDING = """
select bool_or(pg_has_role(current_user, c.relowner, 'usage')) as owns,
       bool_or(has_table_privilege(c.oid, 'update, delete, truncate')) as changes
from pg_class c where c.oid in (select to_regclass(name) from unnest($1::text[]) as named(name))
"""


def standing(row: Mapping[str, Any]) -> Standing:
    """What a row of `STANDING`, asked with `list(APPENDED)`, says."""
    if row["owns"]:
        return Standing.OWNER
    return Standing.LOOSE if row["changes"] else Standing.BOUND
