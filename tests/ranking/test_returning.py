"""Results that did not hold: taken up again, appealed against, or asked for anew."""

from datetime import datetime, timedelta

import pytest
from tortoise.connection import get_connection

from feedback.models import ClosureRow, RatingRow
from ranking.counts import closure_rows, questions, tallies, tallying
from ranking.frozen.edition_detail import Returned
from ranking.life import editions
from ranking.method import periods
from sla.models import AgencyRow, PromiseRow, ServiceRow
from tests import make
from tests.make import NOW, ZONE
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
Q3, Q4 = periods.parse("2026-Q3", ZONE), periods.parse("2026-Q4", ZONE)
AUGUST = Q3.starts_at + timedelta(days=20)
DAY = timedelta(days=1)


async def counted(agency: AgencyRow, period: periods.Period = Q3) -> Returned:
    found = await closure_rows.look(period.starts_at, period.ends_at)
    return Returned(**questions.by_agency(found["returned"])[agency.id])


async def result(agency: AgencyRow, at: datetime, *, resident: bytes, service: ServiceRow) -> int:
    """A result for a resident about a service; its closure."""
    closure = await rows.make_closure(agency, at)
    await PromiseRow.filter(id=closure.promise_id).update(resident=resident, service_id=service.id)
    return closure.id


@pytest.mark.parametrize(("after", "reopened"), [(30 * DAY, 1), (30 * DAY + DAY / 24, 0)])
async def test_work_taken_up_again_within_thirty_days_counts(after: timedelta, reopened: int):
    agency = await rows.make_agency()
    closure = await rows.make_closure(agency, AUGUST)
    await rows.make_closure(agency, AUGUST)
    await ClosureRow.filter(id=closure.id).update(void_at=AUGUST + after)
    assert await counted(agency) == Returned(2, reopened=reopened, came_back=reopened)


@pytest.mark.parametrize(("after", "again"), [(60 * DAY, 1), (61 * DAY, 0)])
async def test_the_same_resident_and_service_again_within_sixty_days_counts(
    after: timedelta, again: int
):
    agency, other = await rows.make_agency(), await rows.make_agency()
    copy, deed = await make.make_service("COPY"), await make.make_service("DEED")
    await result(agency, AUGUST, resident=b"an", service=copy)
    # A promise of `rows` begins a day before its result.
    await result(agency, AUGUST + after + DAY, resident=b"an", service=copy)
    await result(agency, AUGUST + 3 * DAY, resident=b"an", service=deed)
    await result(agency, AUGUST + 3 * DAY, resident=b"binh", service=copy)
    await result(other, AUGUST + 3 * DAY, resident=b"an", service=copy)
    assert await counted(agency) == Returned(4, again=again, came_back=again)


async def test_not_solved_is_counted_and_told_only_of_five_or_more():
    agency = await rows.make_agency("unsolved")
    await rows.make_ratings(agency, AUGUST, satisfied=110, unsatisfied=10)
    ids = await RatingRow.filter(overall=2).limit(6).values_list("id", flat=True)
    for count, told in ((4, None), (6, 6)):
        await RatingRow.filter(id__in=list(ids)[:count]).update(solved="no")
        await RatingRow.all().update(revision=count)  # as a further answer would
        assert (await counted(agency)).unsolved == count
        await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at + DAY), ZONE)
        [line] = (await editions.read("2026-Q3")).agencies
        assert line.satisfaction.returned == Returned(120, unsolved=told)


async def test_an_appeal_counts_and_marks_what_was_counted():
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    await make.make_answered_case(officer)
    agency = await AgencyRow.get(code="W1")
    window = tallying.of_answers(Q4)
    while await tallies.count_some(ZONE):
        pass
    await tallying.settle(window)
    rows_of = await get_connection("default").execute_query_dict(
        "select id, reference from resident_case order by id"
    )
    first, second = rows_of
    assert receipt.reference == first["reference"]
    await get_connection("default").execute_query(
        "insert into appeal (case_id, above_id, level, at) values ($1, $2, 2, $3)",
        [first["id"], second["id"], NOW + 29 * DAY],
    )
    assert await counted(agency, Q4) == Returned(2, appealed=1, came_back=1)
    assert await tallying.settle(window) == 1
    assert (await tallying.read(window))[agency.id].returned.appealed == 1
