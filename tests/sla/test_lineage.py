"""Which offices came from which others."""

from datetime import date

import pytest

from sla import charter, lineage
from sla.lineage import Break
from sla.models import AgencyRow, FormerNameRow
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")

JULY = date(2026, 7, 1)


async def _former(old: AgencyRow, *heirs: AgencyRow) -> None:
    for heir in heirs:
        await FormerNameRow.create(
            code=old.code,
            name=old.name_vi,
            district="",
            name_key=old.code,
            district_key="",
            is_whole=len(heirs) == 1,
            successors=len(heirs),
            agency=heir,
        )


async def _kinds(heir: AgencyRow) -> list[tuple[date, Break, list[str]]]:
    found = (await lineage.steps(await charter.current())).get(heir.code, ())
    return [(step.on, step.kind, [old.code for old in step.former]) for step in found]


async def test_one_old_and_one_new_office_is_a_new_name() -> None:
    old = await rows.make_agency("OLD", closes_on=JULY)
    new = await rows.make_agency("NEW", opens_on=JULY)
    await _former(old, new)
    assert await _kinds(new) == [(JULY, Break.RENAMED, ["OLD"])]
    assert await lineage.heirs("OLD") == ("NEW",)


async def test_whoever_takes_others_in_is_merged_with_them() -> None:
    first = await rows.make_agency("A", closes_on=JULY)
    second = await rows.make_agency("B", closes_on=JULY)
    there = await rows.make_agency("C")
    for old in (first, second):
        await _former(old, there)
    assert await _kinds(there) == [(JULY, Break.MERGED, ["A", "B"])]


async def test_an_office_in_parts_is_split() -> None:
    old = await rows.make_agency("OLD", closes_on=JULY)
    heirs = [await rows.make_agency(code, opens_on=JULY) for code in ("E", "D")]
    await _former(old, *heirs)
    for heir in heirs:
        assert await _kinds(heir) == [(JULY, Break.SPLIT, ["OLD"])]
    assert await lineage.heirs("OLD") == ("D", "E")


async def test_a_name_from_before_the_register_is_no_break() -> None:
    heir = await rows.make_agency("25747")
    await FormerNameRow.create(
        code="25741", name="Phường Hiệp Thành", district="", name_key="h", district_key="",
        is_whole=False, successors=2, agency=heir,
    )  # fmt: skip
    assert await _kinds(heir) == []
    assert await lineage.heirs("25747") == ()
