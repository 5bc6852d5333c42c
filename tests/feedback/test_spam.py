"""Spam is told by form and number alone, held for a person, and never dropped."""

from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import casework, holds, intake, law, notices, tracking
from feedback.actors import Resident, Staff
from feedback.drafts import Contact
from feedback.errors import (
    NoSuchCase,
    NoSuchCode,
    NotNow,
    OwnRefusal,
    RoleMayNot,
    WindowClosed,
)
from feedback.intake import Filing, Receipt
from feedback.lifecycle import CaseStatus
from feedback.models import HoldDecision, HoldRow, NoticeRow, Role
from feedback.office import case_file, inbox, inbox_beside, workload
from feedback.office.inbox_views import Filter, View
from feedback.texts import spam
from feedback.texts.spam import Frequency, SpamReason
from sla import ledger
from sla.models import PromiseRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

ADVERT = "Vay nhanh https://a.example http://b.example www.c.example"
HARD_WORDS = ["khốn", "nạn", "lừa", "đảo", "vô", "trách", "nhiệm", "CHÁN", "QUÁ", "tệ", "bực"]


async def filed(text: str, *, device: str = "phone", **facts: object) -> Receipt:
    filing = Filing(make.draft(text=text, **facts), Resident(device), is_screened=True)
    return await intake.file_complaint(filing, act(Resident(device)), KEYS)


async def coordinator() -> Staff:
    return await make.make_staff("cúc", role=Role.COORDINATOR, agency=None)


@pytest.mark.parametrize(
    ("text", "reasons"),
    [
        (ADVERT, {SpamReason.LINKS}),
        ("Xem ở https://a.example", {SpamReason.LINKS}),
        ("Ảnh chụp đống rác ở đây: https://photos.example/1, đã ba ngày rồi.", set()),
        ("qwrtpsdfgh zxcvbnmkj hgfdskljhg", {SpamReason.GIBBERISH}),
        ("aaaaaaaaaaaaaaaaaaaaaaaa", {SpamReason.GIBBERISH}),
        ("CHÁN QUÁ ĐI THÔIIIIIII, làm ăn vô trách nhiệm!!!", set()),
        ("UBND P. HĐND TP.HCM ko tl dc j hết", set()),
        ("路灯坏了三天没有人来修理", set()),
        ("", set()),
    ],
)
def test_form_is_looked_at(text: str, reasons: set[SpamReason]) -> None:
    assert set(spam.read(text, Frequency())) == reasons


@given(st.lists(st.sampled_from(HARD_WORDS), max_size=40))
def test_words_of_anger_are_never_a_reason(words: list[str]) -> None:
    assert spam.read(" ".join(words), Frequency()) == ()


# What cannot be stored was refused long before.
TEXTS = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=60)


@given(TEXTS, st.integers(1, 40), st.integers(1, 40), st.integers(1, 40))
def test_who_sends_more_is_never_less_suspect(text: str, devices: int, n: int, same: int) -> None:
    once = set(spam.read(text, Frequency()))
    assert once <= set(spam.read(text, Frequency(devices, n, same)))


@pytest.mark.usefixtures("database")
async def test_a_held_case_is_stored_and_promised_and_not_shown_to_its_agency() -> None:
    await make.make_city()
    officer, ward = await make.make_staff(), (await make.make_staff("an")).agency_id
    receipt = await filed(ADVERT)
    assert receipt.due_at is not None
    listed = await inbox.listed(officer, Filter(view=View.ALL), at=NOW)
    assert listed.rows == ()
    assert (await inbox_beside.seen(officer, receipt.reference, at=NOW)).reference is None
    assert ward is not None
    assert sum(await workload.ages(ward, at=NOW)) == 0
    for opens in (
        case_file.opened(officer, receipt.reference),
        casework.assign(receipt.reference, act(officer), officer=officer.name),
    ):
        with pytest.raises(NoSuchCase):
            await opens
    seen = await tracking.by_code(receipt.tracking_code, KEYS, at=NOW)
    assert seen.hold is not None
    assert seen.hold.reasons == (SpamReason.LINKS,)


@pytest.mark.usefixtures("database")
async def test_what_is_released_goes_to_its_agency_with_the_time_it_had() -> None:
    await make.make_city()
    officer, looks = await make.make_staff(), await coordinator()
    receipt = await filed(ADVERT)
    [[held], pages] = await holds.waiting(looks)
    assert (held.reference, held.text, pages) == (receipt.reference, ADVERT, 1)
    later = NOW + timedelta(hours=3)
    await holds.decide(receipt.reference, HoldDecision.RELEASED, act(looks, later), KEYS)
    [row] = (await inbox.listed(officer, Filter(), at=later)).rows
    assert (row.reference, row.due_at) == (receipt.reference, receipt.due_at)
    assert (await holds.waiting(looks))[0] == []
    with pytest.raises(NoSuchCase):
        await holds.decide(receipt.reference, HoldDecision.ADVERT, act(looks, later), KEYS)


@pytest.mark.usefixtures("database")
async def test_what_is_refused_ends_with_a_reason_and_is_counted() -> None:
    await make.make_city()
    officer, looks = await make.make_staff(), await coordinator()
    receipt = await filed(ADVERT)
    await holds.decide(receipt.reference, HoldDecision.ADVERT, act(looks), KEYS)
    seen = await tracking.by_code(receipt.tracking_code, KEYS, at=NOW)
    assert seen.status is CaseStatus.WITHDRAWN
    assert seen.timeline[-1].detail == {"reason": "advert"}
    assert (await inbox.listed(officer, Filter(view=View.ALL), at=NOW)).rows == ()
    assert (await PromiseRow.get(code=receipt.reference)).ended_at == NOW
    assert await holds.counted() == {HoldDecision.ADVERT: 1}
    with pytest.raises(NotNow):
        await casework.withdraw(receipt.tracking_code, "", act(Resident()), KEYS)


@pytest.mark.usefixtures("database")
@pytest.mark.parametrize("decision", HoldDecision)
async def test_its_sender_is_told_what_became_of_it(decision: HoldDecision) -> None:
    await make.make_city()
    receipt = await filed(ADVERT, contact=Contact(email="an@example.vn"))
    await holds.decide(receipt.reference, decision, act(await coordinator()), KEYS)
    kind = "released" if decision is HoldDecision.RELEASED else "refused"
    told = notices.opened(await NoticeRow.exclude(kind="received").get(), KEYS)
    assert (told.kind, told.facts["reference"]) == (kind, receipt.reference)
    assert told.facts.get("decision") == (decision.value if kind == "refused" else None)


async def refused(looks: Staff) -> Receipt:
    receipt = await filed(ADVERT)
    await holds.decide(receipt.reference, HoldDecision.ADVERT, act(looks), KEYS)
    return receipt


@pytest.mark.usefixtures("database")
async def test_who_objects_gets_the_look_of_somebody_else_and_no_time_is_charged_between() -> None:
    await make.make_city()
    officer, looks = await make.make_staff(), await coordinator()
    other = await make.make_staff("đào", role=Role.COORDINATOR, agency=None)
    receipt = await refused(looks)
    code, later = receipt.tracking_code, act(Resident(), NOW + timedelta(days=1))
    await holds.object_to(code, "Đây là việc thật.", later, KEYS)
    seen = await tracking.by_code(code, KEYS, at=later.at)
    assert (seen.status, seen.is_overdue) == (CaseStatus.FILED, False)
    [[own], _] = await holds.waiting(looks)
    [[theirs], _] = await holds.waiting(other)
    assert (own.is_own, theirs.is_own, theirs.objection) == (True, False, "Đây là việc thật.")
    with pytest.raises(OwnRefusal):
        await holds.decide(receipt.reference, HoldDecision.RELEASED, act(looks), KEYS)
    await holds.decide(receipt.reference, HoldDecision.RELEASED, act(other, later.at), KEYS)
    [row] = (await inbox.listed(officer, Filter(), at=later.at)).rows
    assert receipt.due_at is not None
    assert (row.reference, row.due_at) == (receipt.reference, receipt.due_at + timedelta(days=1))
    promise = await ledger.promised((await PromiseRow.get(code=receipt.reference)).id)
    assert await law.course(promise, seen.timeline, at=later.at) == await law.course(
        promise, seen.timeline[:1], at=later.at
    )


@pytest.mark.usefixtures("database")
async def test_an_objection_is_heard_once_and_in_time() -> None:
    await make.make_city()
    looks = await coordinator()
    other = await make.make_staff("đào", role=Role.COORDINATOR, agency=None)
    receipt = await refused(looks)
    code, end = receipt.tracking_code, NOW + holds.TO_OBJECT
    with pytest.raises(WindowClosed):
        await holds.object_to(code, "Muộn.", act(Resident(), end), KEYS)
    with pytest.raises(NoSuchCode):
        await holds.object_to("0000", "Sai.", act(Resident()), KEYS)
    last = act(Resident(), end - timedelta(seconds=1))
    await holds.object_to(code, "Kịp.", last, KEYS)
    with pytest.raises(NotNow):
        await holds.object_to(code, "Lần nữa.", last, KEYS)
    await holds.decide(receipt.reference, HoldDecision.NONSENSE, act(other, last.at), KEYS)
    with pytest.raises(NotNow):
        await holds.object_to(code, "Lần nữa.", last, KEYS)
    assert await holds.counted() == {HoldDecision.NONSENSE: 1}


@pytest.mark.usefixtures("database")
async def test_there_is_nothing_to_object_to_in_what_was_never_refused() -> None:
    await make.make_city()
    looks = await coordinator()
    plain, held = await make.make_case(), await filed(ADVERT)
    for code in (plain.tracking_code, held.tracking_code):
        with pytest.raises(NotNow):
            await holds.object_to(code, "Sao?", act(Resident()), KEYS)
    await holds.decide(held.reference, HoldDecision.RELEASED, act(looks), KEYS)
    with pytest.raises(NotNow):
        await holds.object_to(held.tracking_code, "Sao?", act(Resident()), KEYS)


@pytest.mark.usefixtures("database")
async def test_only_a_coordinator_looks() -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await filed(ADVERT)
    with pytest.raises(RoleMayNot):
        await holds.waiting(officer)
    with pytest.raises(RoleMayNot):
        await holds.decide(receipt.reference, HoldDecision.RELEASED, act(officer), KEYS)


@pytest.mark.usefixtures("database")
async def test_one_text_of_many_devices_is_held_from_the_fifteenth_on() -> None:
    await make.make_city()
    text = "Đề nghị xem xét lại việc thu phí vệ sinh ở khu phố."
    for number in range(spam.DEVICES_AT_LEAST):
        await filed(text, device=f"phone {number}")
    [held] = await HoldRow.all()
    assert held.reasons == "repeated"


@pytest.mark.usefixtures("database")
async def test_a_flood_of_one_device_is_held_and_that_of_this_machine_is_not() -> None:
    await make.make_city()
    for _ in range(spam.SAME_AT_LEAST):
        await make.make_case()
    assert await HoldRow.all().count() == 0
    await filed(make.draft().text)
    [held] = await HoldRow.all()
    assert held.reasons == "flood"
