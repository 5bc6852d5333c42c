"""The same thing told twice is recognised, and nobody's words are told to another."""

from dataclasses import fields
from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import duplicates, intake
from feedback.actors import Resident
from feedback.duplicates import Alike
from feedback.intake import Filing
from feedback.models import CaseRow, JoinedRow, LikenessRow
from sla import charter
from sla.charter import Agency
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

TEXT = "Đèn đường trước hẻm 12 hỏng đã ba ngày nay, buổi tối rất khó đi lại."
NEARLY = "Đèn đường trước hẻm 12 hỏng ba ngày nay rồi, buổi tối khó đi lại lắm."
OTHER = "Cán bộ quầy số ba tiếp dân rất lâu và yêu cầu bổ sung giấy tờ hai lần."
SAID = ["den", "duong", "hong", "ba", "ngay", "nay", "toi", "kho", "di", "lai"]
WORDS = st.lists(st.sampled_from(SAID), max_size=30)


async def ward(code: str = "W1") -> Agency:
    return (await charter.current()).agencies[code]


@pytest.mark.usefixtures("database")
async def test_nearly_the_same_text_at_the_same_office_is_recognised() -> None:
    await make.make_city()
    await make.make_case(text=TEXT, subject="Đèn hỏng")
    draft = make.draft(text=NEARLY, subject="Đèn hỏng")
    [one] = await duplicates.alike(draft, await ward(), at=NOW)
    assert one.is_same_place
    assert await duplicates.alike(make.draft(text=OTHER), await ward(), at=NOW) == []
    assert await duplicates.alike(draft, await ward("W2"), at=NOW) == []
    later = NOW + duplicates.WITHIN
    assert await duplicates.alike(draft, await ward(), at=later) == []


@pytest.mark.usefixtures("database")
async def test_a_guessed_word_or_place_tells_nothing() -> None:
    await make.make_city()
    await make.make_case(text="Ông A nhận tiền của dân khi làm giấy tờ nhà.", location="12 Lê Lợi")
    for subject, text in (("Ông A", "nhận tiền"), ("x", "x"), ("12 Lê Lợi", "có ai gửi gì chưa")):
        draft = make.draft(subject=subject, text=text, location="12 Lê Lợi")
        assert await duplicates.alike(draft, await ward(), at=NOW) == []


def test_what_is_offered_holds_no_words_of_another() -> None:
    assert {field.name for field in fields(Alike)} == {
        "id", "agency", "service", "filed_at", "status", "is_same_place",
    }  # fmt: skip


@pytest.mark.usefixtures("database")
async def test_who_joins_has_a_case_of_their_own_that_is_linked() -> None:
    await make.make_city()
    first = await make.make_case(text=TEXT)
    original = await CaseRow.get(reference=first.reference)
    filing = Filing(make.draft(text=NEARLY), Resident("other"), joins=original.id)
    mine = await intake.file_complaint(filing, act(Resident("other")), KEYS)
    assert mine.reference != first.reference
    assert mine.tracking_code != first.tracking_code
    link = await JoinedRow.get().select_related("case")
    assert (link.case.reference, link.original_id) == (mine.reference, original.id)
    for one in (original.id, link.case_id):
        assert await duplicates.others(one) == 1
    alone = await CaseRow.get(reference=(await make.make_case()).reference)
    assert await duplicates.others(alone.id) == 0


@pytest.mark.usefixtures("database")
async def test_a_case_of_another_office_is_never_joined() -> None:
    await make.make_city()
    first = await make.make_case(agency="W2", text=TEXT)
    original = await CaseRow.get(reference=first.reference)
    for joins in (original.id, 987_654_321):
        filing = Filing(make.draft(text=NEARLY), Resident("other"), joins=joins)
        await intake.file_complaint(filing, act(Resident("other")), KEYS)
    assert await JoinedRow.all().count() == 0


@pytest.mark.usefixtures("database")
async def test_sketches_are_forgotten_after_their_days() -> None:
    await make.make_city()
    await make.make_case(text=TEXT)
    assert await LikenessRow.all().count() == 1
    assert not await duplicates.forget(act(at=NOW + duplicates.WITHIN - timedelta(seconds=1)))
    assert await duplicates.forget(act(at=NOW + duplicates.WITHIN))
    assert await LikenessRow.all().count() == 0


@given(WORDS, WORDS)
def test_likeness_is_symmetric_and_between_0_and_1(one: list[str], other: list[str]) -> None:
    ours, theirs = " ".join(one), " ".join(other)
    share = duplicates.likeness(ours, theirs)
    assert 0 <= share <= 1
    assert share == duplicates.likeness(theirs, ours)
    assert len(ours) < 3 or duplicates.likeness(ours, ours) == 1


@given(WORDS)
def test_a_sketch_is_small_and_fits_its_column(words: list[str]) -> None:
    found = duplicates.sketch(" ".join(words), "12 le loi phuong mot")
    assert len(found) <= duplicates.SKETCH + 1
    assert all(0 <= one < 2**31 for one in found)
    assert bool(found) == (len(words) >= duplicates.WORDS_AT_LEAST)
