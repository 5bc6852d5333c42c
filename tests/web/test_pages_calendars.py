"""Working calendars on the pages of who keeps them: how far known, a year, and new days."""

from collections.abc import AsyncIterator
from datetime import date

import httpx
import pytest

from feedback.administration import changes
from feedback.deeds import Subject
from feedback.models import AuditRow, Role
from sla.calendars import DayKind, WorkingCalendar
from sla.models import CalendarRow
from tests import make, pages
from tests.make import NOW, Clock
from tests.pages import Page
from tests.web.client import client
from web.settings import Settings

LISTED, CITY = "/en/admin/calendars", "/en/admin/calendars/city"
HEAD = "calendar,timezone,day,kind,windows,name_vi,name_en,legal_act,source,status"
ZONE = "city,Asia/Ho_Chi_Minh"
TET = f"{ZONE},2027-02-08,holiday,,Tết Nguyên đán,Lunar New Year,Thông báo 1/TB-BNV,Báo Chính phủ,"
MAYBE = f"{ZONE},2026-11-23,swapped_off,,Nghỉ hoán đổi,Day off,,,unconfirmed"
UNTIL = f"{ZONE},2028-12-31,known_until,,,,,,"
DAY = {
    "do": "put",
    "day": "2026-11-20",
    "kind": "half_day",
    "windows": "07:30-11:30",
    "name_vi": "Ngày hội",
    "name_en": "Local festival",
    "legal_act": "Quyết định 12/QĐ-UBND",
    "source": "Công báo",
    "reason": "Theo thông báo của phường",
}


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock(NOW)) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


async def get(browser: httpx.AsyncClient, path: str, status: int = 200) -> Page:
    response = await browser.get(path)
    assert response.status_code == status, (response.status_code, response.text[-2000:])
    return pages.read(response.text)


def hidden(page: Page) -> dict[str, str]:
    """The hidden fields of the last form."""
    fields = page.all("form")[-1].iter("input")
    found = {f.get("name", ""): f.get("value", "") for f in fields if f.get("type") == "hidden"}
    return {name: value for name, value in found.items() if name}


async def sign_in(
    browser: httpx.AsyncClient, role: Role = Role.ADMINISTRATOR, name: str = "mai"
) -> None:
    agency = "W1" if role is Role.OFFICER else None
    await make.make_staff(name, role=role, agency=agency)
    browser.cookies.clear()
    form = hidden(await get(browser, "/vi/sign-in"))
    answer = await browser.post(
        "/vi/sign-in", data={**form, "name": name, "password": make.PASSWORD}
    )
    assert answer.status_code == 303


async def upload(browser: httpx.AsyncClient, *rows: str) -> httpx.Response:
    form = hidden(await get(browser, LISTED))
    content = "\n".join((HEAD, *rows)).encode()
    return await browser.post(LISTED, data=form, files={"file": ("2027.csv", content, "text/csv")})


async def latest() -> WorkingCalendar:
    row = await CalendarRow.filter(code="city").order_by("-version").first()
    assert row is not None
    return WorkingCalendar.from_json(row.rules)


async def test_the_list_says_how_far_each_calendar_is_known(browser: httpx.AsyncClient) -> None:
    rules = {**make.calendar().to_json(), "known_until": "2026-11-30"}
    until = date(2026, 11, 30)
    await CalendarRow.create(
        code="city", version=2, rules=rules, known_until=until, published_at=NOW
    )
    await sign_in(browser)
    text = (await get(browser, LISTED)).text
    for words in ("Monday 30 November 2026", "56 days left", "2 agencies", "version 2"):
        assert words in text
    assert "Có dữ liệu đến hết" in (await get(browser, "/vi/admin/calendars")).text


async def test_a_file_is_rehearsed_and_taken_once_confirmed(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    answer = await upload(browser, TET, UNTIL, f"{ZONE},2027-02-30,holiday,,,,,,", "x")
    assert answer.status_code == 200
    page = pages.read(answer.text)
    for words in (
        "Nothing is stored yet.",
        "It will be known until Sunday 31 December 2028.",
        "Public holiday: Lunar New Year",
        "Thông báo 1/TB-BNV",
        "2 rows are refused",
        "This is not a day, such as 2026-10-05.",
    ):
        assert words in page.text
    assert await CalendarRow.all().count() == 1
    answer = await browser.post(LISTED, data=hidden(page))
    assert answer.headers["location"] == f"{LISTED}?done=taken"
    calendar = await latest()
    assert calendar.days[date(2027, 2, 8)].source == "Báo Chính phủ"
    assert calendar.known_until == date(2028, 12, 31)
    assert calendar.week == make.calendar().week
    row = await CalendarRow.get(version=2)
    assert row.published_by == "staff:mai"
    assert "The file was taken." in (await get(browser, f"{LISTED}?done=taken")).text


async def test_a_confirmation_that_comes_too_late_shows_the_change_again(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser)
    first = hidden(pages.read((await upload(browser, TET)).text))
    second = hidden(pages.read((await upload(browser, MAYBE)).text))
    assert (await browser.post(LISTED, data=first)).status_code == 303
    answer = await browser.post(LISTED, data=second)
    page = pages.read(answer.text)
    assert "Somebody changed a calendar meanwhile." in page.text
    assert await CalendarRow.all().count() == 2
    assert (await browser.post(LISTED, data=hidden(page))).status_code == 303
    assert set((await latest()).days) == {date(2027, 2, 8), date(2026, 11, 23)}


@pytest.mark.parametrize(
    ("content", "words"),
    [
        (b"", "Please choose a file with something in it."),
        (b"PK\x03\x04", "This is not a CSV file."),
        (b"calendar,day\n", "A column is missing"),
        (HEAD.encode() + b"\n\xff\n", "The file is not in UTF-8."),
        (b"a" * (256 * 1024 + 1), "This is larger than we can take."),
    ],
)
async def test_a_file_that_cannot_be_read_is_refused_as_a_whole(
    browser: httpx.AsyncClient, content: bytes, words: str
) -> None:
    await sign_in(browser)
    form = hidden(await get(browser, LISTED))
    answer = await browser.post(LISTED, data=form, files={"file": ("a.csv", content)})
    assert answer.status_code == 422
    assert words in pages.read(answer.text).text


async def test_a_day_comes_and_goes_in_further_versions(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    form = hidden(await get(browser, CITY))
    answer = await browser.post(CITY, data={**form, **DAY})
    assert answer.headers["location"] == f"{CITY}?year=2026&done=put"
    page = await get(browser, answer.headers["location"])
    for words in ("Half day: Local festival", "07:30–11:30", "Quyết định 12/QĐ-UBND", "Công báo"):
        assert words in page.text
    assert "Theo thông báo của phường" in page.text
    assert (await latest()).days[date(2026, 11, 20)].kind is DayKind.HALF_DAY
    taken_back = {"do": "withdraw", "day": "2026-11-20", "reason": "Hoãn lại"}
    answer = await browser.post(CITY, data={**hidden(page), **taken_back})
    assert answer.status_code == 303
    assert not (await latest()).days
    assert await CalendarRow.all().count() == 3


@pytest.mark.parametrize(
    ("changed", "words"),
    [
        ({"day": ""}, "Please fill this in."),
        ({"day": "mon"}, "This is none of the words that may stand here."),
        ({"day": "2026-13-01"}, "This is not a day, such as 2026-10-05."),
        ({"kind": "feast"}, "This is none of the words that may stand here."),
        ({"windows": "7-11"}, "Write hours like 07:30-11:30 13:00-17:00."),
        ({"legal_act": ""}, "Please fill this in."),
        ({"reason": " "}, "Please fill this in."),
        ({"seen": "7"}, "The calendar was changed meanwhile. Please look again."),
    ],
)
async def test_a_faulty_day_is_shown_again_as_it_was_typed(
    browser: httpx.AsyncClient, changed: dict[str, str], words: str
) -> None:
    await sign_in(browser)
    form = hidden(await get(browser, CITY))
    answer = await browser.post(CITY, data={**form, **DAY, **changed})
    assert answer.status_code == 422
    page = pages.read(answer.text)
    assert words in page.text
    assert page.fields(1)["name_vi"] == "Ngày hội"
    assert await CalendarRow.all().count() == 1


@pytest.mark.parametrize(
    ("language", "words"), [("en", "Not decided yet"), ("vi", "Chưa có quyết định")]
)
async def test_a_day_not_decided_yet_is_marked_wherever_it_is_shown(
    browser: httpx.AsyncClient, language: str, words: str
) -> None:
    await sign_in(browser)
    answer = await upload(browser, MAYBE, f"{ZONE},2027-02-05,swapped_off,,,,,,unconfirmed")
    page = pages.read(answer.text)
    assert page.text.count("Not decided yet") == 2
    await browser.post(LISTED, data=hidden(page))
    for year in ("2026", "2027"):
        found = await browser.get(f"/{language}/admin/calendars/city?year={year}")
        assert found.text.count("hl-day--unconfirmed") == 2  # the legend, and the day
        assert found.text.count(words) == 3  # the legend, the day in its month, the list
    assert (await latest()).opens_on(date(2026, 11, 23))


async def _decide(browser: httpx.AsyncClient, number: int, do: str = "approve") -> httpx.Response:
    path = f"/en/admin/changes/{number}"
    form = hidden(await get(browser, path))
    return await browser.post(path, data={**form, "do": do, "answer": "Đúng"})


async def test_a_day_that_has_passed_is_changed_by_two(browser: httpx.AsyncClient) -> None:
    await sign_in(browser)
    form = hidden(await get(browser, CITY))
    answer = await browser.post(CITY, data={**form, **DAY, "day": "2026-09-30"})
    [proposal] = await changes.proposed()
    assert answer.headers["location"] == f"/en/admin/changes/{proposal.id}?done=proposed"
    assert not (await latest()).days
    page = await get(browser, f"/en/admin/changes/{proposal.id}")
    assert "Half day: Local festival (07:30–11:30)" in page.text
    assert "city 2026-09-30" in (await get(browser, CITY)).text
    assert (await _decide(browser, proposal.id)).status_code == 422
    await sign_in(browser, Role.COORDINATOR, "nga")
    assert (await _decide(browser, proposal.id)).status_code == 303
    assert (await latest()).days[date(2026, 9, 30)].act == "Quyết định 12/QĐ-UBND"
    row = await AuditRow.filter(subject=Subject.CALENDAR).order_by("-id").first()
    assert row
    assert (row.by, row.reason) == ("staff:nga", "Theo thông báo của phường")


@pytest.mark.parametrize(
    ("day", "is_for_two"),
    [
        ("2026-10-05", True),  # today, and a case runs
        ("2026-10-12", True),  # the day it is due
        ("2026-10-13", False),
        ("2026-10-10", False),  # a Saturday: nobody counts on it
    ],
)
async def test_an_opening_day_on_which_a_told_date_is_counted_is_changed_by_two(
    browser: httpx.AsyncClient, day: str, is_for_two: bool
) -> None:
    receipt = await make.make_case()
    assert receipt.due_at
    assert receipt.due_at.date() == date(2026, 10, 12)
    await sign_in(browser)
    form = hidden(await get(browser, CITY))
    answer = await browser.post(CITY, data={**form, **DAY, "day": day})
    assert answer.status_code == 303
    assert bool(await changes.proposed()) == is_for_two
    assert bool((await latest()).days) != is_for_two


async def test_a_file_with_days_that_were_told_is_proposed_as_a_whole(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_case()
    await sign_in(browser)
    page = pages.read((await upload(browser, TET, f"{ZONE},2026-10-07,holiday,,Bão,,1/QĐ,,")).text)
    answer = await browser.post(LISTED, data=hidden(page))
    [proposal] = await changes.proposed()
    assert answer.headers["location"] == f"/en/admin/changes/{proposal.id}?done=proposed"
    assert await CalendarRow.all().count() == 1
    assert "2026-10-07,holiday" in (await get(browser, f"/en/admin/changes/{proposal.id}")).text
    await sign_in(browser, Role.COORDINATOR, "nga")
    assert (await _decide(browser, proposal.id)).status_code == 303
    assert set((await latest()).days) == {date(2026, 10, 7), date(2027, 2, 8)}


async def test_a_proposed_file_cannot_be_taken_once_the_calendar_has_changed(
    browser: httpx.AsyncClient,
) -> None:
    await sign_in(browser)
    page = pages.read((await upload(browser, f"{ZONE},2026-10-01,holiday,,Bão,,1/QĐ,,")).text)
    await browser.post(LISTED, data=hidden(page))
    [proposal] = await changes.proposed()
    await browser.post(CITY, data={**hidden(await get(browser, CITY)), **DAY})
    await sign_in(browser, Role.COORDINATOR, "nga")
    assert (await _decide(browser, proposal.id)).status_code == 422
    assert set((await latest()).days) == {date(2026, 11, 20)}


async def test_only_who_keeps_calendars_changes_them(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, Role.AUDITOR)
    page = await get(browser, CITY)
    assert "Your role does not include this." in page.text
    assert "Withdraw the day" not in page.text
    form = hidden(await get(browser, LISTED))
    assert (await browser.post(LISTED, data=form)).status_code == 403
    assert (await browser.post(CITY, data={**form, **DAY})).status_code == 403
    await get(browser, "/en/admin/calendars/nowhere", 404)


async def test_an_officer_sees_no_calendars(browser: httpx.AsyncClient) -> None:
    await sign_in(browser, Role.OFFICER)
    assert (await browser.get(LISTED)).status_code == 403


@pytest.mark.parametrize(
    ("language", "words"),
    [
        ("en", "A day is only proposed and not decided yet"),
        ("vi", "1 ngày mới là đề xuất, chưa có quyết định"),
    ],
)
async def test_whoever_keeps_calendars_is_told_of_a_proposed_day_that_is_near(
    browser: httpx.AsyncClient, language: str, words: str
) -> None:
    await sign_in(browser)
    near = f"{ZONE},2026-10-12,swapped_off,,Nghỉ hoán đổi,Day off,,,unconfirmed"
    await browser.post(LISTED, data=hidden(pages.read((await upload(browser, near)).text)))
    page = await get(browser, f"/{language}/admin/calendars")
    assert words in page.text
    await sign_in(browser, Role.OFFICER, "lan")
    assert words not in (await get(browser, f"/{language}/inbox")).text
