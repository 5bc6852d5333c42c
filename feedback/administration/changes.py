"""Changes that wait: proposed by one and decided by another, or planned for a day.

What touches results is proposed; a second person approves, and it is carried out, at once or on
its day. What only needs a day is planned and may be cancelled until then. Who carries out which
kind stands in a table of doers, handed in from above.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from feedback import audit
from feedback import permissions as may
from feedback.administration.change_errors import ChangeOver, DayHasCome, NoSuchChange, OwnProposal
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.models import ChangeRow
from sla.acts import Act
from sla.errors import ReasonMissing

PAGE = 50


@dataclass(frozen=True, slots=True)
class Change:
    """A change as lists show it and doers get it; `body` is in the words of its kind."""

    id: int
    kind: ChangeKind
    about: str
    body: Mapping[str, Any]
    reason: str
    state: ChangeState
    effective_on: date | None
    proposed_by: str
    proposed_at: datetime
    decided_by: str | None
    decided_at: datetime | None
    answer: str
    done_at: datetime | None


Doers = Mapping[ChangeKind, Callable[[Change, Act], Awaitable[None]]]
"""Who carries out a kind of change; may refuse, and then nothing is written."""


async def propose(
    kind: ChangeKind,
    about: str,
    body: Mapping[str, object],
    act: Act,
    *,
    reason: str,
    effective_on: date | None = None,
) -> int:
    """Ask for a change that a second person has to approve; its number.

    Raises `RoleMayNot`, `ReasonMissing`.
    """
    state = ChangeState.PROPOSED
    return await _ask(kind, about, body, act, reason=reason, on=effective_on, state=state)


async def plan(
    kind: ChangeKind,
    about: str,
    body: Mapping[str, object],
    act: Act,
    *,
    reason: str,
    effective_on: date,
) -> int:
    """Have a change carried out on its local day; its number. Errors as `propose`."""
    state = ChangeState.PLANNED
    return await _ask(kind, about, body, act, reason=reason, on=effective_on, state=state)


async def _ask(
    kind: ChangeKind,
    about: str,
    body: Mapping[str, object],
    act: Act,
    *,
    reason: str,
    on: date | None,
    state: ChangeState,
) -> int:
    may.check_may_change(act.by, kind)
    if not reason.strip():
        raise ReasonMissing("reason")
    row = await ChangeRow.create(
        kind=kind,
        about=about,
        body=dict(body),
        reason=reason.strip(),
        state=state,
        effective_on=on,
        proposed_by=act.by.reference,
        proposed_at=act.at,
    )
    deed = Deed.PROPOSED if state is ChangeState.PROPOSED else Deed.PLANNED
    await _tell(of_row(row), deed, act, reason=reason)
    return row.id


async def approve(number: int, act: Act, doers: Doers, *, today: date, answer: str = "") -> Change:
    """Let a proposal happen: now, or on its day when that lies ahead.

    Raises `RoleMayNot`, `NoSuchChange`, `ChangeOver`, `OwnProposal`, and what its doer refuses.
    """
    change = await _waiting(number, act)
    waits = change.effective_on is not None and change.effective_on > today
    # A version of a register knows its own day; only what must be done on a day waits for it.
    state = ChangeState.PLANNED if waits and change.kind in ON_THEIR_DAY else ChangeState.DONE
    await ChangeRow.filter(id=number).update(
        state=state,
        decided_by=act.by.reference,
        decided_at=act.at,
        answer=answer.strip(),
        done_at=act.at if state is ChangeState.DONE else None,
    )
    await _tell(change, Deed.APPROVED, act, reason=answer or change.reason)
    if state is ChangeState.DONE:
        await doers[change.kind](change, act)
    return await read(number)


ON_THEIR_DAY = frozenset({ChangeKind.RENAME, ChangeKind.MERGE, ChangeKind.SPLIT, ChangeKind.CLOSE})


async def refuse(number: int, act: Act, *, answer: str) -> None:
    """Do not let a proposal happen, and say why. Errors as `approve`, and `ReasonMissing`."""
    change = await _waiting(number, act)
    if not answer.strip():
        raise ReasonMissing("answer")
    await ChangeRow.filter(id=number).update(
        state=ChangeState.REFUSED,
        decided_by=act.by.reference,
        decided_at=act.at,
        answer=answer.strip(),
    )
    await _tell(change, Deed.REFUSED, act, reason=answer)


async def cancel(number: int, act: Act, *, today: date, reason: str) -> None:
    """Take back what is not carried out yet, before its day.

    Raises `RoleMayNot`, `NoSuchChange`, `ChangeOver`, `DayHasCome`, `ReasonMissing`.
    """
    change = await _locked(number)
    may.check_may_change(act.by, change.kind)
    if change.state not in {ChangeState.PLANNED, ChangeState.PROPOSED}:
        raise ChangeOver(number)
    is_planned = change.state is ChangeState.PLANNED
    if is_planned and change.effective_on is not None and change.effective_on <= today:
        raise DayHasCome(change.effective_on)
    if not reason.strip():
        raise ReasonMissing("reason")
    await ChangeRow.filter(id=number).update(state=ChangeState.CANCELLED, answer=reason.strip())
    await _tell(change, Deed.CANCELLED, act, reason=reason)


async def carry_out_next(act: Act, zone: ZoneInfo, doers: Doers) -> bool:
    """Carry out one planned change whose local day has come; whether there was one."""
    today = act.at.astimezone(zone).date()
    row = (
        await ChangeRow.filter(state=ChangeState.PLANNED, effective_on__lte=today)
        .order_by("effective_on", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    await ChangeRow.filter(id=row.id).update(state=ChangeState.DONE, done_at=act.at)
    await doers[row.kind](of_row(row), act)
    return True


async def _waiting(number: int, act: Act) -> Change:
    change = await _locked(number)
    may.check_may_change(act.by, change.kind)
    if change.state is not ChangeState.PROPOSED:
        raise ChangeOver(number)
    if change.proposed_by == act.by.reference:
        raise OwnProposal(number)
    return change


async def _locked(number: int) -> Change:
    row = await ChangeRow.filter(id=number).select_for_update().first()
    if row is None:
        raise NoSuchChange(number)
    return of_row(row)


async def _tell(change: Change, deed: Deed, act: Act, *, reason: str) -> None:
    after = {"kind": change.kind, "about": change.about, "on": change.effective_on, **change.body}
    about = f"{change.id} {change.kind} {change.about}"
    await audit.record(Subject.CHANGE, about, deed, act, after=after, reason=reason)


async def read(number: int) -> Change:
    """One change. Raises `NoSuchChange`."""
    row = await ChangeRow.get_or_none(id=number)
    if row is None:
        raise NoSuchChange(number)
    return of_row(row)


async def proposed() -> tuple[Change, ...]:
    """What waits for a second person, the oldest first."""
    return tuple(map(of_row, await ChangeRow.filter(state=ChangeState.PROPOSED).order_by("id")))


async def waiting(kind: ChangeKind) -> tuple[Change, ...]:
    """What waits for a second person of one kind, the oldest first."""
    rows = await ChangeRow.filter(kind=kind, state=ChangeState.PROPOSED).order_by("id")
    return tuple(map(of_row, rows))


async def planned() -> tuple[Change, ...]:
    """What waits for its day, the nearest first."""
    rows = await ChangeRow.filter(state=ChangeState.PLANNED).order_by("effective_on", "id")
    return tuple(map(of_row, rows))


async def over(*, before: int | None = None) -> tuple[tuple[Change, ...], int | None]:
    """What is over, the latest first, and where the next page goes on."""
    states = [ChangeState.DONE, ChangeState.REFUSED, ChangeState.CANCELLED]
    found = ChangeRow.filter(state__in=states)
    if before:
        found = found.filter(id__lt=before)
    rows = await found.order_by("-id").limit(PAGE + 1)
    older = rows[PAGE - 1].id if len(rows) > PAGE else None
    return tuple(map(of_row, rows[:PAGE])), older


async def of(about: str) -> tuple[Change, ...]:
    """The changes of one object, the latest first."""
    return tuple(map(of_row, await ChangeRow.filter(about=about).order_by("-id").limit(PAGE)))


def of_row(row: ChangeRow) -> Change:
    """A change as it is stored."""
    return Change(**{name: getattr(row, name) for name in Change.__slots__})
