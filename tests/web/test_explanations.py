"""Why a date is that date: the same words in the API as on pages, in both languages."""

from dataclasses import replace
from datetime import date, datetime, timedelta

import pytest

from feedback import casework
from sla import deadlines
from sla.calendars import Day, DayKind
from sla.commitments import Rule, Unit, Within
from sla.promise_events import Paused, Resumed, Started
from sla.promises import fold
from sla.steps import Step
from tests import make
from tests.make import Clock
from tests.sla.examples import OFFICE, ZONE, at
from tests.web.client import client
from web import reactions
from web.language import explanations, i18n
from web.pages import explained

KINDS = [
    "opened", "swap_day", "before_opening", "lunch", "night", "weekend", "closed_day", "cut_off",
    "pause", "receipt_day", "counted_day", "last_day", "due", "unconfirmed", *DayKind,
]  # fmt: skip
HOURS = Within(16, Unit.WORKING_HOUR)
DAYS = Within(3, Unit.WORKING_DAY, Rule.CIVIL)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("kind", KINDS)
def test_every_kind_of_step_has_words(kind, language):
    moment = at("2026-03-02 09:00")
    assert explanations.words_of(Step(moment, moment, kind), language)


def test_a_holiday_is_called_by_its_name():
    steps = deadlines.due(at("2026-02-13 16:00"), HOURS, OFFICE).steps
    told = explanations.told(steps, ZONE)
    assert "Tết Nguyên đán: ngày nghỉ lễ: không tính" in [item["words_vi"] for item in told]
    assert "Lunar New Year: public holiday: not counted" in [item["words_en"] for item in told]


def test_the_pieces_follow_one_another_and_sum_to_the_amount():
    told = explanations.told(deadlines.due(at("2026-02-13 16:00"), HOURS, OFFICE).steps, ZONE)
    assert [item["to"] for item in told[:-1]] == [item["from"] for item in told[1:]]
    assert sum(item["counted_seconds"] for item in told) == 16 * 3600
    assert told[-1]["kind"] == "due"


def paused(within: Within, *, until: str | None = "2026-03-03 10:00", reason: str):
    started = Started(at("2026-03-02 09:00"), within, None, None, "A")
    events = [started, Paused(at("2026-03-02 10:00"), reason=reason, seq=2)]
    if until:
        events.append(Resumed(at(until), seq=3))
    standing = fold(events, OFFICE)
    found = deadlines.due(started.at, within, OFFICE, pauses=standing.breaks())
    return explanations.told(found.steps, ZONE, standing)


@pytest.mark.parametrize("within", [HOURS, DAYS])
def test_a_pause_says_why(within):
    [pause] = [item for item in paused(within, reason="asked_resident") if item["kind"] == "pause"]
    assert pause["words_en"] == "the clock stood still: more information was asked for"
    assert pause["words_vi"] == "tạm dừng tính thời hạn: chờ người dân bổ sung thông tin"


def test_a_reason_in_an_agencys_own_words_is_shown_as_written():
    items = paused(HOURS, reason="Chờ xác minh")
    assert "the clock stood still: Chờ xác minh" in [item["words_en"] for item in items]


def test_a_pause_that_lasts_comes_last_and_has_no_end():
    last = paused(HOURS, until=None, reason="asked_resident")[-1]
    assert (last["kind"], last["to"]) == ("pause", None)
    assert last["words_en"] == "the clock stands still: more information was asked for"


def test_pages_leave_out_nights_and_lunch_but_no_pause():
    started = Started(at("2026-03-02 09:00"), HOURS, None, None, "A")
    events = [
        started,
        Paused(at("2026-03-02 10:00"), seq=2, reason="asked_resident"),
        Resumed(at("2026-03-02 11:00"), seq=3),
    ]
    standing = fold(events, OFFICE)
    found = deadlines.due(started.at, HOURS, OFFICE, pauses=standing.breaks())
    lines = [line.what for line in explained.lines(found.steps, "en", standing)]
    assert "the clock stood still: more information was asked for" in lines
    assert not any("lunch" in line or "closing time" in line for line in lines)


@pytest.fixture
async def city(database):
    await make.make_city()


async def test_the_holder_of_a_code_reads_how_the_date_came_about(city, settings):
    officer = await make.make_staff()
    keys = reactions.keyring(settings)
    receipt = await make.make_case(keys=keys)
    await casework.assign(receipt.reference, make.act(officer), officer="lan")
    await casework.ask(receipt.reference, "Số nhà nào?", make.act(officer), keys)
    clock = Clock(make.NOW + timedelta(days=1))
    body = {"tracking_code": receipt.tracking_code}
    async with client(settings, clock) as api:
        waiting = (await api.post("/api/v1/cases/track", json=body)).json()["explanation"]
        await api.post("/api/v1/cases/reply", json={**body, "text": "Số 12."})
        resumed = (await api.post("/api/v1/cases/track", json=body)).json()
    assert waiting[-1]["words_en"] == "the clock stands still: more information was asked for"
    assert datetime.fromisoformat(waiting[-1]["from"]) == make.NOW
    [pause] = [item for item in resumed["explanation"] if item["kind"] == "pause"]
    assert pause["words_en"] == "the clock stood still: more information was asked for"
    assert resumed["explanation"][-1]["from"] == resumed["due_at"]
    assert sum(item["counted_days"] for item in resumed["explanation"]) == 5


async def test_an_officer_reads_the_same(city, settings):
    keys = reactions.keyring(settings)
    receipt = await make.make_case(keys=keys)
    async with client(settings, Clock()) as api:
        tracked = await api.post(
            "/api/v1/cases/track", json={"tracking_code": receipt.tracking_code}
        )
        secret = await make.make_key("W1", make.act(), keys)
        opened = await api.get(
            f"/api/v1/inbox/{receipt.reference}", headers={"Authorization": f"Bearer {secret}"}
        )
    assert opened.json()["explanation"] == tracked.json()["explanation"]
    assert opened.json()["explanation"]


async def test_a_deadline_can_be_asked_for_before_anything_is_sent(city, settings):
    calendar = await make.CalendarRow.get(code="city")
    rules = dict(calendar.rules)
    rules["days"] = {
        "2026-10-07": {"kind": "holiday", "name_vi": "Ngày hội", "name_en": "Festival"}
    }
    await make.CalendarRow.create(
        code="city", version=2, rules=rules, known_until=date(2027, 12, 31), published_at=make.NOW
    )
    query = {"agency": "W1", "service": "BIN", "at": "2026-10-05T09:00:00+07:00"}
    async with client(settings, Clock()) as api:
        told = (await api.get("/api/v1/deadline", params=query)).json()
        blank = await api.get("/api/v1/deadline?agency=W1&service=BIN&at=2026-10-05T09:00:00+07:00")
        filed = await api.post(
            "/api/v1/cases",
            json={"agency": "W1", "service": "BIN", "subject": "Rác", "text": "Rác chưa thu gom."},
        )
    assert told["due_at"] == "2026-10-13T17:00:00+07:00"
    assert told["basis"] == "feedback"
    assert told["commitment"]["amount"] == 5
    words = [step["words_en"] for step in told["steps"]]
    assert "Festival: public holiday: not counted" in words
    assert datetime.fromisoformat(told["steps"][-1]["from"]) == datetime.fromisoformat(
        told["due_at"]
    )
    assert blank.json() == told
    assert filed.json()["due_at"] == told["due_at"]


async def test_where_nothing_is_promised_there_is_no_date(database, settings):
    await make.make_calendar()
    await make.make_agency("W1")
    async with client(settings, Clock()) as api:
        told = (await api.get("/api/v1/deadline?agency=W1")).json()
    assert (told["due_at"], told["basis"], told["commitment"], told["steps"]) == (
        None, None, None, [],
    )  # fmt: skip


@pytest.mark.parametrize("within", [HOURS, DAYS])
def test_a_day_not_decided_yet_is_counted_as_its_weekday_and_says_so(within):
    proposed = Day(DayKind.SWAPPED_OFF, None, "Nghỉ hoán đổi", "Day off", is_confirmed=False)
    maybe = replace(OFFICE, days={**OFFICE.days, date(2026, 3, 3): proposed})
    start = at("2026-03-02 09:00")
    found = deadlines.due(start, within, maybe)
    assert found.due == deadlines.due(start, within, OFFICE).due
    told = explanations.told(found.steps, ZONE)
    [step, *_] = [item for item in told if item["kind"] == "unconfirmed"]
    assert step["words_en"].startswith("Day off: counted; a change is proposed for this day")
    assert step["words_vi"].startswith("Nghỉ hoán đổi: được tính; có đề xuất thay đổi")
