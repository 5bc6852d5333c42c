"""Agencies and calendars stand still while something is said of one moment."""

import pytest

from sla import charter
from sla.models import AgencyRow
from tests import make

pytestmark = pytest.mark.usefixtures("database")


async def renamed(name: str) -> None:
    await AgencyRow.filter(code="W1").update(name_vi=name)


async def test_what_changes_meanwhile_is_seen_by_who_begins_afterwards() -> None:
    await make.make_city()
    with charter.steady():
        before = await charter.current()
        await renamed("Phường Mới")
        assert await charter.current() is before
    assert (await charter.current()).agencies["W1"].name_vi == "Phường Mới"


async def test_without_asking_for_it_nothing_stands_still() -> None:
    await make.make_city()
    await charter.current()
    await renamed("Phường Mới")
    assert (await charter.current()).agencies["W1"].name_vi == "Phường Mới"
