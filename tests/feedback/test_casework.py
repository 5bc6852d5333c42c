"""From filing to rating, as a clerk would check it."""

from datetime import UTC, datetime, timedelta

import pytest

from feedback import casework, jobs, ratings, tracking
from feedback.codes import Keyring
from feedback.drafts import Contact, RatingDraft
from feedback.errors import (
    AgencyClosed,
    NoSuchCase,
    NoSuchCode,
    NotAFact,
    NotNow,
    NotYours,
    UnknownAgency,
    UnknownService,
    WindowClosed,
)
from feedback.lifecycle import CaseStatus
from feedback.models import CaseRow, ClosureRow, NoticeRow, RatingRow, Role
from feedback.office import case_file, inbox
from feedback.office.inbox_views import Filter
from feedback.ratings import Answer
from sla.models import PromiseRow
from sla.promises import Verdict
from tests import make
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")


async def test_a_complaint_gets_a_reference_a_code_and_the_promised_date() -> None:
    await make.make_city()
    receipt = await make.make_case()
    assert receipt.reference.startswith("HL-261005-")
    assert len(receipt.tracking_code.replace("-", "")) == 17
    # Five working days, the day of receipt not counted: Monday 12 October, closing time.
    assert receipt.due_at == datetime(2026, 10, 12, 10, tzinfo=UTC)
    assert receipt.commitment is not None


async def test_the_code_and_only_the_code_opens_the_case(keys: Keyring) -> None:
    await make.make_city()
    receipt = await make.make_case()
    case = await tracking.by_code(receipt.tracking_code.lower().replace("-", " "), keys, at=NOW)
    assert case.reference == receipt.reference
    assert case.status is CaseStatus.FILED
    assert case.verdict is Verdict.OPEN_IN_TIME
    for wrong in ("", "0000-0000-0000-0000-0", receipt.reference, receipt.tracking_code[:-1] + "*"):
        with pytest.raises(NoSuchCode):
            await tracking.by_code(wrong, keys, at=NOW)


async def test_unknown_and_closed_agencies_are_refused_and_nothing_is_stored() -> None:
    await make.make_city()
    await make.make_agency("OLD", "Phường Cũ", closes_on=NOW.date())
    with pytest.raises(UnknownAgency):
        await make.make_case(agency="NONE")
    with pytest.raises(AgencyClosed):
        await make.make_case(agency="OLD")
    with pytest.raises(UnknownService):
        await make.make_case(service="NONE")
    assert await CaseRow.all().count() == 0
    assert await PromiseRow.all().count() == 0


async def test_an_answer_ends_the_promise_and_the_resident_can_rate(keys: Keyring) -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    case = await tracking.by_code(receipt.tracking_code, keys, at=NOW + timedelta(hours=2))
    assert case.status is CaseStatus.ANSWERED
    assert case.verdict is Verdict.ON_TIME
    assert case.rating.is_open
    await make.make_rating(receipt, 2)
    await make.make_rating(receipt, 4)
    row = await RatingRow.get()
    assert (row.overall, row.revision) == (4, 2)


async def test_nobody_rates_before_the_result_or_after_the_window() -> None:
    await make.make_city()
    officer = await make.make_staff()
    open_case = await make.make_case()
    with pytest.raises(NotNow):
        await make.make_rating(open_case)
    answered = await make.make_answered_case(officer)
    ends = NOW + timedelta(hours=1, days=14)
    await make.make_rating(answered, at=ends - timedelta(seconds=1))
    with pytest.raises(WindowClosed):
        await make.make_rating(answered, at=ends)


async def test_wrong_codes_among_right_ones_spoil_nothing(keys: Keyring) -> None:
    await make.make_city()
    officer = await make.make_staff()
    first, second = [await make.make_answered_case(officer) for _ in range(2)]
    answers = [
        Answer(code, RatingDraft(overall), "code")
        for code, overall in (
            (first.tracking_code, 1),
            ("nonsense", 3),
            (second.tracking_code, 5),
            (first.tracking_code, 4),
        )
    ]
    outcomes = await ratings.rate_many(answers, act(at=NOW + timedelta(hours=2)), keys)
    kinds = [type(outcome).__name__ for outcome in outcomes]
    assert kinds == ["Recorded", "NoSuchCode", "Recorded", "Recorded"]
    assert sorted(await RatingRow.all().values_list("overall", flat=True)) == [4, 5]


async def test_only_the_officer_in_charge_answers_and_other_agencies_see_nothing(
    keys: Keyring,
) -> None:
    await make.make_city()
    officer = await make.make_staff("lan")
    colleague = await make.make_staff("minh")
    stranger = await make.make_staff("hoa", agency="W2")
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(officer), officer="lan")
    with pytest.raises(NotYours):
        await casework.answer(receipt.reference, "x", act(colleague), keys)
    with pytest.raises(NoSuchCase):
        await casework.answer(receipt.reference, "x", act(stranger), keys)
    with pytest.raises(NoSuchCase):
        await case_file.opened(stranger, receipt.reference)
    with pytest.raises(NotAFact):
        await casework.assign(receipt.reference, act(officer), officer="hoa")


async def test_a_question_stops_the_clock_and_the_reply_starts_it_again(keys: Keyring) -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(officer), officer="lan")
    await casework.ask(receipt.reference, "Ở đâu?", act(officer), keys)
    with pytest.raises(NotNow):
        await casework.answer(receipt.reference, "x", act(officer), keys)
    later = NOW + timedelta(days=2)
    await casework.reply(receipt.tracking_code, "Trước số 12.", act(at=later), keys)
    promise = await PromiseRow.get()
    assert promise.due_at == receipt.due_at + timedelta(days=2)
    assert promise.state == "running"


async def test_not_solved_reopens_voids_the_rating_and_a_new_answer_is_rated_anew(
    keys: Keyring,
) -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    await make.make_rating(receipt, 1)
    again = NOW + timedelta(hours=3)
    await casework.reopen(receipt.tracking_code, "Rác vẫn còn.", act(at=again), keys)
    with pytest.raises(NotNow):
        await make.make_rating(receipt, 5, at=again)
    await casework.answer(receipt.reference, "Đã làm.", act(officer, again), keys)
    await make.make_rating(receipt, 5, at=again + timedelta(minutes=1))
    assert await ClosureRow.filter(void_at=None).count() == 1
    assert await RatingRow.all().order_by("id").values_list("overall", flat=True) == [1, 5]
    assert (await PromiseRow.get()).round == 2


async def test_a_case_handed_on_leaves_one_inbox_and_enters_the_other() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    hoa = await make.make_staff("hoa", agency="W2")
    receipt = await make.make_case()
    await casework.transfer(receipt.reference, act(lan), to="W2", reason="Thuộc Phường Hai")
    assert not (await inbox.listed(lan, Filter(), at=NOW)).rows
    [row] = (await inbox.listed(hoa, Filter(), at=NOW)).rows
    assert row.reference == receipt.reference
    assert row.status is CaseStatus.FILED


async def test_the_inbox_is_ordered_by_deadline_and_found_without_marks() -> None:
    await make.make_city()
    officer = await make.make_staff()
    late = await make.make_case(at=NOW - timedelta(days=30), subject="Ngập nước")
    soon = await make.make_case()
    found = await inbox.listed(officer, Filter(), at=NOW)
    assert [row.reference for row in found.rows] == [late.reference, soon.reference]
    overdue = await inbox.listed(officer, Filter(due="overdue"), at=NOW)
    assert [row.reference for row in overdue.rows] == [late.reference]
    words = await inbox.listed(officer, Filter(words="ngap NUOC"), at=NOW)
    assert [row.reference for row in words.rows] == [late.reference]


async def test_each_closure_is_invited_once_and_only_who_left_an_address_is_written_to(
    keys: Keyring,
) -> None:
    await make.make_city()
    officer = await make.make_staff()
    await make.make_answered_case(officer)
    await make.make_answered_case(officer, contact=Contact(email="an@example.vn"))
    at = act(at=NOW + timedelta(hours=2))
    assert [await jobs.invite(at, keys) for _ in range(3)] == [True, True, False]
    kinds = await NoticeRow.all().order_by("kind").values_list("kind", flat=True)
    assert kinds == ["answered", "invitation", "received"]


async def test_an_answered_case_closes_when_its_window_is_over() -> None:
    await make.make_city()
    officer = await make.make_staff()
    await make.make_answered_case(officer)
    end = NOW + timedelta(hours=1, days=14)
    assert not await jobs.close(act(at=end - timedelta(seconds=1)))
    assert await jobs.close(act(at=end))
    assert (await CaseRow.get()).status is CaseStatus.CLOSED


async def test_the_tone_of_a_comment_is_read_once_per_revision() -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    await make.make_rating(receipt, 1, comment="Cán bộ rất thô lỗ, chờ quá lâu.")
    assert await jobs.read_tone(act())
    assert not await jobs.read_tone(act())
    row = await RatingRow.get()
    assert row.tone_label == "negative"
    assert row.tone is not None
    assert row.tone < 0


@pytest.mark.parametrize("role", [Role.AUDITOR, Role.ADMINISTRATOR])
async def test_who_sees_all_does_not_act(role: Role, keys: Keyring) -> None:
    await make.make_city()
    by = await make.make_staff("an", role=role, agency=None)
    receipt = await make.make_case()
    assert (await case_file.opened(by, receipt.reference)).facts.reference == receipt.reference
    with pytest.raises(Exception, match=role) as refused:
        await casework.note(receipt.reference, "x", act(by))
    assert type(refused.value).__name__ == "RoleMayNot"
