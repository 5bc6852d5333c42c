import pytest
from tortoise.exceptions import IntegrityError

from sla import rehearsal
from sla.models import AgencyRow
from tests import make

pytestmark = pytest.mark.usefixtures("database")


async def test_nothing_stays_of_what_was_rehearsed():
    await make.make_calendar()
    async with rehearsal.undone():
        await make.make_agency("W1")
        seen = await AgencyRow.filter(code="W1").count()
    assert (seen, await AgencyRow.filter(code="W1").count()) == (1, 0)


async def test_an_error_inside_a_rehearsal_reaches_whoever_asked():
    await make.make_calendar()
    with pytest.raises(IntegrityError):
        await _rehearse_twice("W2")
    assert not await AgencyRow.filter(code="W2").exists()


async def _rehearse_twice(code: str) -> None:
    async with rehearsal.undone():
        await make.make_agency(code)
        await make.make_agency(code)
