"""The lists an agency works from: what is in each, how it is found, how one pages through it."""

from datetime import timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.connection import get_connection

from feedback import casework
from feedback.errors import NotAFact, NotNow
from feedback.models import CaseRow, MessageRow, Role
from feedback.office import (
    bulk,
    case_search,
    inbox,
    inbox_beside,
    inbox_counts,
    inbox_words,
    saved_lists,
)
from feedback.office.inbox_views import NOBODY, Filter, Place, Sort, View
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")


async def shown(by: object, at: object = NOW, **wanted: object) -> list[str]:
    found = await inbox.listed(by, Filter(**wanted), at=at)  # type: ignore[arg-type]
    return [row.subject for row in found.rows]


async def test_each_case_is_in_the_lists_it_belongs_to_and_counted_there() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    await make.make_case(subject="mới")
    late = await make.make_case(subject="trễ", at=NOW - timedelta(days=8))
    await casework.assign(late.reference, act(lan), officer="lan")
    asked = await make.make_case(subject="chờ")
    await casework.assign(asked.reference, act(lan), officer="lan")
    await casework.ask(asked.reference, "Ở đâu?", act(lan), KEYS)
    again = await make.make_answered_case(lan, subject="lại")
    await casework.reopen(again.tracking_code, "Chưa xong", act(at=NOW + timedelta(hours=2)), KEYS)
    await make.make_answered_case(lan, subject="đã trả lời")
    await make.make_case(subject="của nơi khác", agency="W2")
    expected = {
        View.OPEN: {"mới", "trễ", "chờ", "lại"},
        View.MINE: {"trễ", "chờ", "lại"},
        View.UNASSIGNED: {"mới"},
        View.OVERDUE: {"trễ"},
        View.DUE_SOON: set(),
        View.REOPENED: {"lại"},
        View.WAITING: {"chờ"},
        View.ANSWERED: {"đã trả lời"},
        View.CLOSED: set(),
        View.ALL: {"mới", "trễ", "chờ", "lại", "đã trả lời"},
    }
    counts = await inbox_counts.counted(lan, at=NOW)
    for view, subjects in expected.items():
        assert set(await shown(lan, view=view)) == subjects, view
        if view in counts:
            assert counts[view].number == len(subjects), view
    assert (await shown(lan))[0] == "trễ"
    assert await shown(lan, is_replied=True) == ["lại"]
    assert await shown(lan, officer=NOBODY) == ["mới"]


async def test_words_are_found_with_and_without_marks_those_typed_exactly_first() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    await make.make_case(subject="Cho thuê", text="bán", at=NOW - timedelta(days=1))
    receipt = await make.make_case(subject="Chợ họp", text="lòng đường")
    assert await shown(lan, words="cho") == ["Cho thuê", "Chợ họp"]
    assert await shown(lan, words="CHỢ") == ["Chợ họp", "Cho thuê"]
    assert await shown(lan, words="long duo") == ["Chợ họp"]
    assert await shown(lan, words='"đường lòng"') == []
    assert await shown(lan, words="“lòng đường”") == ["Chợ họp"]
    assert await shown(lan, words=receipt.reference.lower()) == ["Chợ họp"]
    assert await shown(lan, words="'; drop table account; --") == []
    for typed in (receipt.reference, receipt.reference.lower()):
        found = await inbox_beside.seen(lan, typed, at=NOW)
        assert found.reference == receipt.reference


async def test_a_case_that_is_handed_on_is_found_where_it_went() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    hoa = await make.make_staff("hoa", agency="W2")
    boss = await make.make_staff("boss", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case(subject="Cống nghẹt")
    await casework.assign(receipt.reference, act(lan), officer="lan")
    await casework.transfer(receipt.reference, act(lan), to="W2", reason="Không thuộc")
    assert await shown(lan, words="cong") == []
    assert await shown(hoa, words="cong") == await shown(boss, words="cống") == ["Cống nghẹt"]


@pytest.mark.parametrize("words", ["rac", "rác", "“rác thải” x", "rác x", "nowhere"])
@pytest.mark.parametrize("sort", Sort)
async def test_along_the_list_and_by_the_index_the_same_is_found(words: str, sort: Sort) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    for number, subject in enumerate(("Rác thải x", "Rác x thải", "rac", "Thải rác", "x") * 3):
        await make.make_case(subject=f"{subject} {number}", at=NOW - timedelta(hours=number))
    wanted = Filter(words=words, sort=sort)
    everything = await shown(lan, words=words, sort=sort)
    by_index = 0  # so short a list is read to its end
    for stretch in inbox.stretches(lan, wanted, at=NOW):
        statement = f"select count(*) from inbox_entry e where {stretch.by_index().condition}"  # noqa: S608 -- our own conditions
        [row] = await get_connection("default").execute_query_dict(
            statement, list(stretch.by_index().values)
        )
        by_index += row["count"]
    assert by_index == len(everything)
    assert (await inbox_counts.total(lan, wanted, at=NOW)).number == len(everything)


@pytest.mark.parametrize(("found", "length"), [(0, 0), (3, 0), (4, 3750), (39, 384), (300, 50)])
def test_who_finds_much_at_first_reads_on_and_who_finds_little_asks_the_index(
    found: int, length: int
) -> None:
    assert inbox_words.worth_reading(found) == length


async def test_messages_are_found_and_gone_once_they_are_erased() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    receipt = await make.make_case()
    await casework.note(receipt.reference, "Hồ sơ 000.12.34/H29 kèm theo", act(lan))
    assert await shown(lan, words="000.12.34/h29") == ["Rác không được thu gom"]
    await MessageRow.all().update(text="")
    assert await shown(lan, words="000.12.34/h29") == []
    await CaseRow.all().update(subject="Mới")
    assert await shown(lan, words="mới") == ["Mới"]


async def test_paging_meets_every_case_once_and_leads_back() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    for number in range(inbox_words.PAGE + 5):
        await make.make_case(subject=f"{number}", at=NOW - timedelta(hours=number % 7))
    for sort in Sort:
        first = await inbox.listed(lan, Filter(sort=sort), at=NOW)
        assert first.previous is None
        assert first.next
        # What is filed meanwhile moves nothing.
        second = await inbox.listed(lan, Filter(sort=sort, start=first.next), at=NOW)
        met = [row.id for row in (*first.rows, *second.rows)]
        assert len(met) == len(set(met)) == inbox_words.PAGE + 5
        assert second.next is None
        back = await inbox.listed(lan, Filter(sort=sort, start=second.previous), at=NOW)
        assert [row.id for row in back.rows] == [row.id for row in first.rows]


@given(st.text(max_size=60))
@settings(max_examples=50, deadline=None)
def test_a_forged_place_is_refused_and_a_true_one_comes_back(text: str) -> None:
    place = Place(1, NOW, 7, backward=True)
    assert Place.from_text(place.to_text()) == place
    with pytest.raises(NotAFact):
        Place.from_text(text)


@pytest.mark.parametrize(
    ("typed", "folded", "exact"),
    [
        ("Đường", "'duong':*", "'đường':*"),
        ("rac duong", "'rac' & 'duong':*", None),
        ('"rác thải" x', "'rac' <-> 'thai' & 'x':*", "'rác' <-> 'thải' & 'x':*"),
        ("HL-26/1", "'hl' <-> '26' <-> '1':*", None),
    ],
)
def test_what_is_typed_becomes_a_question(typed: str, folded: str, exact: str | None) -> None:
    sought = case_search.sought(typed)
    assert sought is not None
    assert (sought.folded.asked, sought.exact.asked if sought.exact else None) == (folded, exact)


@pytest.mark.parametrize(
    ("typed", "whole"),
    [
        ("duong", None),
        ("rac duong", "'rac'"),
        ('"rac thai" x', "'rac' <-> 'thai'"),
        ('x "y"', None),
    ],
)
def test_an_index_is_asked_for_whole_words_where_another_is_only_begun(
    typed: str, whole: str | None
) -> None:
    sought = case_search.sought(typed)
    assert sought is not None
    assert sought.folded.whole == whole


@pytest.mark.parametrize("few", [0, 2, 500])
@pytest.mark.parametrize("words", ["rac", "rác x", "x rá", "x rac", "“rác thải” x", "x nowhere"])
@pytest.mark.parametrize(
    "asked",
    [
        {"sort": Sort.DUE},
        {"sort": Sort.NEWEST},
        {"sort": Sort.NEWEST, "view": View.ALL},
    ],
)
async def test_few_or_many_with_the_whole_words_the_same_is_found(
    words: str, few: int, asked: dict[str, object], monkeypatch: pytest.MonkeyPatch
) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    for number, subject in enumerate(("Rác thải x", "Rác x thải", "rac", "Thải rác", "x") * 2):
        await make.make_case(subject=f"{subject} {number}", at=NOW - timedelta(hours=number))
    read_along = await shown(lan, words=words, **asked)
    monkeypatch.setattr(inbox_words, "SEEN", 1)
    monkeypatch.setattr(inbox_words, "FEW", few)
    assert await shown(lan, words=words, **asked) == read_along


async def test_of_several_cases_each_is_assigned_by_itself() -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    one, other = await make.make_case(), await make.make_case()
    done = await make.make_answered_case(lan)
    foreign = await make.make_case(agency="W2")
    doing = act(lan)
    chosen = [foreign.reference, one.reference, done.reference, other.reference]
    outcomes = await bulk.assign(chosen, doing, officer="lan")
    assert [outcome.reference for outcome in outcomes] == chosen
    assert [type(outcome.refusal).__name__ for outcome in outcomes] == [
        "NoSuchCase", "NoneType", NotNow.__name__, "NoneType"
    ]  # fmt: skip
    assert len(doing.events) == 2
    assert len(await shown(lan, view=View.MINE)) == 2


async def test_a_kept_list_is_its_owners_alone() -> None:
    await make.make_city()
    lan, hoa = await make.make_staff("lan"), await make.make_staff("hoa", role=Role.HEAD)
    await saved_lists.keep("Gấp", "due=soon", act(lan))
    await saved_lists.keep("Gấp", "due=overdue", act(lan))
    [kept] = await saved_lists.kept(lan)
    beside = await inbox_beside.seen(lan, "", at=NOW)
    assert beside.lists == (kept,)
    assert beside.officers == await inbox.officers(lan) == {"hoa": "Hoa", "lan": "Lan"}
    assert beside.counts == await inbox_counts.counted(lan, at=NOW)
    assert beside.reference is None
    assert kept.query == "due=overdue"
    await saved_lists.forget(kept.id, act(hoa))
    assert await saved_lists.kept(lan)
    for name in ("", "x" * 61):
        with pytest.raises(NotAFact):
            await saved_lists.keep(name, "due=soon", act(lan))
