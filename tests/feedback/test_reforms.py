"""Offices renamed, merged, split, closed: on their day, with all that is open, and not before."""

from datetime import datetime, timedelta

import pytest

from feedback import answer_templates, casework, timeline, webhooks
from feedback.actors import Resident, Staff
from feedback.administration import changes, reforms
from feedback.administration.change_errors import ChangeOver, DayHasCome, DayMissed, OwnProposal
from feedback.administration.reforms import Reform
from feedback.deeds import ChangeKind, ChangeState, Deed, Subject
from feedback.errors import Faulty
from feedback.lifecycle import CaseStatus
from feedback.models import (
    AccountRow,
    AgencyKeyRow,
    AnswerTemplateRow,
    AuditRow,
    CaseRow,
    ChangeRow,
    Role,
    WebhookRow,
)
from feedback.webhook_kinds import CHOOSABLE
from feedback.webhooks import WebhookDraft
from sla import charter, ledger
from sla.models import AgencyRow, FormerNameRow, PromiseRow
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


async def _draft(code: str, kind: ChangeKind, **given: str) -> Reform:
    known = await charter.current()
    values = {"effective_on": DAY.isoformat(), "reason": "Nghị quyết 1", **given}
    return reforms.draft(code, kind, values, known, today=TODAY)


async def _planned(reform: Reform, admin: Staff, at: datetime = NOW) -> int:
    """Proposed by one administrator and approved by another."""
    number = await reforms.propose(reform, act(admin, at))
    today = at.astimezone(ZONE).date()
    await changes.approve(number, act(await _second(), at), DOERS, today=today)
    return number


async def _second() -> Staff:
    row = await AccountRow.get_or_none(name="bo")
    if row is None:
        return await make.make_staff("bo", role=Role.ADMINISTRATOR, agency=None)
    return Staff(row.id, row.name, row.display_name, row.role, None)


async def _the_day_comes(at: datetime = ON_THE_DAY) -> None:
    when = make.act(None, at)
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
    await _planned(await _draft("W1", ChangeKind.RENAME, **RENAMED), admin)
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
    number = await _planned(await _draft("W1", ChangeKind.RENAME, **RENAMED), admin)
    assert not await changes.carry_out_next(act(), ZONE, DOERS)
    assert not await reforms.move_next(act())
    await changes.cancel(number, act(admin), today=TODAY, reason="Hoãn")
    assert (await ChangeRow.get(id=number)).state is ChangeState.CANCELLED
    await _the_day_comes()
    assert "W9" not in (await charter.current()).agencies


async def test_on_its_day_it_is_too_late_to_cancel(admin: Staff) -> None:
    number = await _planned(await _draft("W1", ChangeKind.RENAME, **RENAMED), admin)
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
    await _planned(reform, admin)
    await _the_day_comes()
    held = await PromiseRow.all().values_list("agency__code", flat=True)
    assert set(held) == {"W2"}


async def test_a_split_gives_its_open_cases_to_the_first_heir(admin: Staff) -> None:
    receipt = await make.make_case()
    heirs = "W7; Phường Bảy; Ward Seven\nW8; Phường Tám"
    await _planned(await _draft("W1", ChangeKind.SPLIT, heirs=heirs), admin)
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
        (ChangeKind.CLOSE, {"heirs": ""}, ("heirs", "nobody_above")),
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


async def test_a_reform_happens_only_when_a_second_person_approved_it(admin: Staff) -> None:
    reform = await _draft("W1", ChangeKind.RENAME, **RENAMED)
    number = await reforms.propose(reform, act(admin))
    assert await reforms.propose(reform, act(admin)) == number  # asked twice, it waits once
    with pytest.raises(OwnProposal):
        await changes.approve(number, act(admin), DOERS, today=TODAY)
    await _the_day_comes()
    assert "W9" not in (await charter.current()).agencies
    late = DAY + timedelta(days=1)
    with pytest.raises(DayMissed):
        await changes.approve(number, act(await _second()), DOERS, today=late)
    await changes.approve(number, act(await _second()), DOERS, today=DAY)
    assert "W9" in (await charter.current()).agencies


async def test_keys_addresses_and_templates_go_over_and_what_the_heir_has_ends(
    admin: Staff,
) -> None:
    await make.make_key("W1", act(admin))
    for agency, path in (("W1", "a"), ("W1", "b"), ("W2", "b")):
        draft = WebhookDraft(f"https://mot-cua.example.vn/{path}", CHOOSABLE)
        await webhooks.add(agency, draft, act(admin), KEYS)
    for agency, name in (("W1", "Xong"), ("W1", "Chung"), ("W2", "Chung")):
        words = {"name": name, "agency": agency, "text_vi": "Kính gửi.", "text_en": "Dear."}
        await answer_templates.add(answer_templates.wording(words), act(admin))
    reform = await _draft("W1", ChangeKind.MERGE, heirs="W2")
    [moved] = await reforms.foreseen(reform)
    assert (moved.keys, moved.webhooks) == (1, 2)
    await _planned(reform, admin)
    await _the_day_comes()
    assert await AgencyKeyRow.filter(agency__code="W2", revoked_at=None).count() == 1
    there = WebhookRow.filter(ended_at=None).order_by("url")
    urls = [(row.agency.code, row.url[-1]) for row in await there.select_related("agency")]
    assert urls == [("W2", "a"), ("W2", "b")]
    offered = AnswerTemplateRow.filter(retired_at=None).order_by("name").select_related("agency")
    assert [(row.agency and row.agency.code, row.name) for row in await offered] == [
        ("W2", "Chung"),
        ("W2", "Xong"),
    ]
    for subject, deed, count in (
        (Subject.KEY, Deed.CHANGED, 1),
        (Subject.WEBHOOK, Deed.CHANGED, 1),
        (Subject.WEBHOOK, Deed.CLOSED, 1),
        (Subject.TEMPLATE, Deed.CHANGED, 1),
        (Subject.TEMPLATE, Deed.WITHDRAWN, 1),
    ):
        rows = await AuditRow.filter(subject=subject, deed=deed)
        assert [row.reason for row in rows] == [reform.reason] * count, (subject, deed)


async def test_what_is_open_where_nobody_goes_on_is_the_superiors(admin: Staff) -> None:
    above = await make.make_agency("P", "Thành phố")
    await AgencyRow.filter(code="W1").update(parent_id=above.id)
    child = await make.make_agency("W1.1", "Khu phố", parent_id=(await AgencyRow.get(code="W1")).id)
    receipt = await make.make_case()
    await make.make_key("W1", act(admin))
    await _planned(await _draft("W1", ChangeKind.CLOSE, heirs=""), admin)
    await _the_day_comes()
    promise = await PromiseRow.get(code=receipt.reference).select_related("agency")
    assert (promise.agency.code, promise.due_at) == ("P", receipt.due_at)
    assert not await AgencyKeyRow.filter(revoked_at=None).exists()
    assert (await AgencyRow.get(id=child.id)).parent_id == above.id


async def test_a_case_reopened_after_the_reform_goes_to_the_heir(admin: Staff) -> None:
    lan = await make.make_staff("lan")
    answered = await make.make_answered_case(lan)
    await _planned(await _draft("W1", ChangeKind.RENAME, **RENAMED), admin)
    await _the_day_comes()
    resident = act(Resident("phone"), ON_THE_DAY + timedelta(hours=1))
    await casework.reopen(answered.tracking_code, "Rác vẫn còn.", resident, KEYS)
    await _the_day_comes(ON_THE_DAY + timedelta(hours=2))
    promise = await PromiseRow.get(code=answered.reference).select_related("agency")
    assert promise.agency.code == "W9"


async def test_one_that_has_become_impossible_is_cancelled_and_holds_up_no_other(
    admin: Staff,
) -> None:
    broken = await _planned(await _draft("W1", ChangeKind.RENAME, **RENAMED), admin)
    sound = await _planned(await _draft("W2", ChangeKind.RENAME, heirs="W8; Phường Tám"), admin)
    await make.make_agency("W9", "Phường khác")
    await _the_day_comes()
    states = [(await changes.read(number)).state for number in (broken, sound)]
    assert states == [ChangeState.CANCELLED, ChangeState.DONE]
    last = await AuditRow.filter(subject=Subject.CHANGE, deed=Deed.CANCELLED).get()
    assert last.reason == changes.IMPOSSIBLE
    assert (await charter.current()).agencies["W1"].closes_on is None
