"""The nightly look: numbers of sources stay, the sources are forgotten, crowds are held."""

from datetime import date, datetime, timedelta
from fractions import Fraction
from typing import Any

import pytest
from tortoise.connection import get_connection

from feedback import sources
from feedback.models import RatingRow
from ranking.counts import spreading, tallies, tallying
from ranking.doubts import quarantine
from ranking.life import editions
from ranking.method import periods
from ranking.method.spread import SourceKind
from ranking.models import (
    BusiestAnswerRow,
    Finding,
    QuarantineState,
    SpreadRow,
)
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


async def test_answers_of_each_days_busiest_device_are_known_but_not_the_device():
    agency = await rows.make_agency()
    busy = [await answer(agency, "tablet") for _ in range(7)]
    next_most = [await answer(agency, "other tablet") for _ in range(5)]
    family = [await answer(agency, "family", at=AUGUST - timedelta(days=1)) for _ in range(4)]
    assert next_most
    assert family
    await look()
    assert {row.rating_id for row in await BusiestAnswerRow.all()} == {row.id for row in busy}
    assert set(BusiestAnswerRow._meta.fields_map) == {"rating_id", "given_at"}


async def without_busiest_device(agency: AgencyRow) -> tuple[int, Fraction]:
    """Residents and satisfied left of the quarter, kept as they are counted."""
    [of] = (await tallying.read(tallying.of_answers(Q3), agencies=[agency.id])).values()
    [left] = [(n, x) for name, n, x in of.without if name == "busiest_device"]
    return left


async def test_the_result_without_the_busiest_devices_is_counted_from_the_answers_that_are_left():
    agency = await rows.make_agency()
    same = "answers elsewhere too"
    for who in (same, *"abcd"):
        await answer(agency, "tablet", resident=who)
    await answer(agency, "own", resident=same, at=AUGUST + timedelta(minutes=1))
    for number in range(3):
        await answer(agency, f"own {number}")
    await rows.make_rating(agency, AUGUST, 1)
    while await tallies.count_some(ZONE):
        pass
    assert await without_busiest_device(agency) == (9, Fraction(8))
    await look()
    assert await without_busiest_device(agency) == (5, Fraction(4))


async def test_who_answers_anew_answers_from_where_they_are_now():
    agency = await rows.make_agency()
    first, *_ = [await answer(agency, "tablet") for _ in range(6)]
    await look()
    await RatingRow.filter(id=first.id).update(
        given_at=AUGUST + timedelta(days=2), overall=1, revision=first.revision + 1
    )
    while await tallies.count_some(ZONE):
        pass
    assert await without_busiest_device(agency) == (1, Fraction(0))


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
