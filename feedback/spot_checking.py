"""One spot check done: a resident called back, or an agency's file held against what it told.

A coordinator from outside the agency does so. Who the resident is, is looked up by an act that
stays on record, and the resident of a case reads on its page that it was.
"""

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any

from tortoise.exceptions import IntegrityError
from tortoise.transactions import in_transaction

from feedback import contacts, reveals, spot_checks
from feedback import spot_check_permissions as may
from feedback.codes import Keyring
from feedback.drafts import Contact, Reader
from feedback.errors import NobodyKnown
from feedback.models import (
    CaseRow,
    DossierContactRow,
    RevealReason,
    SpotKind,
    SpotOutcome,
    SpotTryRow,
)
from feedback.reveals import About, Why
from feedback.spot_check_errors import SpotCheckDone
from sla.acts import Act

TRIES = 3
"""After so many in vain nobody is called any more; of a file one is enough."""
NOTE_AT_MOST = 1_000
WHY = "Phúc tra ngẫu nhiên kỳ {period} / random call-back of {period}"


@dataclass(frozen=True, slots=True)
class Found:
    """What a form says of one try."""

    outcome: SpotOutcome
    overall: int | None = None
    note: str = ""


def found(given: Mapping[str, object], kind: SpotKind) -> Found:
    """From named values: outcome, overall, note. Raises `Faulty`.

    What does not agree is explained. How satisfied somebody is, only a resident who was reached
    says.
    """
    reader = Reader(given)
    outcome = reader.choice("outcome", {one.value: one for one in SpotOutcome}, default=None)
    if outcome is None and not any(fault.field == "outcome" for fault in reader.faults):
        reader.fault("outcome", "missing")
    overall = reader.number("overall", 1, 5) if given.get("overall") else None
    if overall is not None and (kind is SpotKind.FILE or outcome is SpotOutcome.NOT_REACHED):
        reader.fault("overall", "not_a_choice")
    differs = outcome is SpotOutcome.DIFFERS
    note = reader.text("note", at_most=NOTE_AT_MOST, required=differs)
    reader.finish()
    return Found(outcome or SpotOutcome.NOT_REACHED, overall, note)


async def record(number: int, told: Found, act: Act) -> bool:
    """Put on record what one try came to; whether that was the last one.

    Somebody who is not reached is tried `TRIES` times, unless there is nobody to call. Raises
    `NoSuchSpotCheck`, `RoleMayNot`, and `SpotCheckDone` where somebody was first.
    """
    of = await _open(number, act)
    tries = of["tries"] + 1
    goes_on = (
        told.outcome is SpotOutcome.NOT_REACHED
        and of["kind"] == SpotKind.CALL_BACK
        and tries < TRIES
        and await _has_contact(of)
    )
    try:
        async with in_transaction():
            await SpotTryRow.create(
                check_id=number,
                number=tries,
                outcome=told.outcome,
                overall=told.overall,
                note=told.note,
                is_last=not goes_on,
                by=act.by.reference,
                at=act.at,
            )
    except IntegrityError:  # somebody else said it in the same moment
        raise SpotCheckDone(number) from None
    return not goes_on


async def call(number: int, act: Act, keys: Keyring) -> Contact:
    """Whom to call back; that it was looked up is written down in the same transaction.

    Raises `NoSuchSpotCheck`, `RoleMayNot`, `SpotCheckDone`, and `NobodyKnown` where nobody said who
    they are, or it has been forgotten; of a file nobody is called.
    """
    of = await _open(number, act)
    contact = await _contact(of, keys) if of["kind"] == SpotKind.CALL_BACK else None
    if contact is None or not contact:
        raise NobodyKnown(number)
    why = Why(RevealReason.CALL_BACK, WHY.format(period=of["period"]))
    case_id = of["case_id"]
    dossier_id = None if case_id else of["promise_id"]
    about = About(of["agency_id"], case_id=case_id, dossier_id=dossier_id)
    await reveals.write_down(contact, why, act, about=about)
    return contact


async def has_contact(number: int) -> bool:
    """Whether there is anybody to call back, without looking who. Raises `NoSuchSpotCheck`."""
    return await _has_contact(await spot_checks.row(number))


async def _open(number: int, act: Act) -> dict[str, Any]:
    of = await spot_checks.row(number)
    may.check_may_spot_check(act.by, of["agency_id"])
    if of["is_done"]:
        raise SpotCheckDone(number)
    return of


async def _has_contact(row: Mapping[str, Any]) -> bool:
    if row["case_id"]:
        return await CaseRow.filter(id=row["case_id"], contact__id__not_isnull=True).exists()
    return await DossierContactRow.exists(promise_id=row["promise_id"])


async def _contact(row: Mapping[str, Any], keys: Keyring) -> Contact | None:
    try:
        if row["case_id"]:
            return await contacts.of(row["case_id"], keys)
        left = await DossierContactRow.get_or_none(promise_id=row["promise_id"])
        return Contact(*contacts.unseal(bytes(left.sealed), keys)) if left else None
    except ValueError:  # sealed with a key we no longer have
        return None
