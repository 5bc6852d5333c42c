"""Cases that were received and settled elsewhere, taken in as history.

They count for punctuality like any other. Nobody is invited to rate them: whoever was served is
not known here. Each keeps the number it had.
"""

import unicodedata
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, NamedTuple

from tortoise.connection import get_connection

from feedback.drafts import SUBJECT_AT_MOST
from sla import charter, copying, history, spelling
from sla.acts import Act
from sla.history import PastPromise, Placed
from sla.models import PromiseKind

CHANNEL = "import"

# One import of cases at a time: two would each miss what the other has not committed.
LOCK = 0x48A1_1063


class PastCase(NamedTuple):
    """A case with its outcome; `agency` and `service` are codes that exist.

    `past` and `cells` are what `prepared` makes of the rest: whoever reads rows ahead does that,
    not who stores them.
    """

    reference: str
    agency: str
    service: str | None
    opened_at: datetime
    due_at: datetime | None
    closed_at: datetime | None
    text: str
    past: PastPromise
    cells: str


@dataclass(slots=True)
class Taken:
    """What became of cases, by their numbers: new ones are in neither of the two sets."""

    count: int = 0
    unchanged: set[str] = field(default_factory=set)
    differing: set[str] = field(default_factory=set)


STORED = """
select p.code, p.agency_id, p.service_id, p.started_at, p.due_at, p.ended_at, c.text
from promise p left join resident_case c on c.promise_id = p.id
where p.kind = $1 and p.code = any($2)
"""

_CASE = (
    "promise_id",
    "kind",
    "language",
    "location",
    "is_history",
    "reference",
    "subject",
    "text",
    "search_key",
    "status",
    "filed_at",
    "answered_at",
    "closed_at",
)


# The marks of Latin letters; what is left of a Vietnamese text without them is ASCII.
_BARE = dict.fromkeys(range(0x300, 0x370)) | {ord("đ"): "d"}


def search_key(text: str) -> str:
    """`spelling.search_key` of a text that is tidy, ten times as fast where it is Vietnamese."""
    bare = unicodedata.normalize("NFD", text.lower()).translate(_BARE)
    return " ".join(bare.split()) if bare.isascii() else spelling.search_key(text)


async def only_one() -> None:
    """Wait until no other import of cases is under way: see `history.only_one`."""
    async with get_connection("default").acquire_connection() as connection:
        await history.only_one(connection, LOCK)


def prepared(
    reference: str,
    agency: str,
    service: str | None,
    *,
    opened_at: datetime,
    due_at: datetime | None,
    closed_at: datetime | None,
    text: str,
) -> PastCase:
    """A case ready to be stored; `reference` without blanks or backslashes."""
    past = history.past(
        reference, agency, started_at=opened_at, promised_at=due_at, ended_at=closed_at
    )
    words = copying.escaped(text)
    subject = _subject(text, reference)
    title = words if subject == text else copying.escaped(subject)
    key = copying.escaped(search_key(text))
    opened, closed = past.started_at, past.ended_at
    status = "filed" if closed_at is None else "closed"
    cells = f"{reference}\t{title}\t{words}\t{key}\t{status}\t{opened}\t{closed}\t{closed}\n"
    return PastCase(reference, agency, service, opened_at, due_at, closed_at, text, past, cells)


def _subject(text: str, reference: str) -> str:
    """The first line of the text; a case without words is called by its number."""
    first, _, _ = text.strip().partition("\n")
    return first[:SUBJECT_AT_MOST].strip() or reference


async def take(cases: Sequence[PastCase], act: Act, *, language: str) -> Taken:
    """Store past cases that are new; one whose number is stored already changes nothing.

    The numbers of `cases` are all different. Writes in the current transaction.
    """
    known = await charter.current()
    agencies = {code: agency.id for code, agency in known.agencies.items()}
    services = {code: service.id for code, service in known.services.items()}
    # By number: neighbours in the file of numbers are neighbours in their index.
    ordered = sorted(cases, key=_reference)
    async with get_connection("default").acquire_connection() as connection:
        numbers = [case.reference for case in ordered]
        rows = await connection.fetch(STORED, PromiseKind.CASE.value, numbers)
        stored = {row["code"]: tuple(row)[1:] for row in rows}
        taken = Taken(count=len(ordered) - len(stored))
        for case in ordered if stored else ():
            if case.reference in stored:
                is_same = stored[case.reference] == _facts(case, agencies, services)
                (taken.unchanged if is_same else taken.differing).add(case.reference)
        new = [case for case in ordered if case.reference not in stored] if stored else ordered
        async with history.keys_known(connection):
            await _write(connection, new, act, agencies, services, language=language)
    return taken


def _reference(case: PastCase) -> str:
    return case.reference


def _facts(
    case: PastCase, agencies: Mapping[str, int], services: Mapping[str, int]
) -> tuple[object, ...]:
    service = services[case.service] if case.service else None
    times = case.opened_at, case.due_at, case.closed_at
    return agencies[case.agency], service, *times, case.text


async def _write(
    connection: Any,
    cases: Sequence[PastCase],
    act: Act,
    agencies: Mapping[str, int],
    services: Mapping[str, int],
    *,
    language: str,
) -> None:
    placed = [
        Placed(agencies[case.agency], services[case.service] if case.service else None, case.past)
        for case in cases
    ]
    ids = await history.begin_many(
        connection, placed, kind=PromiseKind.CASE.value, channel=CHANNEL, act=act
    )
    head = f"complaint\t{language}\t\tt"
    rows = [f"{number}\t{head}\t{case.cells}" for number, case in zip(ids, cases, strict=True)]
    await copying.copy(connection, "resident_case", rows, columns=_CASE)
