"""Taking an answer to the level above: a case of its own that never meets the accused."""

from datetime import date, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import appeal_rules, appealing, appeals, casework, codes, ratings, tracking
from feedback.actors import Resident, Staff
from feedback.drafts import Contact, RatingDraft
from feedback.errors import (
    AlreadyAppealed,
    AppealClosed,
    BelongsToTheAccused,
    NoLevelAbove,
    NoSuchCode,
    NotNow,
)
from feedback.intake import Receipt
from feedback.lifecycle import CaseStatus
from feedback.models import AppealRow, CaseRow, Role
from feedback.ratings import Answer
from sla import charter
from sla.charter import Agency
from sla.models import AgencyRow, PromiseRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")
WHY = "Rác vẫn còn nguyên."


@pytest.fixture
async def officer() -> Staff:
    """A small city under a city, and the officer who answers."""
    await make.make_city()
    city = await make.make_agency("CITY", "Thành phố", kind="city", level="city")
    await AgencyRow.filter(code__in=["W1", "W2"]).update(parent_id=city.id)
    return await make.make_staff()


async def appealed(officer: Staff, **facts: object) -> tuple[Receipt, Receipt]:
    first = await make.make_answered_case(officer, **facts)  # type: ignore[arg-type]
    at = NOW + timedelta(days=1)
    above = await appealing.appeal(first.tracking_code, WHY, act(Resident(), at), KEYS)
    return first, above


async def test_an_appeal_is_a_case_of_its_own_with_its_own_promise(officer: Staff) -> None:
    first, above = await appealed(officer, contact=Contact(email="an@example.vn"))
    assert above.agency.code == "CITY"
    assert above.due_at is not None
    assert above.due_at > (first.due_at or NOW)
    row = await CaseRow.get(reference=above.reference)
    assert (row.subject, row.text) == ("Rác không được thu gom", WHY)
    link = await AppealRow.get()
    assert (link.above_id, link.level, link.decided_at) == (row.id, 2, None)


async def test_the_first_case_is_not_closed_until_the_one_above_has_ended(officer: Staff) -> None:
    first, above = await appealed(officer)
    later = act(at=NOW + timedelta(days=20))
    assert not await casework.close_next(later)
    row = await CaseRow.get(reference=first.reference)
    assert (row.status, row.closed_at) == (CaseStatus.APPEALED, None)
    assert not await appealing.decide_next(later)
    boss = await make.make_staff("chi", role=Role.HEAD, agency="CITY")
    await casework.assign(above.reference, act(boss, later.at), officer="chi")
    await casework.answer(above.reference, "Đã yêu cầu phường làm lại.", act(boss, later.at), KEYS)
    assert not await appealing.decide_next(later)
    end = act(at=NOW + timedelta(days=40))
    assert await casework.close_next(end)
    assert await appealing.decide_next(end)
    assert not await appealing.decide_next(end)
    await row.refresh_from_db()
    assert (row.status, row.closed_at) == (CaseStatus.CLOSED, end.at)


async def test_what_the_first_answer_kept_or_broke_stays_as_it_was(officer: Staff) -> None:
    first, _ = await appealed(officer)
    promise = await PromiseRow.get(code=first.reference)
    assert promise.ended_at == NOW + timedelta(hours=1)
    given = Answer(first.tracking_code, RatingDraft(2), "code")
    await ratings.rate(given, act(Resident(), NOW + timedelta(days=2)), KEYS)


async def test_one_code_opens_both_cases(officer: Staff) -> None:
    first, above = await appealed(officer)
    assert appealing.code_above(first.tracking_code, KEYS) == above.tracking_code
    at = NOW + timedelta(days=2)
    seen = await tracking.by_code(first.tracking_code, KEYS, at=at)
    other = await tracking.by_code(above.tracking_code, KEYS, at=at)
    assert seen.appeals.above is not None
    assert seen.appeals.above.reference == above.reference
    assert other.appeals.below is not None
    assert [m.text for m in other.appeals.below.messages] == ["Đã thu gom xong.", WHY]
    assert seen.offer is None


async def test_an_appeal_never_comes_back_to_the_accused(officer: Staff) -> None:
    _, above = await appealed(officer)
    boss = await make.make_staff("chi", role=Role.COORDINATOR, agency=None)
    at = NOW + timedelta(days=1)
    with pytest.raises(BelongsToTheAccused):
        await casework.transfer(above.reference, act(boss, at), to="W1", reason="Của phường")
    await casework.transfer(above.reference, act(boss, at), to="W2", reason="Xem giúp")


async def test_whoever_answered_first_does_not_judge_it(officer: Staff) -> None:
    boss = await make.make_staff("chi", role=Role.COORDINATOR, agency=None)
    first = await make.make_case()
    await casework.assign(first.reference, act(boss), officer="chi")
    await casework.answer(first.reference, "Xong.", act(boss, NOW + timedelta(hours=1)), KEYS)
    at = act(Resident(), NOW + timedelta(days=1))
    above = await appealing.appeal(first.tracking_code, WHY, at, KEYS)
    with pytest.raises(BelongsToTheAccused):
        await casework.assign(above.reference, act(boss, at.at), officer="chi")


async def test_it_is_asked_once_and_only_of_an_answer(officer: Staff) -> None:
    open_one = await make.make_case()
    with pytest.raises(NotNow):
        await appealing.appeal(open_one.tracking_code, WHY, act(Resident()), KEYS)
    first, _ = await appealed(officer)
    with pytest.raises(AlreadyAppealed):
        await appealing.appeal(first.tracking_code, WHY, act(Resident()), KEYS)
    with pytest.raises(NoSuchCode):
        await appealing.appeal(codes.new_code(), WHY, act(Resident()), KEYS)


@pytest.mark.parametrize(("seconds", "is_open"), [(-1, True), (0, False), (1, False)])
async def test_the_days_for_it_end_on_the_second(
    officer: Staff, seconds: int, is_open: bool
) -> None:
    first = await make.make_answered_case(officer)
    end = NOW + timedelta(hours=1, days=30, seconds=seconds)
    offered = (await tracking.by_code(first.tracking_code, KEYS, at=end)).offer
    assert (offered is not None) is is_open
    if is_open:
        await appealing.appeal(first.tracking_code, WHY, act(Resident(), end), KEYS)
    else:
        with pytest.raises(AppealClosed):
            await appealing.appeal(first.tracking_code, WHY, act(Resident(), end), KEYS)


async def test_at_the_top_nobody_is_above(officer: Staff) -> None:
    _, above = await appealed(officer)
    boss = await make.make_staff("chi", role=Role.HEAD, agency="CITY")
    at = NOW + timedelta(days=2)
    await casework.assign(above.reference, act(boss, at), officer="chi")
    await casework.answer(above.reference, "Giữ nguyên.", act(boss, at), KEYS)
    with pytest.raises(NoLevelAbove):
        await appealing.appeal(above.tracking_code, WHY, act(Resident(), at), KEYS)
    row = await CaseRow.get(reference=above.reference)
    assert await appeals.offer(row, at=at) is None


def _agencies(parents: list[int | None], closed: set[int]) -> dict[str, Agency]:
    return {
        f"A{n}": Agency(
            id=n, code=f"A{n}", name_vi="", name_en="", kind="city" if n == 0 else "ward",
            level="", peer_group="", parent_id=parent, calendar_code="", opens_on=None,
            closes_on=date(2020, 1, 1) if n in closed else None, search_key="", sort_key=f"{n}",
        )
        for n, parent in enumerate(parents)
    }  # fmt: skip


@given(
    st.lists(st.integers(0, 7), min_size=8, max_size=8),
    st.sets(st.integers(1, 7)),
    st.sets(st.integers(0, 7)),
)
def test_the_way_up_ends_at_an_open_agency_that_is_not_accused(
    parents: list[int], closed: set[int], accused: set[int]
) -> None:
    known = charter.Charter(
        agencies=_agencies(list(parents), closed),
        services={}, calendars={}, latest_calendar={}, commitments={},
    )  # fmt: skip
    rule = appeal_rules.rules()[-1]
    start = known.agencies["A7"]
    on = date(2026, 10, 5)
    found = appeal_rules.above(start, known, accused={*accused, 7}, on=on, rule=rule)
    if found is None:
        assert 0 in accused
    else:
        assert found.is_open(on)
        assert found.id not in {*accused, 7}


@given(st.text(max_size=40))
def test_a_further_code_is_a_code_like_any_other(purpose: str) -> None:
    code = codes.new_code()
    further = codes.derived(code, purpose, KEYS)
    assert codes.read(further)
    assert further == codes.derived(code.lower(), purpose, KEYS) != code
