"""The sweeps of the ranking."""

from datetime import UTC, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest

from feedback.actors import System
from ranking import jobs
from ranking.life import editions
from ranking.method import periods
from ranking.models import EditionRow
from sla.acts import Act
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)


def _act(at: datetime) -> Act:
    return Act(by=System("schedule"), at=at)


async def test_the_tally_works_until_nothing_is_left():
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)
    assert await jobs.tally(_act(AUGUST), ZONE) is True
    assert await jobs.tally(_act(AUGUST), ZONE) is False


async def test_the_last_quarter_is_drafted_once_its_cutoff_is_over():
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)
    early, due = _act(Q3.cutoff_at - timedelta(seconds=1)), _act(Q3.cutoff_at)
    assert await jobs.draft_edition(early, ZONE) is False
    assert await jobs.draft_edition(due, ZONE) is True
    while await jobs.draft_edition(due, ZONE):
        pass  # the quarter is counted again first, in several acts
    assert [row.name for row in await EditionRow.all()] == ["2026-Q3"]


async def test_an_edition_that_stands_is_left_alone():
    await rows.make_rating(await rows.make_agency(), AUGUST, 5)
    await editions.draft("2026-Q3", _act(Q3.ends_at), ZONE)
    await editions.publish("2026-Q3", "A", _act(Q3.ends_at), waived="a test")
    assert await jobs.draft_edition(_act(Q3.cutoff_at), ZONE) is False


async def test_a_quarter_in_which_nothing_happened_is_not_drafted():
    await rows.make_agency()
    assert await jobs.draft_edition(_act(Q3.cutoff_at), ZONE) is False
