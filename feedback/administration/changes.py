"""Changes that wait: proposed by one and decided by another, or planned for a day.

What touches results is proposed; a second person approves, and it is carried out, at once or on
its day. What waits for its day may be cancelled until then. Who carries out which kind stands in a
table of doers, handed in from above.
"""

from collections.abc import Awaitable, Callable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from zoneinfo import ZoneInfo

from tortoise.transactions import in_transaction

from feedback import audit
from feedback import permissions as may
from feedback.administration.change_errors import (
    ChangeImpossible,
    ChangeOver,
    DayHasCome,
    DayMissed,
    NoSuchChange,
    OwnProposal,
)
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.models import ChangeRow
from feedback.staff import apart
from sla.acts import Act, Actor
from sla.errors import ReasonMissing

PAGE = 50
# What the trail says where nobody was there to give a reason.
IMPOSSIBLE = "tự động, danh mục đã thay đổi / automatic, the register has changed meanwhile"


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


def anew(told: Mapping[str, Any], *, before: Mapping[str, Any]) -> dict[str, Any]:
    """Of the facts that are told, those that were not so before."""
    return {
        name: value for name, value in told.items() if name not in before or before[name] != value
    }


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

    The very same asked for again is the proposal that waits already. Raises `RoleMayNot`,
    `ReasonMissing`.
    """
    may.check_may_change(act.by, kind)
    if not reason.strip():
        raise ReasonMissing("reason")
    same = await asked_already(kind, about, body, effective_on)
    if same is not None:
        return same
    row = await ChangeRow.create(
        kind=kind,
        about=about,
        body=dict(body),
        reason=reason.strip(),
        state=ChangeState.PROPOSED,
        effective_on=effective_on,
        proposed_by=act.by.reference,
        proposed_at=act.at,
    )
    await _tell(of_row(row), Deed.PROPOSED, act, reason=reason)
    return row.id


async def asked_already(
    kind: ChangeKind, about: str, body: Mapping[str, object], on: date | None = None
) -> int | None:
    """The number of the proposal that says the very same and waits; None: there is none."""
    found = ChangeRow.filter(kind=kind, about=about, effective_on=on, state=ChangeState.PROPOSED)
    return next((row.id for row in await found.order_by("id") if row.body == dict(body)), None)


async def approve(number: int, act: Act, doers: Doers, *, today: date, answer: str = "") -> Change:
    """Let a proposal happen: now, or on its day when that lies ahead.

    Raises `RoleMayNot`, `NoSuchChange`, `ChangeOver`, `OwnProposal`, `NotApart`, `DayMissed`, and
    what its doer refuses.
    """
    change = await _waiting(number, act)
    waits = change.effective_on is not None and change.effective_on > today
    if change.kind in ON_THEIR_DAY and change.effective_on and change.effective_on < today:
        raise DayMissed(change.effective_on)
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
    """Carry out one planned change whose local day has come; whether there was one.

    One that has become impossible is cancelled on record, so that it blocks no other.
    """
    today = act.at.astimezone(zone).date()
    row = (
        await ChangeRow.filter(state=ChangeState.PLANNED, effective_on__lte=today)
        .order_by("effective_on", "id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    change = of_row(row)
    try:
        async with in_transaction():  # what a doer had begun is undone with it
            await ChangeRow.filter(id=row.id).update(state=ChangeState.DONE, done_at=act.at)
            await doers[row.kind](change, act)
    except ChangeImpossible:
        cancelled = ChangeRow.filter(id=row.id)
        await cancelled.update(state=ChangeState.CANCELLED, answer=IMPOSSIBLE)
        await _tell(change, Deed.CANCELLED, act, reason=IMPOSSIBLE)
    return True


async def _waiting(number: int, act: Act) -> Change:
    change = await _locked(number)
    may.check_may_change(act.by, change.kind)
    if change.state is not ChangeState.PROPOSED:
        raise ChangeOver(number)
    await check_may_decide(act.by, change)
    return change


async def check_may_decide(by: Actor, change: Change) -> None:
    """Another person than whoever proposed it. Raises `RoleMayNot`, `OwnProposal`, `NotApart`."""
    may.check_may_change(by, change.kind)
    if change.proposed_by == by.reference:
        raise OwnProposal(change.id)
    await apart.check(by, change.proposed_by)


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


async def proposed(*, after: int = 0) -> tuple[Change, ...]:
    """What waits for a second person, the oldest first, from behind `after` on.

    At most one more than a page: whoever gets that one knows that there is more.
    """
    found = ChangeRow.filter(state=ChangeState.PROPOSED, id__gt=after).order_by("id")
    return tuple(map(of_row, await found.limit(PAGE + 1)))


async def waiting(*kinds: ChangeKind) -> tuple[Change, ...]:
    """What waits for a second person of some kinds, the oldest first."""
    rows = await ChangeRow.filter(kind__in=kinds, state=ChangeState.PROPOSED).order_by("id")
    return tuple(map(of_row, rows))


async def planned() -> tuple[Change, ...]:
    """What waits for its day, the nearest first."""
    rows = await ChangeRow.filter(state=ChangeState.PLANNED).order_by("effective_on", "id")
    return tuple(map(of_row, rows))


async def over(*, before: int | None = None) -> tuple[Change, ...]:
    """What is over, the latest first, from behind `before` on; one more than a page as well."""
    states = [ChangeState.DONE, ChangeState.REFUSED, ChangeState.CANCELLED]
    found = ChangeRow.filter(state__in=states)
    if before:
        found = found.filter(id__lt=before)
    return tuple(map(of_row, await found.order_by("-id").limit(PAGE + 1)))


async def of(about: str) -> tuple[Change, ...]:
    """The changes of one object, the latest first."""
    return tuple(map(of_row, await ChangeRow.filter(about=about).order_by("-id").limit(PAGE)))


def of_row(row: ChangeRow) -> Change:
    """A change as it is stored."""
    return Change(**{name: getattr(row, name) for name in Change.__slots__})
