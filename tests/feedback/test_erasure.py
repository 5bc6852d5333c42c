"""Forgetting a case: its words and its resident are nowhere any more, its figures still are."""

from datetime import timedelta
from pathlib import Path

import pytest
from tortoise.connection import get_connection

from feedback import casework, contacts, erasure, jobs, tracking
from feedback.drafts import Contact
from feedback.erasure import Register, Terms
from feedback.errors import NoSuchCase, NoSuchCode
from feedback.models import CaseKeyRow, CaseRow, RatingRow, Role
from feedback.office import case_file, inbox
from feedback.office.inbox import Filter
from sla.models import PromiseRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")

AN = Contact("Kanarienvogel Thị An", "kanarienvogel@example.vn", "0907654321")
WORDS = {
    "subject": "kanarienvogel rác",
    "text": "kanarienvogel không được thu gom",
    "location": "12 Kanarienvogel",
    "contact": AN,
}
TERMS = Terms(contact=timedelta(days=180), text=timedelta(days=5 * 365))

TABLES = """
select table_schema || '.' || table_name as name from information_schema.tables
where table_schema in ('public', 'identity') and table_type = 'BASE TABLE' order by 1
"""


async def tables_with(word: str) -> list[str]:
    """Every table of the database with a row that holds a word somewhere."""
    connection = get_connection("default")
    found = []
    for row in await connection.execute_query_dict(TABLES):
        rows = await connection.execute_query_dict(
            f"select 1 from {row['name']} t where strpos(lower(t::text), $1) > 0 limit 1",  # noqa: S608 -- a table's own name
            [word],
        )
        found += [row["name"]] if rows else []
    return found


@pytest.fixture
def register(tmp_path: Path) -> Register:
    return Register(tmp_path / "erased.log")


async def test_erased_words_are_in_no_table_and_figures_stay(register: Register) -> None:
    await make.make_city()
    lan = await make.make_staff()
    receipt = await make.make_answered_case(lan, **WORDS)
    await make.make_rating(receipt, 1, comment="kanarienvogel còn đó")
    assert "public.resident_case" in await tables_with("kanarienvogel")
    promise = await PromiseRow.get(code=receipt.reference)
    before = (promise.due_at, promise.ended_at, promise.state)

    await erasure.erase(receipt.tracking_code, act(at=NOW + timedelta(days=1)), KEYS, register)

    assert await tables_with("kanarienvogel") == []
    case = await CaseRow.get(reference=receipt.reference)
    assert case.erased_at is not None
    assert not await CaseKeyRow.exists()
    assert await contacts.of(case.id, KEYS) is None
    promise = await PromiseRow.get(code=receipt.reference)
    assert (promise.due_at, promise.ended_at, promise.state) == before
    rating = await RatingRow.get()
    assert (rating.overall, rating.comment) == (1, "")


async def test_its_code_is_unknown_and_its_reference_too(register: Register) -> None:
    await make.make_city()
    lan = await make.make_staff()
    head = await make.make_staff("head", role=Role.HEAD)
    receipt = await make.make_case(**WORDS)
    await erasure.erase(receipt.tracking_code, act(), KEYS, register)
    with pytest.raises(NoSuchCode):
        await tracking.by_code(receipt.tracking_code, KEYS, at=NOW)
    with pytest.raises(NoSuchCode):
        await erasure.erase(receipt.tracking_code, act(), KEYS, register)
    with pytest.raises(NoSuchCase):
        await case_file.opened(head, receipt.reference)
    with pytest.raises(NoSuchCase):
        await casework.assign(receipt.reference, act(lan), officer=lan.name)
    found = await inbox.listed(head, Filter(status="all"), at=NOW)
    assert found.rows == ()


async def test_an_open_case_is_withdrawn_by_erasing_it(register: Register) -> None:
    await make.make_city()
    receipt = await make.make_case(**WORDS)
    await erasure.erase(receipt.tracking_code, act(), KEYS, register)
    case = await CaseRow.get(reference=receipt.reference)
    assert (case.status, case.closed_at) == ("withdrawn", NOW)


async def test_contacts_go_some_months_after_the_end_and_words_after_years(
    register: Register,
) -> None:
    await make.make_city()
    lan = await make.make_staff()
    receipt = await make.make_answered_case(lan, **WORDS)
    ended = NOW + timedelta(days=20)
    while await casework.close_next(act(at=ended)):
        pass
    case = await CaseRow.get(reference=receipt.reference)

    async def swept(after: timedelta) -> bool:
        return await jobs.erase_expired(act(at=ended + after), TERMS, register)

    assert not await swept(TERMS.contact)
    assert await contacts.of(case.id, KEYS) == AN
    assert await swept(TERMS.contact + timedelta(seconds=1))
    assert await contacts.of(case.id, KEYS) is None
    assert not await swept(TERMS.text)
    assert (await CaseRow.get(id=case.id)).text == WORDS["text"]
    assert await swept(TERMS.text + timedelta(seconds=1))
    assert not await swept(TERMS.text + timedelta(seconds=1))
    assert await tables_with("kanarienvogel") == []


async def test_an_open_case_is_never_too_old(register: Register) -> None:
    await make.make_city()
    await make.make_case(**WORDS)
    old = act(at=NOW + timedelta(days=9999))
    assert not await jobs.erase_expired(old, TERMS, register)


async def test_what_a_backup_brings_back_is_erased_again(register: Register) -> None:
    await make.make_city()
    receipt = await make.make_case(**WORDS)
    other = await make.make_case()
    await register.add([receipt.reference, "HL-000000-NONE"])  # erased after the backup was made
    assert await jobs.erase_expired(act(), TERMS, register)
    assert not await jobs.erase_expired(act(), TERMS, register)
    assert await tables_with("kanarienvogel") == []
    assert (await CaseRow.get(reference=other.reference)).erased_at is None
    assert await register.read() == (receipt.reference, "HL-000000-NONE")


async def test_a_half_written_line_of_the_list_is_no_reference(register: Register) -> None:
    assert await register.read() == ()
    await register.add(["HL-1", "HL-2"])
    with register.path.open("a") as file:
        file.write("HL-")
    assert await register.read() == ("HL-1", "HL-2")
    await register.add(["HL-3"])
    assert (await register.read())[-1] == "HL-3"
