"""Offices renamed, merged, split, closed: on their day, with all that is open, and not before."""

from datetime import date, timedelta

import pytest

from feedback import casework, timeline
from feedback.actors import Staff
from feedback.administration import changes, reforms
from feedback.administration.change_errors import ChangeOver, DayHasCome, OwnProposal
from feedback.administration.reforms import Reform
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.errors import Faulty
from feedback.lifecycle import CaseStatus
from feedback.models import AccountRow, AuditRow, CaseRow, ChangeRow, Role
from sla import charter, ledger
from sla.models import FormerNameRow, PromiseRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, ZONE, act

TODAY = NOW.astimezone(ZONE).date()
DAY = TODAY + timedelta(days=3)
ON_THE_DAY = NOW + timedelta(days=3)
DOERS = dict.fromkeys(reforms.KINDS, reforms.carry_out)
RENAMED = {"heirs": "W9; Phường Chín; Ward Nine", "reason": "Nghị quyết 1685/NQ-UBTVQH15"}


@pytest.fixture
async def admin(database: None) -> Staff:
    await make.make_city()
    return await make.make_staff("an", role=Role.ADMINISTRATOR, agency=None)


async def _draft(code: str, kind: ChangeKind, on: date = DAY, **given: str) -> Reform:
    known = await charter.current()
    values = {"effective_on": on.isoformat(), "reason": "Nghị quyết 1", **given}
    return reforms.draft(code, kind, values, known, today=TODAY)


async def _the_day_comes() -> None:
    when = make.act(None, ON_THE_DAY)
    while await changes.carry_out_next(when, ZONE, DOERS):
        pass
    while await reforms.move_next(when):
        pass


async def test_a_renamed_office_ends_under_its_old_name_and_its_cases_go_on(admin: Staff) -> None:
    lan = await make.make_staff("lan")
    filed, asked = await make.make_case(), await make.make_case(subject="Đèn đường hỏng")
    answered = await make.make_answered_case(lan, subject="Nước đọng")
    await casework.assign(asked.reference, act(lan), officer="lan")
    await casework.ask(asked.reference, "Ở đâu?", act(lan), KEYS)
    due = (await PromiseRow.get(code=filed.reference)).due_at
    await reforms.plan(await _draft("W1", ChangeKind.RENAME, **RENAMED), act(admin))
    await _the_day_comes()
    known = await charter.current()
    assert known.agencies["W1"].name_vi == "Phường Một"
    assert known.agencies["W1"].closes_on == DAY == known.agencies["W9"].opens_on
    moved = await PromiseRow.get(code=filed.reference).select_related("agency")
    assert (moved.agency.code, moved.due_at) == ("W9", due)
    waiting = await CaseRow.get(reference=asked.reference)
    assert (waiting.status, waiting.officer_id) == (CaseStatus.WAITING, lan.account_id)  # type: ignore[attr-defined]  # made by Tortoise
    stays = await PromiseRow.get(code=answered.reference).select_related("agency")
    assert stays.agency.code == "W1"
    line = (await timeline.read((await CaseRow.get(reference=filed.reference)).id))[-1]
    assert (line.kind, line.by) == ("CaseTransferred", "system:test")
    assert line.detail == {"to": "W9", "reason": RENAMED["reason"]}
    assert (await FormerNameRow.get(code="W1").select_related("agency")).agency.code == "W9"
    account = await AccountRow.get(name="lan").select_related("agency")
    assert account.agency
    assert account.agency.code == "W9"
    assert await AuditRow.filter(subject=Subject.AGENCY, about="W1", deed=Deed.RENAMED).exists()


async def test_before_its_day_nothing_moves_and_it_may_be_cancelled(admin: Staff) -> None:
    await make.make_case()
    number = await reforms.plan(await _draft("W1", ChangeKind.RENAME, **RENAMED), act(admin))
    assert not await changes.carry_out_next(act(), ZONE, DOERS)
    assert not await reforms.move_next(act())
    await changes.cancel(number, act(admin), today=TODAY, reason="Hoãn")
    assert (await ChangeRow.get(id=number)).state is ChangeState.CANCELLED
    await _the_day_comes()
    assert "W9" not in (await charter.current()).agencies


async def test_on_its_day_it_is_too_late_to_cancel(admin: Staff) -> None:
    number = await reforms.plan(await _draft("W1", ChangeKind.RENAME, **RENAMED), act(admin))
    with pytest.raises(DayHasCome):
        await changes.cancel(number, act(admin, ON_THE_DAY), today=DAY, reason="Muộn")
    await _the_day_comes()
    with pytest.raises(ChangeOver):
        await changes.cancel(number, act(admin, ON_THE_DAY), today=DAY, reason="Muộn")


async def test_merged_offices_hand_all_that_is_open_to_one(admin: Staff) -> None:
    await make.make_agency("W3", "Phường Ba")
    for agency in ("W1", "W3"):
        await make.make_case(agency=agency, subject=f"Rác ở {agency}")
    reform = await _draft("W1", ChangeKind.MERGE, heirs="W2", others="W3")
    assert [(one.code, one.cases) for one in await reforms.foreseen(reform)] == [
        ("W1", 1),
        ("W3", 1),
    ]
    await reforms.plan(reform, act(admin))
    await _the_day_comes()
    held = await PromiseRow.all().values_list("agency__code", flat=True)
    assert set(held) == {"W2"}


async def test_a_split_gives_its_open_cases_to_the_first_heir(admin: Staff) -> None:
    receipt = await make.make_case()
    heirs = "W7; Phường Bảy; Ward Seven\nW8; Phường Tám"
    await reforms.plan(await _draft("W1", ChangeKind.SPLIT, heirs=heirs), act(admin))
    await _the_day_comes()
    promise = await PromiseRow.get(code=receipt.reference).select_related("agency")
    assert promise.agency.code == "W7"
    rows = await FormerNameRow.filter(code="W1").order_by("id")
    assert [(row.is_whole, row.successors) for row in rows] == [(False, 2), (False, 2)]
    stand = await ledger.standing(promise.id)
    assert stand.holder == "W7"


@pytest.mark.parametrize(
    ("kind", "given", "fault"),
    [
        (ChangeKind.RENAME, {"heirs": ""}, ("heirs", "missing")),
        (ChangeKind.RENAME, {"heirs": "W2"}, ("heirs", "not_an_heir")),
        (ChangeKind.RENAME, {"heirs": "W2; Phường Hai mới"}, ("heirs", "code_taken")),
        (ChangeKind.MERGE, {"heirs": "W1"}, ("heirs", "heir_twice")),
        (ChangeKind.MERGE, {"heirs": "W2", "others": "ZZ"}, ("others", "no_such_agency")),
        (ChangeKind.SPLIT, {"heirs": "W2"}, ("heirs", "missing")),
        (
            ChangeKind.CLOSE,
            {"heirs": "W2", "effective_on": "2020-01-01"},
            ("effective_on", "in_the_past"),
        ),
        (ChangeKind.CLOSE, {"heirs": "W2", "reason": ""}, ("reason", "missing")),
    ],
)
async def test_what_cannot_be_is_refused_beside_its_field(
    admin: Staff, kind: ChangeKind, given: dict[str, str], fault: tuple[str, str]
) -> None:
    assert admin
    with pytest.raises(Faulty) as refused:
        await _draft("W1", kind, **given)
    assert fault in {(one.field, one.reason) for one in refused.value.faults}


async def test_nobody_approves_the_own_proposal(admin: Staff) -> None:
    number = await changes.propose(
        ChangeKind.COMMITMENT, "W1/BIN", {"amount": 7}, act(admin), reason="Quyết định 5"
    )
    with pytest.raises(OwnProposal):
        await changes.approve(number, act(admin), {}, today=TODAY)
    other = await make.make_staff("bo", role=Role.ADMINISTRATOR, agency=None)
    done = []

    async def do(change: changes.Change, _: object) -> None:
        done.append(change.body["amount"])

    await changes.approve(number, act(other), {ChangeKind.COMMITMENT: do}, today=TODAY)
    assert done == [7]
    with pytest.raises(ChangeOver):
        await changes.refuse(number, act(other), answer="Không")
