"""What answers come to, drafts of them, services put right, hands a case goes through."""

import contextlib
from datetime import datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import (
    answer_drafts,
    casework,
    erasure,
    outcomes,
    overtaking,
    recategorising,
    timeline,
    tracking,
)
from feedback.codes import Keyring
from feedback.errors import (
    AgencyClosed,
    DraftOvertaken,
    Faulty,
    NoSuchCase,
    NotAFact,
    NotNow,
    Overtaken,
    UnknownAgency,
    UnknownService,
)
from feedback.models import AnswerDraftRow, CaseRow, Cause, Outcome, OutcomeRow, Role, TimelineRow
from feedback.office import case_file
from feedback.outcomes import Ending
from feedback.recategorising import Recategorising
from sla.models import AgencyRow, PromiseEventRow, PromiseRow
from tests import make
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")
LATER = NOW + timedelta(hours=1)
CANNOT = {"outcome": "cannot", "cause": "law", "outcome_reason": "Luật chưa cho phép."}


async def test_an_answer_says_what_it_came_to_and_is_counted_for_its_agency(
    keys: Keyring,
) -> None:
    await make.make_city()
    lan = await make.make_staff()
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(lan), officer="lan")
    told = outcomes.chosen(CANNOT)
    await casework.answer(receipt.reference, "Rất tiếc.", act(lan, LATER), keys, ending=told)
    row = await PromiseEventRow.get(kind="finished")
    assert row.detail["outcome"] == "cannot"
    case = await tracking.by_code(receipt.tracking_code, keys, at=LATER)
    assert case.timeline[-1].detail == {
        "outcome": "cannot",
        "cause": "law",
        "reason": "Luật chưa cho phép.",
    }
    agency = await AgencyRow.get(code="W1")
    until = LATER + timedelta(1)
    [month] = await outcomes.by_month(NOW, until, make.ZONE, agency_id=agency.id)
    assert (month.outcomes, month.causes) == ({Outcome.CANNOT: 1}, {Cause.LAW: 1})
    assert await outcomes.by_month(NOW, LATER, make.ZONE) == []
    assert await outcomes.by_month(NOW, until, make.ZONE, agency_id=agency.id + 1) == []


def test_what_cannot_be_solved_is_told_with_its_reason_and_a_cause_is_named_or_unknown() -> None:
    with pytest.raises(Faulty) as missing:
        outcomes.chosen({"outcome": "cannot"})
    assert {f.field for f in missing.value.faults} == {"outcome_reason", "cause"}
    with pytest.raises(Faulty) as nothing:
        outcomes.chosen({})
    assert {f.field for f in nothing.value.faults} == {"outcome", "cause"}
    assert outcomes.ending({"outcome": "solved"}) == Ending(Outcome.SOLVED, Cause.UNKNOWN)


@given(st.dictionaries(st.sampled_from(("outcome", "cause", "outcome_reason")), st.text()))
def test_an_ending_is_one_of_the_known_or_refused(given: dict[str, str]) -> None:
    made = None
    with contextlib.suppress(Faulty):
        made = outcomes.chosen(given)
    if made is not None:
        assert made.outcome in Outcome
        assert made.reason or made.outcome is not Outcome.CANNOT


async def test_a_service_put_right_leaves_the_promise_as_it_was(keys: Keyring) -> None:
    await make.make_city()
    quick = await AgencyRow.get(code="W1")
    lan = await make.make_staff()
    receipt = await make.make_case()
    before = await PromiseRow.get(code=receipt.reference)
    # Another promise for the service it moves to, which must not bind what was received before.
    service = await make.make_service("FAST", "Khẩn")
    await make.make_commitment(agency_id=quick.id, service_id=service.id, amount=1)
    wanted = Recategorising("FAST", "Người dân chọn nhầm.")
    await recategorising.recategorise(receipt.reference, wanted, act(lan, LATER))
    after = await PromiseRow.get(code=receipt.reference)
    assert after.service_id == service.id
    same = ("commitment_id", "calendar_id", "due_at", "started_at", "due_soon_at", "state")
    assert [getattr(after, name) for name in same] == [getattr(before, name) for name in same]
    # Also once the clock has been folded anew.
    await casework.assign(receipt.reference, act(lan, LATER), officer="lan")
    await casework.ask(receipt.reference, "Ở đâu?", act(lan, LATER), keys)
    paused = await PromiseRow.get(code=receipt.reference)
    assert (paused.commitment_id, paused.calendar_id) == (before.commitment_id, before.calendar_id)
    opened = await case_file.opened(lan, receipt.reference)
    assert opened.service is not None
    assert opened.service.code == "FAST"
    [line] = [x for x in opened.timeline if x.kind == "CaseRecategorised"]
    assert line.detail == {"was": "BIN", "service": "FAST", "reason": "Người dân chọn nhầm."}


async def test_a_service_is_put_right_only_to_another_known_one_while_the_case_is_open(
    keys: Keyring,
) -> None:
    await make.make_city()
    lan = await make.make_staff()
    stranger = await make.make_staff("hoa", agency="W2")
    receipt = await make.make_answered_case(lan)
    open_one = await make.make_case()
    with pytest.raises(NotNow):
        await recategorising.recategorise(
            receipt.reference, Recategorising("CERT", "x"), act(lan, LATER)
        )
    with pytest.raises(UnknownService):
        await recategorising.recategorise(
            open_one.reference, Recategorising("NONE", "x"), act(lan, LATER)
        )
    with pytest.raises(NotAFact):
        await recategorising.recategorise(
            open_one.reference, Recategorising("BIN", "x"), act(lan, LATER)
        )
    with pytest.raises(NoSuchCase):
        await recategorising.recategorise(
            open_one.reference, Recategorising("CERT", "x"), act(stranger, LATER)
        )


async def test_a_draft_is_shared_by_the_house_and_gone_once_answered(keys: Keyring) -> None:
    await make.make_city()
    lan, minh = await make.make_staff("lan"), await make.make_staff("minh")
    stranger = await make.make_staff("hoa", agency="W2")
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(lan), officer="lan")
    first = answer_drafts.unsent({"text": "Chúng tôi đã", "outcome": "solved"})
    kept = await answer_drafts.save(receipt.reference, first, act(lan, LATER))
    case = await CaseRow.get(reference=receipt.reference)
    assert await answer_drafts.of_case(case.id) == kept
    assert kept.by == "Lan"
    with pytest.raises(NoSuchCase):
        await answer_drafts.save(receipt.reference, first, act(stranger, LATER))
    # A colleague who has not seen it does not write over it; one who has goes on with it.
    with pytest.raises(DraftOvertaken):
        await answer_drafts.save(receipt.reference, first, act(minh, LATER))
    await answer_drafts.save(receipt.reference, first, act(minh, LATER), over=kept.version)
    await casework.answer(receipt.reference, "Đã thu gom.", act(lan, LATER), keys)
    assert await AnswerDraftRow.all().count() == 0


async def test_a_draft_is_no_other_houses_to_read_and_is_erased_with_its_case(
    keys: Keyring, tmp_path: object
) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    receipts = [await make.make_case() for _ in range(2)]
    for receipt in receipts:
        await casework.assign(receipt.reference, act(lan), officer="lan")
        draft = answer_drafts.unsent({"text": "Bà An"})
        await answer_drafts.save(receipt.reference, draft, act(lan, LATER))
    await casework.transfer(receipts[0].reference, act(lan, LATER), to="W2", reason="Của W2.")
    assert await AnswerDraftRow.all().count() == 1
    register = erasure.Register(tmp_path / "erased.log")  # type: ignore[operator]  # a path
    for receipt in receipts:
        await erasure.erase(receipt.tracking_code, act(at=LATER), keys, register)
    assert await AnswerDraftRow.all().count() == 0
    assert not [row for row in await TimelineRow.all() if "reason" in row.detail]


async def test_whoever_looked_before_something_happened_is_told(keys: Keyring) -> None:
    await make.make_city()
    lan, minh = await make.make_staff("lan"), await make.make_staff("minh")
    receipt = await make.make_case()
    seen = overtaking.version((await case_file.opened(minh, receipt.reference)).timeline)
    await casework.note(receipt.reference, "Đã gọi.", act(lan))
    await overtaking.check(receipt.reference, act(minh), seen=seen)
    await casework.assign(receipt.reference, act(lan), officer="lan")
    with pytest.raises(Overtaken):
        await overtaking.check(receipt.reference, act(minh), seen=seen)
    case = await CaseRow.get(reference=receipt.reference)
    [line] = overtaking.since(await timeline.read(case.id), seen)
    assert (line.kind, line.by) == ("CaseAssigned", "staff:lan")


async def test_a_case_goes_to_the_coordinators_who_pass_it_on_and_never_to_a_closed_agency(
    keys: Keyring,
) -> None:
    await make.make_city()
    await make.make_agency("1022", "Tổng đài 1022", kind="coordinator", level="city")
    # The office of W3 closed this morning by its own calendar, while it is still yesterday in UTC.
    await make.make_agency("W3", "Phường Ba", closes_on=NOW.date() + timedelta(days=1))
    lan = await make.make_staff("lan")
    an = await make.make_staff("an", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    at = NOW + timedelta(hours=16)
    with pytest.raises(AgencyClosed):
        await casework.transfer(receipt.reference, act(lan, at), to="W3", reason="x")
    with pytest.raises(UnknownAgency):
        await casework.transfer(receipt.reference, act(lan, at), to="W1", reason="x")
    await casework.transfer(receipt.reference, act(lan, at), to="1022", reason="Không rõ của ai.")
    with pytest.raises(NoSuchCase):
        await case_file.opened(lan, receipt.reference)
    await casework.transfer(receipt.reference, act(an, at), to="W2", reason="Của Phường Hai.")
    opened = await case_file.opened(an, receipt.reference)
    handed = [line.detail for line in opened.timeline if line.kind == "CaseTransferred"]
    assert [(d["from"], d["to"]) for d in handed] == [("W1", "1022"), ("1022", "W2")]
    assert await OutcomeRow.all().count() == 0


async def test_answers_of_one_month_are_of_another_where_the_local_day_says_so() -> None:
    await make.make_city()
    lan = await make.make_staff()
    agency = await AgencyRow.get(code="W1")
    midnight = datetime(2026, 11, 1, tzinfo=make.ZONE)
    for at in (midnight - timedelta(seconds=1), midnight):
        receipt = await make.make_case()
        case = await CaseRow.get(reference=receipt.reference)
        told = outcomes.Ending(Outcome.SOLVED)
        await outcomes.record(case.id, agency.id, told, act(lan, at))
    months = await outcomes.by_month(NOW, midnight + timedelta(1), make.ZONE)
    assert [month.outcomes for month in months] == [{Outcome.SOLVED: 1}] * 2
