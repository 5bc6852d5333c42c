"""What looks like spam waits for a person: stored like any other case, its clock running.

Until a coordinator has looked, its agency does not see it. It is let through, or refused with a
reason its sender reads; nothing is dropped in silence.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.connection import get_connection
from tortoise.expressions import Q
from tortoise.functions import Count

from feedback import codes, messages, telling, timeline
from feedback import permissions as may
from feedback.codes import Keyring
from feedback.errors import (
    NoSuchCase,
    NoSuchCode,
    NotAFact,
    NotNow,
    OwnRefusal,
    WindowClosed,
)
from feedback.events import CaseEvent, CaseRefused, CaseReleased, RefusalContested
from feedback.lifecycle import CaseStatus, advance
from feedback.messages import MessageKind
from feedback.models import CaseRow, HoldDecision, HoldRow, MessageRow
from feedback.staff import apart
from feedback.texts import spam
from feedback.texts.spam import Frequency, SpamReason
from sla import charter, ledger
from sla.acts import Act, Actor
from sla.charter import Agency
from sla.promises import Reopened, Withdrawn

PAGE = 20
TO_OBJECT = timedelta(days=14)


@dataclass(frozen=True, slots=True)
class Hold:
    """That a case is held, or was: no `decision` while it waits for a look."""

    since: datetime
    reasons: tuple[SpamReason, ...]
    decision: HoldDecision | None
    object_until: datetime | None = None
    """Until when its sender may object; None where there is nothing to object to, or once was."""

    @property
    def is_refused(self) -> bool:
        """Whether a person found that it is spam."""
        return self.decision not in {None, HoldDecision.RELEASED}


@dataclass(frozen=True, slots=True)
class HeldCase:
    """A case that waits for a look, as a coordinator reads it."""

    reference: str
    agency: Agency
    filed_at: datetime
    due_at: datetime | None
    subject: str
    text: str
    location: str
    reasons: tuple[SpamReason, ...]
    objection: str = ""
    """What its sender says against a first refusal; empty where this is the first look."""
    is_own: bool = False
    """Whether whoever reads this refused it: then somebody else decides."""


# How far back it is counted, so that the work stays the same however many come.
_LOOK_BACK = 2000
COUNT = f"""
with recent as (
    select c.id, c.reference, c.search_key, c.filed_at, p.resident
    from (select * from resident_case order by id desc limit {_LOOK_BACK}) c
    join promise p on p.id = c.promise_id
    where c.filed_at > $2
)
select mine.reference,
       count(distinct r.resident) filter (where r.search_key = mine.search_key) as devices,
       count(*) filter (where r.resident = mine.resident) as filed,
       count(*) filter (where r.resident = mine.resident
                        and r.search_key = mine.search_key) as same
from recent mine
join recent r on r.resident = mine.resident or r.search_key = mine.search_key
where mine.reference = any($1::text[])
group by mine.reference
"""  # noqa: S608 -- a number of ours
HOLD = """
insert into hold (case_id, since, reasons)
select c.id, $3, h.reasons
from unnest($1::text[], $2::text[]) as h(reference, reasons) join resident_case c using (reference)
"""


async def screen(filed: Sequence[tuple[str, str]], act: Act) -> None:
    """Hold what looks like spam of cases just filed: reference and text of each."""
    if not filed:
        return
    rows = await get_connection("default").execute_query_dict(
        COUNT, [[reference for reference, _ in filed], act.at - spam.WITHIN]
    )
    counted = {r["reference"]: Frequency(r["devices"], r["filed"], r["same"]) for r in rows}
    found = [(ref, spam.read(text, counted.get(ref, Frequency()))) for ref, text in filed]
    held = [(ref, " ".join(reasons)) for ref, reasons in found if reasons]
    if held:
        await get_connection("default").execute_query_dict(
            HOLD, [[ref for ref, _ in held], [reasons for _, reasons in held], act.at]
        )


async def check_not_held(reference: str) -> None:
    """Raises `NoSuchCase` for a case no person has let through."""
    unreleased = ~Q(decision=HoldDecision.RELEASED) | Q(decision=None)
    if await HoldRow.filter(unreleased, case__reference=reference).exists():
        raise NoSuchCase(reference)


async def of_case(case_id: int) -> Hold | None:
    """Whether a case is held, or was."""
    row = await HoldRow.get_or_none(case_id=case_id)
    return Hold(row.since, _reasons(row), row.decision, _object_until(row)) if row else None


def _object_until(row: HoldRow) -> datetime | None:
    is_first = row.objected_at is None and row.decision not in {None, HoldDecision.RELEASED}
    return row.decided_at + TO_OBJECT if is_first and row.decided_at else None


def _reasons(row: HoldRow) -> tuple[SpamReason, ...]:
    return tuple(SpamReason(word) for word in row.reasons.split())


def _waiting() -> Q:
    return Q(decided_at=None, case__status=CaseStatus.FILED, case__erased_at=None)


async def waiting(by: Actor, *, page: int = 1) -> tuple[list[HeldCase], int]:
    """What waits for a look, longest first: one page, and how many pages there are."""
    may.check_may_look(by)
    pages = max(1, -(-await HoldRow.filter(_waiting()).count() // PAGE))
    rows = (
        await HoldRow.filter(_waiting())
        .select_related("case__promise")
        .order_by("since", "id")
        .offset((min(page, pages) - 1) * PAGE)
        .limit(PAGE)
    )
    known = await charter.current()
    objections = await _objections([row.case_id for row in rows if row.objected_at])
    return [
        HeldCase(
            row.case.reference,
            known.agency_of_id(row.case.promise.agency_id),
            row.case.filed_at,
            row.case.promise.due_at,
            row.case.subject,
            row.case.text,
            row.case.location,
            _reasons(row),
            objections.get(row.case_id, ""),
            is_own=row.refused_by == by.reference,
        )
        for row in rows
    ], pages


async def _objections(case_ids: list[int]) -> dict[int, str]:
    found = MessageRow.filter(case_id__in=case_ids, kind=MessageKind.OBJECTION).order_by("id")
    return dict(await found.values_list("case_id", "text"))


def decision_of(chosen: str) -> HoldDecision:
    """What somebody chose. Raises `NotAFact`."""
    if chosen not in set(HoldDecision):
        raise NotAFact("decision", "not_a_choice")
    return HoldDecision(chosen)


async def decide(reference: str, decision: HoldDecision, act: Act, keys: Keyring) -> None:
    """Let a held case through to its agency, or refuse it for good; its sender is told which.

    Raises `NoSuchCase` for one that does not wait for a look any more, `OwnRefusal` where its
    sender objects to what the same person decided.
    """
    may.check_may_look(act.by)
    found = CaseRow.filter(reference=reference).select_related("promise")
    case = await found.select_for_update(of=("resident_case",)).first()
    row = await HoldRow.get_or_none(_waiting(), case__reference=reference)
    if case is None or row is None:
        raise NoSuchCase(reference)
    if row.refused_by == act.by.reference:
        raise OwnRefusal(case.id)
    await apart.check(act.by, row.refused_by or "")
    row.decided_at, row.decision, row.by = act.at, decision, act.by.reference
    await row.save(update_fields=["decided_at", "decision", "by"])
    agency_id: int = case.promise.agency_id
    if decision is HoldDecision.RELEASED:
        await _step(case, CaseReleased(case.id), act)
        due = case.promise.due_at.isoformat() if case.promise.due_at else ""
        await telling.resident(case, "released", act, keys, agency_id=agency_id, due_at=due)
        return
    told = decision.value
    await telling.resident(case, "refused", act, keys, agency_id=agency_id, decision=told)
    await ledger.append(case.promise_id, Withdrawn(act.at), act)
    case.closed_at = act.at
    await _step(case, CaseRefused(case.id), act, reason=decision.value)


async def object_to(code: str, text: str, act: Act, keys: Keyring) -> None:
    """The sender of what was refused says that it is no spam: once, and somebody else looks.

    Raises `NoSuchCode`, `NotNow` for a case that was not refused or was contested before,
    `WindowClosed` after 14 days.
    """
    case = await CaseRow.filter(code_hash=codes.sought(code, keys)).select_for_update().first()
    if case is None:
        raise NoSuchCode
    row = await HoldRow.get_or_none(case_id=case.id)
    until = _object_until(row) if row else None
    if row is None or until is None:
        raise NotNow(case.id, case.status)
    if act.at >= until:
        raise WindowClosed(case.id)
    await HoldRow.filter(id=row.id).update(
        objected_at=act.at, refused_by=row.by, decided_at=None, decision=None, by=None
    )
    await messages.write(case.id, MessageKind.OBJECTION, text, act)
    await ledger.append(case.promise_id, Reopened(act.at, reason="refusal_contested"), act)
    case.closed_at = None
    await _step(case, RefusalContested(case.id), act)


async def _step(case: CaseRow, event: CaseEvent, act: Act, **detail: object) -> None:
    case.status = advance(case.status, type(event), case_id=case.id)
    await case.save(update_fields=["status", "closed_at"])
    await timeline.record(event, act, **detail)


async def counted() -> dict[HoldDecision, int]:
    """What all looks so far came to, for everybody to read."""
    rows = (
        await HoldRow.exclude(decision=None)
        .annotate(cases=Count("id"))
        .group_by("decision")
        .values_list("decision", "cases")
    )
    return {HoldDecision(decision): int(cases) for decision, cases in rows}
