"""Forgetting: at the resident's wish, or when there is no more reason to keep.

The key of the case goes, and with it whatever was sealed under it, in every copy; so do contact,
words, pictures and code. What remains names nobody: that there was a case, its dates, the promise
and its verdict, the value of a rating. A list of what was erased lies outside the database and is
applied again after a backup came back. Law 91/2025/QH15 gives everybody the right to all this.
"""

import asyncio
import os
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import timedelta
from pathlib import Path

from tortoise.connection import get_connection

from feedback import attachments, casework, deliveries, unsaid
from feedback.codes import Keyring
from feedback.errors import NotNow
from feedback.events import CaseErased, CaseWithdrawn
from feedback.lifecycle import OPEN, CaseStatus, advance
from feedback.models import CaseRow
from feedback.webhook_kinds import WebhookKind
from sla import ledger
from sla.acts import Act
from sla.promises import Withdrawn

BATCH = 500
# Instead of a title, which a case always has.
ERASED = "—"


@dataclass(frozen=True, slots=True)
class Terms:
    """How long after its end a case keeps who filed it, and then its words."""

    contact: timedelta
    text: timedelta


@dataclass(frozen=True, slots=True)
class Register:
    """The list of erased cases, by reference, in a file of its own that is only ever longer."""

    path: Path

    async def add(self, references: Sequence[str]) -> None:
        """On disk when this returns."""
        await asyncio.to_thread(self._append, "".join(f"{one}\n" for one in references))

    def _append(self, lines: str) -> None:
        self.path.parent.mkdir(parents=True, exist_ok=True)
        # A line a crash cut off stays alone: it names no case.
        descriptor = os.open(self.path, os.O_RDWR | os.O_APPEND | os.O_CREAT, 0o600)
        with os.fdopen(descriptor, "ab+") as file:
            file.seek(max(0, file.seek(0, os.SEEK_END) - 1))
            cut = file.read(1) not in {b"", b"\n"}
            file.write(("\n" * cut + lines).encode())
            file.flush()
            os.fsync(file.fileno())

    async def read(self) -> tuple[str, ...]:
        """Every reference ever added, each once."""
        return await asyncio.to_thread(self._lines)

    def _lines(self) -> tuple[str, ...]:
        if not self.path.exists():
            return ()
        return tuple(dict.fromkeys(self.path.read_text("utf-8").split("\n")[:-1]))


async def erase(code: str, act: Act, keys: Keyring, register: Register) -> None:
    """Erase the case of a tracking code at once; an open one is withdrawn first.

    Raises `NoSuchCode`, and `NotNow` for what was handed to a procedure that keeps it by law.
    """
    case = await casework.held_by_code(code, keys)
    if case.row.status is CaseStatus.HANDED_OVER:
        raise NotNow(case.row.id, case.row.status)
    if case.row.status in OPEN:
        await ledger.append(case.promise_id, Withdrawn(act.at), act)
        status = advance(case.row.status, CaseWithdrawn, case_id=case.row.id)
        await CaseRow.filter(id=case.row.id).update(status=status, closed_at=act.at)
    await _erase([case.row.id], [case.row.reference], act, register)


async def expire_next(act: Act, terms: Terms, register: Register) -> bool:
    """Forget contacts, then whole cases, whose time is over, some at a time; whether there were
    any.
    """
    connection = get_connection("default")
    gone = await connection.execute_query_dict(FORGET_CONTACTS, [act.at - terms.contact, BATCH])
    rows = await connection.execute_query_dict(OLD, [act.at - terms.text, BATCH])
    if rows:
        await _erase([r["id"] for r in rows], [r["reference"] for r in rows], act, register)
    return bool(gone or rows)


async def reapply_next(act: Act, register: Register) -> bool:
    """Erase again what a restored backup brought back, some at a time; whether there was any."""
    connection = get_connection("default")
    listed = await register.read()
    for start in range(0, len(listed), BATCH):
        some = list(listed[start : start + BATCH])
        rows = await connection.execute_query_dict(BACK_AGAIN, [some])
        if rows:
            # On the list already: it need not be written there twice.
            await _erase([r["id"] for r in rows], [r["reference"] for r in rows], act, None)
            return True
    return False


async def _erase(
    ids: list[int], references: list[str], act: Act, register: Register | None
) -> None:
    """First on the list: a crash in between erases what was to be erased, at the next sweep."""
    if register is not None:
        await register.add(references)
    await attachments.forget(ids, act)
    shown = await unsaid.batches_of(ids)
    connection = get_connection("default")
    for statement in FORGET:
        await connection.execute_query(statement, [ids])
    await unsaid.renew(shown)
    await connection.execute_query(FORGET_NOTICES, [ids, references])
    await connection.execute_query(ERASE, [ids, act.at, ERASED])
    for statement in UNLIST:
        await connection.execute_query(statement, [ids])
    await connection.execute_query(TELL, [ids, CaseErased.__name__, act.at, act.by.reference])
    act.events.extend(CaseErased(case_id) for case_id in ids)
    await deliveries.owe(WebhookKind.CASE_ERASED, ids, act)


FORGET_CONTACTS = """
delete from identity.contact where id in (
    select c.id from identity.contact c join resident_case r on r.id = c.case_id
    where r.closed_at < $1 order by r.closed_at, c.id limit $2 for update of c skip locked)
returning id
"""
OLD = """
select id, reference from resident_case
where closed_at < $1 and erased_at is null and status <> 'handed_over'
order by closed_at, id limit $2 for update skip locked
"""
BACK_AGAIN = """
select id, reference from resident_case
where reference = any($1) and erased_at is null order by id for update skip locked
"""
FORGET = (
    "delete from identity.case_key where case_id = any($1)",
    "delete from identity.contact where case_id = any($1)",
    "delete from message where case_id = any($1)",
    "delete from answer_draft where case_id = any($1)",
    """
    update timeline set detail = '{}' where case_id = any($1) and detail ? 'reason'
    """,
    "delete from likeness where case_id = any($1)",
    """
    update rating g set comment = '', device = null, network = null
    from closure c join resident_case r using (promise_id)
    where g.closure_id = c.id and r.id = any($1)
      and (g.comment <> '' or g.device is not null)
    """,
    """
    update closure c set token_hash = null from resident_case r
    where r.promise_id = c.promise_id and r.id = any($1) and c.token_hash is not null
    """,
    """
    update identity.invitation i set contact = null
    from closure c join resident_case r using (promise_id)
    where i.closure_id = c.id and r.id = any($1) and i.contact is not null
    """,
)
# A notice is keyed `kind/reference` or `kind/reference/...`, an invitation by its closure.
FORGET_NOTICES = """
delete from notice where sealed <> '' and split_part(key, '/', 2) in (
    select unnest($2::text[])
    union all
    select c.id::text from closure c join resident_case r using (promise_id)
    where r.id = any($1))
"""
ERASE = """
update resident_case
set code_hash = null, subject = $3, text = '', location = '', search_key = '',
    erased_at = $2
where id = any($1)
"""
UNLIST = (
    "delete from inbox_entry where case_id = any($1)",
    "delete from case_words where case_id = any($1)",
)
TELL = """
insert into timeline (case_id, kind, at, by, detail)
select id, $2, $3, $4, '{}'::jsonb from unnest($1::bigint[]) as t(id)
"""
