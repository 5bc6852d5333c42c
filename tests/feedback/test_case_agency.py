"""Which agency sees a case stands on the case, and says the same as its entry in the lists."""

from dataclasses import dataclass, field
from pathlib import Path

import pytest
from hypothesis import strategies as st
from tortoise.connection import get_connection
from tortoise.exceptions import OperationalError
from tortoise.transactions import in_transaction

from feedback import erasure
from feedback.erasure import Register
from feedback.models import CaseRow
from tests import make
from tests.conftest import KEYS
from tests.make import act
from tests.ranking import rows
from web.storage import sight

WARDS = ("W1", "W2", "W3")
STEPS = st.lists(
    st.tuples(
        st.sampled_from(["file", "file", "hand on", "appeal", "erase"]),
        st.integers(0, 7),
        st.sampled_from(WARDS),
    ),
    max_size=8,
)
# What the policy of cases asked before a case knew its agency.
BEFORE = "select id from unnest($1::bigint[]) id where holds(id) or concerns(id)"
HAND_ON = "select hand_promise($1, (select id from agency where code = $2))"
APPEAL = """
insert into appeal (case_id, above_id, level, at) select $1, $2, 2, now() where $1 > $2::bigint
on conflict do nothing
"""
FILE = """
insert into resident_case (promise_id, reference, kind, language, subject, text, location, status,
                           filed_at, is_history, search_key)
values ($1, 'x', 'complaint', 'vi', 'x', 'x', '', 'filed', now(), false, 'x')
"""


async def ask(statement: str, *values: object) -> list[dict[str, object]]:
    return await get_connection("default").execute_query_dict(statement, list(values))


@dataclass
class _Cases:
    """Those of three wards, each found by the code of its resident."""

    register: Register
    codes: list[str] = field(default_factory=list)

    async def step(self, what: str, which: int, ward: str) -> None:
        if what == "file":
            receipt = await make.make_case(agency=ward, device=f"{len(self.codes)}")
            self.codes.append(receipt.tracking_code)
            return
        cases = await ask("select id, promise_id from resident_case order by id")
        if not self.codes:
            return
        case = cases[which % len(cases)]
        if what == "hand on":
            await ask(HAND_ON, case["promise_id"], ward)
        elif what == "appeal":
            await ask(APPEAL, case["id"], cases[0]["id"])
        else:
            code = self.codes.pop(which % len(self.codes))
            await erasure.erase(code, act(), KEYS, self.register)


async def test_an_agency_sees_the_cases_it_saw_when_their_entries_were_asked(
    shared_url: str, tmp_path: Path
) -> None:
    async def play(steps: list[tuple[str, int, str]]) -> None:
        await make.make_city()
        await make.make_agency("W3", "Phường Ba")
        cases = _Cases(Register(tmp_path / "erased.log"))
        for step in steps:
            await cases.step(*step)
        ids = [row["id"] for row in await ask("select id from resident_case order by id")]
        for agency in await ask("select id from agency order by id"):
            with sight.seeing(f"agency:{agency['id']}"):
                before = {row["id"] for row in await ask(BEFORE, ids)}
                assert {row["id"] for row in await ask("select id from resident_case")} == before

    await rows.holds(shared_url, STEPS, play)


@pytest.fixture
async def agencies(database: None) -> tuple[object, object]:
    await make.make_city()
    own, foreign = await ask("select id from agency order by id")
    return own["id"], foreign["id"]


HARMS = (
    "update resident_case set seen_by = $1",
    "update resident_case set seen_by = null where $1::int is not null",
)


@pytest.mark.parametrize("harm", HARMS)
async def test_nobody_moves_a_case_in_the_sight_of_an_agency(
    agencies: tuple[object, object], harm: str
) -> None:
    own, foreign = agencies
    receipt = await make.make_case()
    with sight.seeing(f"agency:{own}"):
        with pytest.raises(OperationalError, match="row-level security"):
            async with in_transaction():
                await ask(harm, foreign)
        assert await CaseRow.filter(reference=receipt.reference).exists()


async def test_nobody_files_a_case_in_the_sight_of_an_agency(
    agencies: tuple[object, object],
) -> None:
    [promise] = await ask(
        "insert into promise (kind, code, agency_id, channel, started_at, state, round)"
        " values ('case', 'x', $1, 'web', now(), 'running', 1) returning id",
        agencies[0],
    )
    refused = pytest.raises(OperationalError, match="row-level security")
    with sight.seeing(f"agency:{agencies[0]}"), refused:
        async with in_transaction():
            await ask(FILE, promise["id"])
    await ask(FILE, promise["id"])
    assert await ask("select from resident_case where seen_by = $1", agencies[0])
