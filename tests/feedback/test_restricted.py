"""A denunciation leaves with every copy of its words; a complaint in law with a pointer."""

import pytest
from tortoise.connection import get_connection

from feedback import casework, ratings, restricted, tracking
from feedback.actors import Resident
from feedback.drafts import Contact, RatingDraft
from feedback.errors import NoSuchCase, NotNow, RoleMayNot
from feedback.lifecycle import CaseStatus
from feedback.models import CaseRow, Procedure, RatingRow, Role, SealedReadingRow
from feedback.office import case_file, inbox, looks
from feedback.office.inbox_views import Filter, View
from feedback.ratings import Answer
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")
SECRET = "Bí mật Xyzzy"


async def everything_stored() -> str:
    """Every row of every table, as text: what a dump of the database would show."""
    connection = get_connection("default")
    tables = await connection.execute_query_dict(
        "select table_schema || '.' || quote_ident(table_name) as name"
        " from information_schema.tables where table_type = 'BASE TABLE'"
        " and table_schema in ('public', 'identity')"
    )
    found = []
    for table in tables:
        rows = await connection.execute_query_dict(f"select t::text from {table['name']} t")  # noqa: S608 -- names from the catalogue
        found += [str(row) for row in rows]
    return "\n".join(found)


async def test_a_denunciation_leaves_no_copy_in_any_table() -> None:
    await make.make_city()
    officer = await make.make_staff()
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    contact = Contact("An", "an@example.vn", "")
    receipt = await make.make_case(
        subject=SECRET, text=f"{SECRET} nhiều chữ nữa cho đủ dài", location=SECRET, contact=contact
    )
    await casework.assign(receipt.reference, act(officer), officer=officer.name)
    await casework.note(receipt.reference, f"Ghi chú {SECRET}", act(officer))
    await casework.answer(receipt.reference, f"Trả lời {SECRET}", act(officer), KEYS)
    given = RatingDraft(1, comment=f"Chê {SECRET}")
    answer = Answer(receipt.tracking_code, given, "code")
    await ratings.rate(answer, act(Resident(), NOW), KEYS)
    assert SECRET in await everything_stored()
    pointer = await restricted.hand_over(
        receipt.reference, act(coordinator), KEYS, procedure=Procedure.DENUNCIATION
    )
    stored = await everything_stored()
    assert SECRET not in stored
    assert "xyzzy" not in stored
    assert "an@example.vn" not in stored
    case = await tracking.by_code(receipt.tracking_code, KEYS, at=NOW)
    assert case.status is CaseStatus.HANDED_OVER
    assert not case.rating.is_open
    assert (await RatingRow.get()).comment == ""
    with pytest.raises(NoSuchCase):
        await case_file.opened(officer, receipt.reference)
    assert (await inbox.listed(officer, Filter(view=View.ALL), at=NOW)).rows == ()
    inspector = await make.make_staff("minh", role=Role.INSPECTOR, agency=None)
    matter = await restricted.open_sealed(pointer, "Thụ lý", act(inspector), KEYS)
    assert SECRET in matter.text
    assert {SECRET in text for _, text in matter.messages} == {True}
    assert await SealedReadingRow.all().count() == 1


@pytest.mark.parametrize("role", [r for r in Role if r is not Role.INSPECTOR])
async def test_nobody_else_opens_what_is_sealed(role: Role) -> None:
    await make.make_city()
    agency = "W1" if role in {Role.OFFICER, Role.HEAD} else None
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    reader = await make.make_staff("nga", role=role, agency=agency)
    receipt = await make.make_case()
    pointer = await restricted.hand_over(
        receipt.reference, act(coordinator), KEYS, procedure=Procedure.DENUNCIATION
    )
    with pytest.raises(RoleMayNot):
        await restricted.open_sealed(pointer, "Xem", act(reader), KEYS)


async def test_an_agency_cannot_be_rid_of_a_case_by_calling_it_a_denunciation() -> None:
    await make.make_city()
    receipt = await make.make_case()
    for name, role in (("lan", Role.OFFICER), ("tam", Role.HEAD), ("hoa", Role.COORDINATOR)):
        own = await make.make_staff(name, role=role, agency="W1")
        with pytest.raises(RoleMayNot):
            await restricted.hand_over(
                receipt.reference, act(own), KEYS, procedure=Procedure.DENUNCIATION
            )


async def test_a_complaint_in_law_leaves_with_its_clocks_and_keeps_its_words() -> None:
    await make.make_city()
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    moved = act(coordinator)
    await restricted.hand_over(
        receipt.reference, moved, KEYS, procedure=Procedure.STATUTORY_COMPLAINT
    )
    [found] = await restricted.pointers(coordinator, at=NOW)
    assert found.course is not None
    assert [stage.name for stage in found.course.stages] == ["accept", "settle"]
    assert (await CaseRow.get()).text != restricted.BLANK
    with pytest.raises(NotNow):
        await restricted.hand_over(
            receipt.reference, act(coordinator), KEYS, procedure=Procedure.DENUNCIATION
        )


async def test_a_case_pointed_at_waits_for_one_look_until_it_is_decided() -> None:
    await make.make_city()
    officer = await make.make_staff()
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    receipt = await make.make_case()
    file = await case_file.opened(officer, receipt.reference)
    await looks.point_at(file.facts, act(officer))
    await looks.point_at(file.facts, act(officer))
    [look] = await looks.waiting(coordinator)
    assert (look.reference, look.why) == (receipt.reference, "flagged")
    await looks.found_ordinary(receipt.reference, act(coordinator))
    assert await looks.waiting(coordinator) == []
