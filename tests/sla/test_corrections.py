"""A wrongly told end: asked for by one, decided by another, counted in public."""

from datetime import timedelta

import asyncpg
import pytest
from tortoise.connection import get_connection
from tortoise.exceptions import IntegrityError, OperationalError

from feedback import corrections as corrected
from feedback.actors import AgencySystem, Resident
from feedback.errors import NoSuchCase, RoleMayNot
from feedback.models import Role
from sla import charter, corrections, errors, ledger
from sla.ledger import Start
from sla.models import CorrectionRow, PromiseKind, PromiseRow
from sla.promises import Finished, Reopened, Verdict
from tests import make
from tests.make import NOW

DONE = NOW + timedelta(days=14)  # due on Monday 12 October at 17:00: late
TRULY = NOW + timedelta(days=2)
LATER = DONE + timedelta(days=1)
NIGHT = DONE + timedelta(days=400)


async def a_late_dossier(code="H29-1"):
    known = await charter.current()
    start = Start(PromiseKind.DOSSIER, code, known.agencies["W1"], None, "web", NOW)
    begun = await ledger.begin(start, make.act())
    await PromiseRow.filter(id=begun.promise_id).update(
        due_at=NOW + timedelta(days=7), calendar_id=None
    )
    return begun.promise_id


async def a_late_case():
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer, answered_at=DONE)
    row = await PromiseRow.get(code=receipt.reference)
    return row.id, receipt.reference, officer


async def test_what_two_persons_agree_on_turns_late_into_on_time_and_is_counted(database):
    await make.make_city()
    promise_id, reference, officer = await a_late_case()
    boss = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    assert (await ledger.standing(promise_id)).verdict(LATER) is Verdict.LATE
    number = await corrected.ask(
        reference, make.act(officer, LATER), ended_at=TRULY, reason=" Nhập sai ngày "
    )
    [waiting] = await corrections.open_requests()
    assert (waiting.id, waiting.code, waiting.reason) == (number, reference, "Nhập sai ngày")
    assert (waiting.told_at, waiting.ended_at) == (DONE, TRULY)
    assert (await ledger.standing(promise_id)).verdict(LATER) is Verdict.LATE
    await corrected.approve(number, make.act(boss, LATER + timedelta(hours=1)))
    standing = await ledger.standing(promise_id)
    assert (standing.verdict(NIGHT), standing.corrections) == (Verdict.ON_TIME, 1)
    assert await corrections.open_requests() == []
    agency = waiting.agency_id
    assert await corrections.counted(NOW, NIGHT) == [corrections.Counted(agency, 1, 1, 0, 1)]
    assert await corrections.counted(NOW, LATER) == []
    after = LATER + timedelta(minutes=1)
    assert await corrections.counted(after, NIGHT) == [corrections.Counted(agency, 0, 1, 0, 1)]


async def test_whoever_asked_does_not_decide(database):
    await make.make_city()
    _, reference, _ = await a_late_case()
    boss = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    number = await corrected.ask(reference, make.act(boss, LATER), ended_at=TRULY, reason="Sai")
    for decide in (
        corrected.approve(number, make.act(boss, LATER)),
        corrected.decline(number, make.act(boss, LATER), answer="Không"),
    ):
        with pytest.raises(errors.SamePerson):
            await decide


async def test_the_agencys_own_head_does_not_decide_nor_anybody_but_a_coordinator(database):
    await make.make_city()
    _, reference, officer = await a_late_case()
    number = await corrected.ask(reference, make.act(officer, LATER), ended_at=TRULY, reason="Sai")
    head = await make.make_staff("hung", role=Role.HEAD)
    own = await make.make_staff("mai", role=Role.COORDINATOR, agency="W1")
    auditor = await make.make_staff("tam", role=Role.AUDITOR, agency=None)
    for by in (head, own, auditor, Resident(), officer):
        with pytest.raises(RoleMayNot):
            await corrected.approve(number, make.act(by, LATER))


async def test_only_the_agency_and_a_coordinator_ask(database):
    await make.make_city()
    _, reference, officer = await a_late_case()
    other = await make.make_staff("minh", agency="W2")
    auditor = await make.make_staff("tam", role=Role.AUDITOR, agency=None)
    stranger = make.act(other, LATER)
    with pytest.raises(NoSuchCase):
        await corrected.ask(reference, stranger, ended_at=TRULY, reason="Sai")
    with pytest.raises(RoleMayNot):
        await corrected.ask(reference, make.act(auditor, LATER), ended_at=TRULY, reason="Sai")
    with pytest.raises(NoSuchCase):
        await corrected.ask("nothing", make.act(officer, LATER), ended_at=TRULY, reason="Sai")
    system = AgencySystem(1, officer.agency_id)
    assert await corrected.ask(reference, make.act(system, LATER), ended_at=TRULY, reason="Sai")


async def test_a_head_elsewhere_may_not_ask(database):
    await make.make_city()
    await a_late_case()
    agency = (await charter.current()).agencies["W1"].id
    for by in (await make.make_staff("minh", agency="W2"), Resident()):
        with pytest.raises(RoleMayNot):
            corrected.may.check_may_ask_for_correction(by, agency)


async def test_a_request_must_make_sense(database):
    await make.make_city()
    promise_id = await a_late_dossier()

    def ask(at=TRULY, reason="Sai", now=LATER):
        return corrections.request(promise_id, ended_at=at, reason=reason, act=make.act(at=now))

    with pytest.raises(errors.NotEnded):
        await ask()
    await ledger.append(promise_id, Finished(DONE), make.act(at=DONE))
    with pytest.raises(errors.ReasonMissing):
        await ask(reason="  ")
    with pytest.raises(errors.BeforeReceipt):
        await ask(at=NOW - timedelta(seconds=1))
    with pytest.raises(errors.BadEvent):
        await ask(at=LATER + timedelta(seconds=1))
    await ask()
    with pytest.raises(errors.AlreadyRequested):
        await ask()


async def test_a_declined_request_changes_nothing_and_says_why(database):
    await make.make_city()
    promise_id, reference, officer = await a_late_case()
    boss = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    number = await corrected.ask(reference, make.act(officer, LATER), ended_at=TRULY, reason="Sai")
    with pytest.raises(errors.ReasonMissing):
        await corrected.decline(number, make.act(boss, LATER), answer=" ")
    await corrected.decline(number, make.act(boss, LATER), answer="Không có chứng cứ")
    row = await CorrectionRow.get(id=number)
    assert (row.is_approved, row.answer, row.decided_by) == (
        False,
        "Không có chứng cứ",
        boss.reference,
    )
    assert (await ledger.standing(promise_id)).corrections == 0
    [count] = await corrections.counted(NOW, NIGHT)
    assert (count.requested, count.approved, count.declined, count.cured) == (1, 0, 1, 0)
    with pytest.raises(errors.AlreadyDecided):
        await corrections.approve(number, make.act(boss, LATER))
    with pytest.raises(errors.AlreadyDecided):
        await corrected.approve(number, make.act(boss, LATER))
    with pytest.raises(errors.NoSuchRequest):
        await corrections.approve(number + 1, make.act(boss, LATER))


async def test_a_promise_that_went_on_meanwhile_is_not_corrected(database):
    await make.make_city()
    promise_id = await a_late_dossier()
    await ledger.append(promise_id, Finished(DONE), make.act(at=DONE))
    number = await corrections.request(
        promise_id, ended_at=TRULY, reason="Sai", act=make.act(at=LATER)
    )
    await ledger.append(promise_id, Reopened(LATER), make.act(at=LATER))
    boss = await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    with pytest.raises(errors.Outdated):
        await corrections.approve(number, make.act(boss, LATER))


async def test_requests_of_one_agency_are_listed_apart(database):
    await make.make_city()
    promise_id = await a_late_dossier()
    await ledger.append(promise_id, Finished(DONE), make.act(at=DONE))
    await corrections.request(promise_id, ended_at=TRULY, reason="Sai", act=make.act(at=LATER))
    known = await charter.current()
    mine, others = (known.agencies[code].id for code in ("W1", "W2"))
    assert len(await corrections.open_requests(agency_id=mine)) == 1
    assert await corrections.open_requests(agency_id=others) == []


@pytest.mark.parametrize(
    "statement",
    [
        "update correction set reason = 'other'",
        "delete from correction",
        "update correction set decided_by = requested_by, decided_at = now(), is_approved = true",
        "update correction set decided_by = 'x', decided_at = now()",
    ],
)
async def test_the_database_itself_keeps_requests_as_they_were(database, statement):
    await make.make_city()
    promise_id = await a_late_dossier()
    await ledger.append(promise_id, Finished(DONE), make.act(at=DONE))
    await corrections.request(promise_id, ended_at=TRULY, reason="Sai", act=make.act(at=LATER))
    with pytest.raises((IntegrityError, OperationalError, asyncpg.PostgresError)):
        await get_connection("default").execute_query(statement)
