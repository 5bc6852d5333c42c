"""The nightly look: numbers of sources stay, the sources are forgotten, crowds are held."""

from datetime import date, datetime, timedelta
from typing import Any

import pytest
from tortoise.connection import get_connection

from feedback import sources
from feedback.models import RatingRow
from ranking import editions, quarantine, spreading
from ranking.method import periods
from ranking.method.spread import SourceKind
from ranking.models import Finding, QuarantineState, SpreadRow
from sla.models import AgencyRow
from tests import make
from tests.conftest import KEYS
from tests.make import ZONE
from tests.ranking import rows

pytestmark = pytest.mark.usefixtures("database")
Q3 = periods.parse("2026-Q3", ZONE)
AUGUST = Q3.starts_at + timedelta(days=40, hours=9)
NEXT = make.act(at=AUGUST + timedelta(days=1))


async def answer(
    agency: AgencyRow, device: str, *, resident: str = "", at: datetime = AUGUST, **facts: Any
) -> RatingRow:
    """An answer from a device, in a network of its own."""
    rating = await rows.make_rating(agency, at, 5, resident=resident)
    on = at.astimezone(ZONE).date()
    of = sources.source(device=device, network=f"net {device}", on=on, keys=KEYS)
    await RatingRow.filter(id=rating.id).update(device=of.device, network=of.network, **facts)
    return rating


async def look(act: Any = NEXT) -> None:
    while await spreading.look_at_a_day(act, ZONE):
        pass


async def left() -> list[dict[str, Any]]:
    return await get_connection("default").execute_query_dict(
        "select id from rating where device is not null or network is not null"
    )


async def test_after_the_nightly_look_nothing_is_left_of_devices_and_networks():
    agency = await rows.make_agency()
    for number in range(3):
        await answer(agency, "one")
        await answer(agency, f"own {number}", at=AUGUST - timedelta(days=number))
    await answer(agency, "kiosk", mode="counter")
    today = await answer(agency, "late", at=NEXT.at)
    await look()
    assert [row["id"] for row in await left()] == [today.id]
    await look(make.act(at=NEXT.at + timedelta(days=1)))
    assert await left() == []
    found = await spreading.histograms(date(2026, 8, 1), date(2026, 9, 1))
    assert found[agency.id] == {kind: {1: 4, 3: 1} for kind in SourceKind}
    columns = set(SpreadRow._meta.fields_map)
    assert columns == {"id", "agency_id", "day", "kind", "residents", "sources"}


async def test_a_day_that_is_not_over_is_not_looked_at():
    await answer(await rows.make_agency(), "one")
    assert not await spreading.look_at_a_day(make.act(at=AUGUST + timedelta(hours=1)), ZONE)
    assert not await SpreadRow.exists()


async def test_answers_of_a_device_that_answered_for_many_wait_for_two_persons():
    agency, other = await rows.make_agency(), await rows.make_agency()
    crowd = {(await answer(agency, "tablet")).id for _ in range(6)}
    for number in range(8):
        await answer(agency, f"own {number}")
        await answer(other, "tablet", resident="the same person")
    await look()
    [found] = await quarantine.listed()
    assert (found.agency_id, found.finding, found.state, found.ratings) == (
        agency.id,
        Finding.ONE_SOURCE,
        QuarantineState.HELD,
        len(crowd),
    )
    assert found.evidence["residents"] == 6
    assert found.evidence["of"] == 14
    await look()
    assert len(await quarantine.listed()) == 1


async def test_at_the_counter_one_device_serves_everybody():
    agency = await rows.make_agency()
    for _ in range(20):
        await answer(agency, "kiosk", mode="counter")
    await look()
    assert await quarantine.listed() == []
    assert not await SpreadRow.exists()


async def test_the_edition_says_how_answers_spread_over_devices():
    agency = await rows.make_agency("spread")
    await rows.make_ratings(agency, AUGUST, satisfied=110, unsatisfied=10)
    for number in range(9):
        await answer(agency, f"own {number // 2}")
    await look()
    await editions.draft("2026-Q3", make.act(at=Q3.cutoff_at + timedelta(days=2)), ZONE)
    [line] = (await editions.read("2026-Q3")).agencies
    assert line.satisfaction.spread is not None
    of = {one.kind: one for one in line.satisfaction.spread}[SourceKind.DEVICE]
    assert (of.residents, of.sources, float(of.top_share)) == (9, 5, pytest.approx(2 / 9))
    assert float(of.effective) == pytest.approx(4.8603, abs=1e-4)


def test_a_device_is_another_number_every_day_and_unknown_without_a_name():
    days = [date(2026, 8, 1) + timedelta(days=number) for number in range(30)]
    found = {sources.source(device="x", network="n", on=day, keys=KEYS) for day in days}
    assert len(found) == 30
    assert all(one.device != one.network for one in found)
    assert sources.source(device="", network="n", on=days[0], keys=KEYS) == sources.NOWHERE
