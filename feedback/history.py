"""Cases that were received and settled elsewhere, taken in as history.

They count for punctuality like any other. Nobody is invited to rate them: whoever was served is
not known here. Each keeps the number it had.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import NamedTuple

from tortoise.connection import get_connection

from feedback.drafts import SUBJECT_AT_MOST
from sla import charter, history, spelling
from sla.acts import Act
from sla.history import PastPromise
from sla.models import PromiseKind

CHANNEL = "import"

# One import of cases at a time: two would each miss what the other has not committed.
LOCK = 0x48A1_1063


class PastCase(NamedTuple):
    """A case with its outcome; `agency` and `service` are codes that exist, `line` names it.

    `search_key` is `search_key(text)`: whoever reads rows ahead computes it, not who stores them.
    """

    line: int
    reference: str
    agency: str
    service: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    text: str
    search_key: str


@dataclass(slots=True)
class Taken:
    """What became of rows, by their lines: new ones are in neither of the two sets."""

    count: int = 0
    unchanged: set[int] = field(default_factory=set)
    differing: set[int] = field(default_factory=set)


STORED = """
select s.line,
       (p.agency_id, p.service_id, p.started_at, p.due_at, p.ended_at, c.text)
       is not distinct from
       (s.agency_id, s.service_id, s.started_at, s.promised_at, s.ended_at, s.text) as is_same
from staged_history s
join promise p on p.kind = $1 and p.code = s.code
left join resident_case c on c.promise_id = p.id
"""

CASES = """
insert into resident_case (promise_id, reference, kind, language, subject, text, location, status,
                           filed_at, answered_at, closed_at, is_history, search_key)
select promise_id, code, 'complaint', $1, subject, text, '',
       case when ended_at is null then 'filed' else 'closed' end,
       started_at, ended_at, ended_at, true, search_key
from staged_history
"""


# The marks of Latin letters; what is left of a Vietnamese text without them is ASCII.
_BARE = dict.fromkeys(range(0x300, 0x370)) | {ord("đ"): "d"}


def search_key(text: str) -> str:
    """`spelling.search_key` of a text that is tidy, ten times as fast where it is Vietnamese."""
    bare = unicodedata.normalize("NFD", text.lower()).translate(_BARE)
    return " ".join(bare.split()) if bare.isascii() else spelling.search_key(text)


async def only_one() -> None:
    """Wait until no other import of cases is under way; held to the end of the transaction."""
    await get_connection("default").execute_query("select pg_advisory_xact_lock($1)", [LOCK])


async def take(rows: Sequence[PastCase], act: Act, *, language: str) -> Taken:
    """Store past cases that are new; a row whose number is stored already changes nothing.

    The numbers of `rows` are all different. Writes in the current transaction.
    """
    known = await charter.current()
    agencies = {code: agency.id for code, agency in known.agencies.items()}
    services = {code: service.id for code, service in known.services.items()}
    async with get_connection("default").acquire_connection() as connection:
        await history.stage(connection, (_staged(row, agencies, services) for row in rows))
        stored = await connection.fetch(STORED, PromiseKind.CASE.value)
        taken = Taken(
            count=len(rows) - len(stored),
            unchanged={row["line"] for row in stored if row["is_same"]},
            differing={row["line"] for row in stored if not row["is_same"]},
        )
        if stored:
            await connection.execute(
                "delete from staged_history where line = any($1)", [row["line"] for row in stored]
            )
        async with history.keys_known(connection):
            await history.begin_staged(
                connection, kind=PromiseKind.CASE.value, channel=CHANNEL, act=act
            )
            await connection.execute(CASES, language)
    return taken


def _staged(row: PastCase, agencies: Mapping[str, int], services: Mapping[str, int]) -> PastPromise:
    return PastPromise(
        row.line,
        row.reference,
        row.agency,
        agencies[row.agency],
        services[row.service] if row.service else None,
        row.opened_at,
        row.due_at,
        row.closed_at,
        _subject(row),
        row.text,
        row.search_key,
    )


def _subject(row: PastCase) -> str:
    """The first line of the text; a case without words is called by its number."""
    first, _, _ = row.text.strip().partition("\n")
    return first[:SUBJECT_AT_MOST].strip() or row.reference
