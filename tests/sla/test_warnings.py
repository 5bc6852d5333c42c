"""Calendars that will soon not know the answer, and who hears of it."""

from datetime import UTC, date, datetime, timedelta

import pytest

from feedback.administration import calendar_warnings
from feedback.models import NoticeRow, Role
from feedback.staff import accounts
from sla import warnings
from sla.models import AgencyRow, CalendarRow
from tests import make
from tests.conftest import KEYS
from tests.make import NOW


async def a_calendar(known_until, *, code="city", version=1):
    rules = make.calendar().to_json() | {"known_until": known_until and known_until.isoformat()}
    if known_until is None:
        del rules["known_until"]
    return await CalendarRow.create(
        code=code, version=version, rules=rules, known_until=known_until, published_at=NOW
    )


async def an_administrator(name="quan", email="quan@example.vn"):
    return await accounts.add(
        name,
        make.act(),
        password=make.PASSWORD,
        role=Role.ADMINISTRATOR,
        display_name="Quân",
        email=email,
    )


@pytest.mark.parametrize(
    ("now", "days_left"),
    [
        (datetime(2026, 10, 31, 16, 59, 59, tzinfo=UTC), None),
        (datetime(2026, 10, 31, 17, tzinfo=UTC), 60),
        (datetime(2026, 12, 31, 16, 59, tzinfo=UTC), 0),
        (datetime(2027, 1, 5, 3, tzinfo=UTC), -5),
    ],
)
async def test_a_calendar_ends_soon_within_sixty_days_of_the_offices_own_day(
    database, now, days_left
):
    await a_calendar(date(2026, 12, 31))
    await make.make_agency()
    found = await warnings.calendar_ends_soon(now)
    assert [one.days_left for one in found] == ([] if days_left is None else [days_left])


async def test_sixty_days_is_soon_and_sixty_one_is_not(database):
    await a_calendar(date(2026, 12, 4))  # sixty days after 5 October
    await make.make_agency()
    [ending] = await warnings.calendar_ends_soon(NOW)
    assert (ending.code, ending.version, ending.days_left, ending.agencies) == ("city", 1, 60, 1)
    assert ending.known_until == date(2026, 12, 4)
    assert await warnings.calendar_ends_soon(NOW - timedelta(days=1)) == ()


async def test_only_the_latest_version_of_a_calendar_in_use_matters(database):
    await a_calendar(date(2026, 10, 31))
    await a_calendar(date(2027, 12, 31), version=2)
    await a_calendar(date(2026, 10, 31), code="nobodys")
    await a_calendar(None, code="endless")
    await make.make_agency()
    await make.make_agency("W2", calendar_code="endless")
    assert await warnings.calendar_ends_soon(NOW) == ()
    await AgencyRow.create(
        code="W3",
        name_vi="Phường Ba",
        name_en="Ward 3",
        kind="ward",
        level="commune",
        peer_group="wards",
        calendar_code="nobodys",
        closes_on=date(2026, 10, 1),
        search_key="",
        sort_key="",
    )
    assert await warnings.calendar_ends_soon(NOW) == ()
    await AgencyRow.filter(code="W3").update(closes_on=None)
    [ending] = await warnings.calendar_ends_soon(NOW)
    assert ending.code == "nobodys"


async def test_each_administrator_hears_of_each_version_once(database):
    await a_calendar(date(2026, 10, 31))
    await make.make_agency()
    await an_administrator()
    await an_administrator("mai", "mai@example.vn")
    await an_administrator("khong-thu", None)

    async def sweep():
        rounds = 0
        while await calendar_warnings.warn_calendar(make.act(), KEYS):
            rounds += 1
        return rounds

    assert await sweep() == 2
    assert await sweep() == 0
    assert await NoticeRow.filter(kind="calendar_ends").count() == 2
    await a_calendar(date(2026, 11, 15), version=2)
    assert await sweep() == 2


async def test_nobody_is_told_while_every_calendar_lasts(database):
    await make.make_city()
    await an_administrator()
    assert await calendar_warnings.warn_calendar(make.act(), KEYS) is False


@pytest.mark.parametrize(
    ("now", "is_told"),
    [
        (datetime(2026, 11, 8, 16, 59, 59, tzinfo=UTC), False),
        (datetime(2026, 11, 8, 17, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 16, 59, 59, tzinfo=UTC), True),
        (datetime(2026, 11, 23, 17, tzinfo=UTC), False),
    ],
)
async def test_a_day_that_is_only_proposed_is_told_of_for_a_fortnight(database, now, is_told):
    rules = make.calendar().to_json()
    days = {
        "2026-11-23": {"kind": "swapped_off", "name_en": "Day off", "confirmed": False},
        "2026-11-24": {"kind": "holiday"},
    }
    await CalendarRow.create(
        code="city", version=1, rules=rules | {"days": days}, known_until=None, published_at=NOW
    )
    assert await warnings.undecided_soon(now) == ()  # nobody works by it
    await make.make_agency()
    found = await warnings.undecided_soon(now)
    assert [(one.code, one.day) for one in found] == [("city", date(2026, 11, 23))] * is_told
