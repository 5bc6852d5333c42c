"""The public register: every agency's promises, found, compared, explained."""

import csv
import io
from datetime import date, time

import pytest

from tests import make, pages
from tests.make import Clock
from tests.web.client import client

ONE = "/commitments/agencies/W1/services/CERT"


@pytest.fixture
async def city(database):
    """CERT: wards promise 3 days, the law allows 5, W2 takes 7 working hours, cut-off 15:00."""
    await make.make_city()
    service = await make.make_service("BIRTH", "Đăng ký khai sinh, nhập hộ khẩu")
    cert = await make.ServiceRow.get(code="CERT")
    cert.statutory_amount, cert.statutory_unit, cert.source = 5, "working_day", "Nghị định 1"
    await cert.save(update_fields=["statutory_amount", "statutory_unit", "source"])
    ward = await make.AgencyRow.get(code="W2")
    await make.make_agency("TD", "Phường Thủ Đức")
    await make.make_agency(
        "SO", "Sở Xây dựng", kind="department", level="city", peer_group="departments"
    )
    await make.make_commitment(
        level="commune", service_id=cert.id, amount=3, legal_act="Quyết định 1"
    )
    await make.make_commitment(
        agency_id=ward.id,
        service_id=cert.id,
        amount=7,
        unit="working_hour",
        rule="elapsed",
        cut_off="15:00",
        legal_act="Quyết định 2",
        effective_on=date(2026, 7, 1),
    )
    return service


async def read(settings, path, *, at=make.NOW):
    async with client(settings, Clock(at)) as browser:
        answer = await browser.get(path)
    assert answer.status_code == 200, path
    return pages.read(answer.text)


PATHS = [
    "/commitments/",
    "/commitments?q=ho+khau",
    "/commitments/?of=agencies&q=thu+duc",
    "/commitments/?q=%00&page=x",
    "/commitments/services/CERT",
    "/commitments/services/CERT?sort=fastest",
    "/commitments/services/CERT?q=hai&sort=slowest",
    "/commitments/services/BIRTH",
    "/commitments/feedback",
    "/commitments/agencies/W1",
    "/commitments/agencies/W1?q=chung&sort=fastest",
    "/commitments/agencies/W1/feedback",
    ONE,
    f"{ONE}?at=2026-12-30T16:00",
    f"{ONE}?at=9999-12-31T16:00",
    f"{ONE}?at=soon",
    "/commitments/agencies/W1/services/BIRTH",
]


@pytest.mark.parametrize("path", PATHS)
@pytest.mark.parametrize("language", ["vi", "en"])
async def test_every_page_is_good_in_both_languages(city, settings, language, path):
    page = await read(settings, f"/{language}{path}")
    assert page.lang == language


@pytest.mark.parametrize("words", ["ho khau", "Hộ khẩu", "KHAI sinh", "birth"])
async def test_a_service_is_found_with_or_without_marks(city, settings, words):
    page = await read(settings, f"/vi/commitments/?q={words}")
    assert "/vi/commitments/services/BIRTH" in page.links()
    assert "/vi/commitments/services/CERT" not in page.links()


async def test_an_office_is_found_without_marks(city, settings):
    page = await read(settings, "/vi/commitments/?q=thu duc")
    assert "/vi/commitments/agencies/TD" in page.links()


async def test_a_service_shows_what_most_promise_and_who_differs_beside_the_law(city, settings):
    page = await read(settings, "/en/commitments/services/CERT")
    assert "Wards: 2 of 3" in page.text
    assert "3 working days" in page.text
    assert "Ward W2" in page.text
    assert "7 working hours" in page.text
    assert "received by 15:00" in page.text
    assert "shorter than the law allows" in page.text
    assert "Quyết định 2" in page.text
    assert "No time is promised by: City departments (1)" in page.text


async def test_offices_are_listed_by_time(city, settings):
    page = await read(settings, "/en/commitments/services/CERT?sort=fastest")
    offices = [cell.text_content() if hasattr(cell, "text_content") else "".join(cell.itertext())
               for cell in page.all("th") if cell.get("scope") == "row"]  # fmt: skip
    assert [name.strip() for name in offices] == ["Ward W2", "Ward W1", "Ward TD", "Ward SO"]


async def test_a_service_nobody_promises_says_so(city, settings):
    page = await read(settings, "/en/commitments/services/BIRTH")
    assert "No office has promised a time for this service." in page.text
    one = await read(settings, "/en/commitments/agencies/W1/services/BIRTH")
    assert "No time is promised" in one.text
    assert "feedback about it is answered within: 5 working days" in one.text


async def test_one_commitment_is_told_in_words_with_its_example(city, settings):
    page = await read(settings, "/en/commitments/agencies/W2/services/CERT")
    assert "7 working hours" in page.text
    assert "Only office hours count" in page.text
    assert "What is received after 15:00" in page.text
    # Seven hours from 9:00: two and a half until lunch, four until closing, half on Tuesday.
    assert "Received Monday 5 October 2026, 09:00, it is due by Tuesday 6 October 2026, 08:00" in (
        page.text
    )
    assert "office hours: counted" in page.text
    assert "/en/complaints/new?agency=W2&service=CERT" in page.links()


async def test_an_example_can_be_asked_for_any_moment(city, settings):
    page = await read(settings, f"/en{ONE}?at=2026-10-09T10:00")
    assert "Received Friday 9 October 2026, 10:00" in page.text
    assert "due by Wednesday 14 October 2026, 17:00" in page.text
    assert "weekend: not counted" in page.text


async def test_what_is_no_moment_is_said_and_the_example_starts_now(city, settings):
    page = await read(settings, f"/en{ONE}?at=yesterday")
    assert "no day and time that can be counted from" in page.text
    assert "Received Monday 5 October 2026, 09:00" in page.text


async def test_every_version_is_kept(city, settings):
    page = await read(settings, "/en/commitments/agencies/W2/services/CERT")
    assert "since 1 Jul 2026" in page.text
    assert "until 1 Jul 2026" in page.text
    assert "since 1 Jan 2020" in page.text


@pytest.mark.parametrize(
    "path",
    ["agencies/NONE", "services/NONE", "agencies/W1/services/NONE", "agencies/NONE/feedback"],
)
async def test_what_does_not_exist_is_not_found(city, settings, path):
    async with client(settings, Clock()) as browser:
        assert (await browser.get(f"/vi/commitments/{path}")).status_code == 404


async def test_the_table_for_spreadsheets_is_safe_and_complete(city, settings):
    await make.make_commitment(
        agency_id=(await make.AgencyRow.get(code="TD")).id,
        service_id=(await make.ServiceRow.get(code="BIN")).id,
        text_vi="=HYPERLINK(1)",
        cut_off=f"{time(15):%H:%M}",
    )
    async with client(settings, Clock()) as browser:
        answer = await browser.get("/vi/commitments.csv")
    assert answer.content.startswith(b"\xef\xbb\xbf")
    rows = list(csv.DictReader(io.StringIO(answer.content.decode("utf-8-sig"))))
    kept = {(row["agency"], row["service"]): row for row in rows}
    assert set(kept) == {
        ("W1", ""), ("W2", ""), ("TD", ""), ("SO", ""),
        ("W1", "CERT"), ("W2", "CERT"), ("TD", "CERT"), ("TD", "BIN"),
    }  # fmt: skip
    assert kept["TD", "BIN"]["text_vi"] == "'=HYPERLINK(1)"
    assert kept["TD", "BIN"]["cut_off"] == "15:00"
    assert kept["W1", "CERT"]["against_statutory"] == "shorter"


async def test_the_api_lists_what_is_in_force_on_a_day(city, settings):
    async with client(settings, Clock()) as api:
        now = (await api.get("/api/v1/commitments?agency=W2")).json()
        then = (await api.get("/api/v1/commitments?agency=W2&on=2026-06-30")).json()
        none = (await api.get("/api/v1/commitments?agency=W2&service=BIRTH")).json()
    assert [item["service"] and item["service"]["code"] for item in now["items"]] == [None, "CERT"]
    assert now["items"][1]["commitment"]["unit"] == "working_hour"
    assert now["items"][1]["statutory"]["source"] == "Nghị định 1"
    assert then["items"][1]["commitment"]["amount"] == 3
    assert none["items"][0]["commitment"] is None
    assert now["next"] is None


async def test_the_api_pages_without_losing_or_repeating(city, settings, monkeypatch):
    monkeypatch.setattr("web.api.commitments.PAGE", 2)
    seen, cursor = [], ""
    async with client(settings, Clock()) as api:
        while cursor is not None:
            params = {"cursor": cursor}
            body = (await api.get("/api/v1/commitments", params=params)).json()
            seen += [
                (item["agency"]["code"], item["service"] and item["service"]["code"])
                for item in body["items"]
            ]
            cursor = body["next"]
    assert len(seen) == len(set(seen)) == 7


@pytest.mark.parametrize(
    ("query", "field"),
    [
        ("commitments?agency=NONE", "agency"),
        ("commitments?service=NONE", "service"),
        ("commitments?on=tomorrow", "on"),
        ("deadline?agency=NONE", "agency"),
        ("deadline?agency=W1&at=2026-10-05T09:00:00", "at"),
        ("deadline?agency=W1&at=9999-12-31T23:59:59-12:00", "at"),
        ("deadline?agency=W1&at=now", "at"),
    ],
)
async def test_the_api_says_which_field_is_wrong(city, settings, query, field):
    async with client(settings, Clock()) as api:
        answer = await api.get(f"/api/v1/{query}")
    assert answer.status_code == 422
    assert field in answer.json()["errors"]
