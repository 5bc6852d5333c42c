"""Taking in what is promised: new versions of commitments, none longer than the law allows."""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import date, time
from typing import Any

from sla import charter, commitment_register, commitments, registers
from sla.charter import Charter
from sla.commitment_register import WORKING_DAY
from sla.commitments import Commitment, Rule, Unit, Within
from sla.errors import NotComparable, TooLong
from sla.models import CommitmentRow, PromiseRow
from sla.packs import Bound
from sla.registers import Verdict


@dataclass(frozen=True, slots=True)
class CommitmentDraft:
    """A version of a commitment; `agency`, `level` and `service` empty stand for all.

    `calendar` is the counter's own, as the code of a calendar; empty: the agency's. A withdrawn one
    repeats the time it takes back.
    """

    agency: str
    level: str
    service: str
    amount: int
    unit: str
    rule: str
    cut_off: time | None
    effective_on: date
    text_vi: str
    text_en: str
    legal_act: str
    calendar: str = ""
    is_withdrawn: bool = False


async def take_commitments(drafts: Sequence[CommitmentDraft]) -> list[Verdict]:
    """New versions of commitments. What was once promised from a day on is never rewritten.

    One longer than the law allows is refused (`longer_than_law`), for a service as for feedback in
    general; where one is working time and the other calendar time, which is longer depends on the
    holidays between, and it is taken.
    """
    known = await charter.current()
    stored = {
        (row["agency_id"], row["level"], row["service_id"], row["effective_on"]): row
        for row in await CommitmentRow.all().order_by("id").values()
    }
    verdicts, fresh = [], []
    for draft in drafts:
        wrong = fault(draft, known)
        if wrong:
            verdicts.append(wrong)
            continue
        identity: dict[str, Any] = {
            "agency_id": known.agencies[draft.agency].id if draft.agency else None,
            "level": draft.level or None,
            "service_id": known.services[draft.service].id if draft.service else None,
            "effective_on": draft.effective_on,
        }
        agency, level, service, since = identity.values()
        key = (agency, level, service, since)
        terms = _terms(draft)
        if key in stored:
            row = stored[key]
            verdicts.append(
                registers.compared(all(row[name] == value for name, value in terms.items()))
            )
            continue
        fresh.append(CommitmentRow(**identity, **terms))
        stored[key] = terms
        verdicts.append(registers.TAKEN)
    await CommitmentRow.bulk_create(fresh)
    return verdicts


def _terms(draft: CommitmentDraft) -> dict[str, Any]:
    return {
        "amount": draft.amount,
        "unit": draft.unit,
        "rule": draft.rule,
        "cut_off": f"{draft.cut_off:%H:%M}" if draft.cut_off else None,
        "text_vi": draft.text_vi,
        "text_en": draft.text_en,
        "legal_act": draft.legal_act,
        "calendar_code": draft.calendar or None,
        "is_withdrawn": draft.is_withdrawn,
    }


def is_stored(draft: CommitmentDraft, known: Charter) -> bool:
    """Whether a version of the same commitment begins on the same day already."""
    key = draft.agency or None, draft.level or None, draft.service or None
    return any(one.effective_on == draft.effective_on for one in known.commitments.get(key, ()))


def fault(draft: CommitmentDraft, known: Charter) -> Verdict | None:
    """Why it cannot be taken: a code nobody knows, or longer than the law; None where it can."""
    if draft.agency and draft.agency not in known.agencies:
        return registers.refused("agency", "agency_unknown")
    if draft.service and draft.service not in known.services:
        return registers.refused("service", "service_unknown")
    if draft.agency and draft.level:
        return registers.refused("level", "agency_and_level")
    if draft.calendar and draft.calendar not in known.latest_calendar:
        return registers.refused("calendar", "calendar_unknown")
    if not draft.is_withdrawn and _is_too_long(draft, known):
        return registers.refused("amount", "longer_than_law")
    return None


def _is_too_long(draft: CommitmentDraft, known: Charter) -> bool:
    """Longer than the law allows on its first day, or on a later one known already."""
    service = known.services.get(draft.service)
    limits = commitment_register.limits_of(service, since=draft.effective_on)
    return any(_exceeds(limit, draft, known) for limit in limits)


def _exceeds(limit: Bound, draft: CommitmentDraft, known: Charter) -> bool:
    within = Within(draft.amount, Unit(draft.unit), Rule(draft.rule))
    code = draft.calendar or (known.agencies[draft.agency].calendar_code if draft.agency else "")
    calendar_id = known.latest_calendar.get(code)
    day = known.calendars[calendar_id].day_seconds if calendar_id else WORKING_DAY
    try:
        commitments.check_may_promise(within, limit.within, day_seconds=day)
    except TooLong:
        return True
    except NotComparable:
        return False
    return False


async def still_open(versions: Sequence[Commitment]) -> int:
    """How many open promises were told by one of these versions: they stay as they were told."""
    ids = [one.id for one in versions]
    return await PromiseRow.filter(commitment_id__in=ids, ended_at__isnull=True).count()
