"""One matter cut into several dossiers: effectively it is one."""

from datetime import timedelta
from decimal import Decimal

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.counts.cohorts import Cohort, Due
from ranking.figures import keeping
from ranking.frozen.edition_cases import Week
from ranking.life import editions
from ranking.method import periods
from ranking.method.config import Config
from sla.models import AgencyRow, PromiseKind, PromiseRow, ServiceRow
from tests import make
from tests.make import ZONE
from tests.ranking import rows
from tests.web import editions as invented

Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = Q3.starts_at + timedelta(days=40, hours=9)
DAY = timedelta(days=1)


async def dossiers(
    agency: AgencyRow, count: int, *, resident: bytes | None, service: ServiceRow, days: int = 0
) -> None:
    """So many dossiers handed in by one resident on one day, all kept in time."""
    for _ in range(count):
        begun = AUGUST + days * DAY
        promise = await rows.make_promise(
            agency, begun, due_at=begun + 5 * DAY, ended_at=begun + DAY
        )
        await PromiseRow.filter(id=promise.id).update(
            kind=PromiseKind.DOSSIER, resident=resident, service_id=service.id
        )


@pytest.mark.usefixtures("database")
async def test_dossiers_of_one_resident_service_and_day_count_as_one_and_are_told():
    agency = await rows.make_agency("splitting")
    copy, deed = await make.make_service("COPY"), await make.make_service("DEED")
    await dossiers(agency, 4, resident=b"an", service=copy)
    await dossiers(agency, 1, resident=b"an", service=copy, days=1)
    await dossiers(agency, 1, resident=b"an", service=deed)
    await dossiers(agency, 2, resident=b"binh", service=copy)
    await dossiers(agency, 3, resident=None, service=copy)
    found = (await rows.cohorts_of(Q3, Q3.cutoff_at))[agency.id]
    assert (found.due.due, found.split) == (11, 3 + 1)
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at + DAY), ZONE)
    [line] = (await editions.read("2026-Q3")).agencies
    assert (line.punctuality.due.due, line.punctuality.split) == (11, 4)


@given(st.integers(1, 400), st.integers(0, 400), st.integers(0, 399))
def test_splitting_changes_no_share_and_never_narrows_the_interval(met: int, late: int, split: int):
    due = Due(due=Decimal(met + late), met=Decimal(met), missed_closed=Decimal(late))
    week = (Week(starts_on=invented.MONDAY, due=due.due, met=due.met),)
    whole = invented.gathered("a", cohort=Cohort(due, week))
    cut = invented.gathered("a", cohort=Cohort(due, week, split=min(split, met + late - 1)))
    (_, plain), (_, wide) = (keeping.kept([of], Config()) for of in (whole, cut))
    one, other = plain["a"].score, wide["a"].score
    if one.share is not None and other.share is not None:
        assert one.share == other.share
        assert other.low <= one.low <= one.high <= other.high  # type: ignore[operator]  # both shown
