import pytest

from sla import rehearsal
from sla.models import Agency
from tests import make

pytestmark = pytest.mark.usefixtures("database")


async def test_nothing_stays_of_what_was_rehearsed():
    await make.make_calendar()
    async with rehearsal.undone():
        await make.make_agency("W1")
        seen = await Agency.filter(code="W1").count()
    assert (seen, await Agency.filter(code="W1").count()) == (1, 0)


async def test_an_error_inside_a_rehearsal_reaches_whoever_asked():
    await make.make_calendar()
    with pytest.raises(KeyError, match="W2"):
        async with rehearsal.undone():
            await make.make_agency("W2")
            raise KeyError("W2")
    assert not await Agency.filter(code="W2").exists()
