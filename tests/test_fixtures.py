"""The fixtures of the real city: complete, consistent, and true to the calendar's own sums."""

import csv
import json
import re
import unicodedata
from collections import Counter
from datetime import date, timedelta
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
CITY = ROOT / "fixtures" / "hcmc"
REFERENCE = ROOT.parent / "shared" / "data" / "vn_calendar" / "reference.json"

HEADERS = {
    "agencies": "code,name_vi,name_en,kind,level,peer_group,parent,calendar,opens_on,closes_on",
    "lineage": "old_code,old_name,old_kind,old_district,old_province,part,successors,new_code",
    "services": "code,name_vi,name_en,field,statutory_amount,statutory_unit,source",
    "commitments": (
        "agency,level,service,amount,unit,rule,cut_off,effective_on,text_vi,text_en,legal_act"
    ),
    "calendar": "calendar,timezone,day,kind,windows,name_vi,name_en,legal_act,source,status",
}
WEEKDAYS = ("mon", "tue", "wed", "thu", "fri", "sat", "sun")
OFF = {"holiday", "compensatory_off", "swapped_off"}
WORKING_DAYS = {2020: 252, 2021: 250, 2022: 249, 2023: 249, 2024: 251, 2025: 250, 2026: 249}
LEFT_OUT = {
    "the page of another procedure": (
        "1.002544 1.014208 2.001709 3.000224 3.000272 3.000274 3.000284 3.000285 3.000286 3.000332"
    ),
    "a statutory complaint or denunciation": "1.004327 1.004335",
}


def table(name: str) -> list[dict[str, str]]:
    with (CITY / f"{name}.csv").open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file, strict=True))


@cache
def open_days() -> tuple[set[str], dict[date, str]]:
    """The weekdays open every week, and the kind of each special day that was decided."""
    rows = [
        row
        for row in table("calendar")
        if row["kind"] != "known_until" and row["status"] != "unconfirmed"
    ]
    week = {row["day"] for row in rows if row["day"] in WEEKDAYS}
    special = {date.fromisoformat(r["day"]): r["kind"] for r in rows if r["day"] not in WEEKDAYS}
    return week, special


def is_working(day: date) -> bool:
    week, special = open_days()
    kind = special.get(day)
    return kind == "swapped_working" if kind else WEEKDAYS[day.weekday()] in week


def days_of(year: int) -> list[date]:
    first = date(year, 1, 1)
    return [first + timedelta(days=n) for n in range((date(year + 1, 1, 1) - first).days)]


def add_working_days(start: date, number: int) -> date:
    """The n-th working day after `start`, which itself is not counted."""
    day = start
    while number:
        day += timedelta(days=1)
        number -= is_working(day)
    return day


def reference() -> dict[str, object]:
    if not REFERENCE.exists():
        pytest.skip("the reference sums of the calendar are not on this machine")
    found = json.loads(REFERENCE.read_text(encoding="utf-8"))
    assert isinstance(found, dict)
    return found


@pytest.mark.parametrize("name", HEADERS)
def test_a_file_is_plain_utf8_in_one_spelling(name: str) -> None:
    raw = (CITY / f"{name}.csv").read_bytes()
    text = raw.decode("utf-8")

    assert text.splitlines()[0] == HEADERS[name]
    assert not text.startswith("\ufeff")
    assert "\r" not in text
    assert text.endswith("\n")
    assert unicodedata.is_normalized("NFC", text)
    for row in table(name):
        assert None not in row
        assert all(cell == " ".join(cell.split()) for cell in row.values())


@pytest.mark.parametrize(
    ("name", "key"),
    [
        ("agencies", ("code",)),
        ("agencies", ("name_vi",)),
        ("agencies", ("name_en",)),
        ("lineage", ("old_code", "new_code")),
        ("services", ("code",)),
        ("services", ("name_vi",)),
        ("services", ("name_en",)),
        ("commitments", ("agency", "level", "service", "effective_on")),
        ("calendar", ("calendar", "day", "kind")),
    ],
)
def test_no_row_is_there_twice(name: str, key: tuple[str, ...]) -> None:
    counts = Counter(tuple(row[column] for column in key) for row in table(name))
    assert [found for found, count in counts.items() if count > 1] == []


def test_the_city_has_113_wards_54_communes_and_one_special_zone() -> None:
    units = [row for row in table("agencies") if row["level"] == "commune"]

    assert Counter((row["kind"], row["peer_group"]) for row in units) == {
        ("ward", "wards"): 113,
        ("commune", "communes"): 54,
        ("special_zone", "special_zone"): 1,
    }
    for row in units:
        assert re.fullmatch(r"\d{5}", row["code"])
        assert row["opens_on"] == "2025-07-01"
        assert row["closes_on"] == ""


def test_a_unit_is_called_what_it_is() -> None:
    kinds = {
        "ward": ("Phường ", " Ward"),
        "commune": ("Xã ", " Commune"),
        "special_zone": ("Đặc khu ", " Special Zone"),
    }
    for row in table("agencies"):
        if row["kind"] in kinds:
            before, after = kinds[row["kind"]]
            assert row["name_en"] == row["name_vi"].removeprefix(before) + after


def test_every_agency_hangs_below_the_city_and_keeps_a_known_calendar() -> None:
    agencies = {row["code"]: row for row in table("agencies")}
    calendars = {row["calendar"] for row in table("calendar")}

    assert [code for code, row in agencies.items() if not row["parent"]] == ["HCMC"]
    for row in agencies.values():
        assert row["parent"] in {"", *agencies}
        assert row["calendar"] in calendars


def test_departments_are_a_peer_group_of_their_own() -> None:
    departments = [row for row in table("agencies") if row["kind"] == "department"]

    assert len(departments) == 14
    for row in departments:
        assert (row["level"], row["peer_group"]) == ("city", "departments")
        assert row["code"].startswith("SO-")
        assert row["name_vi"].startswith("Sở ")


def test_every_old_unit_went_to_a_present_one() -> None:
    units = {row["code"] for row in table("agencies") if row["level"] == "commune"}
    rows = table("lineage")
    per_old_unit = Counter(row["old_code"] for row in rows)

    assert (len(rows), len(per_old_unit)) == (493, 442)
    assert {row["new_code"] for row in rows} == units
    for row in rows:
        assert int(row["successors"]) == per_old_unit[row["old_code"]]
        assert row["part"] == ("whole" if row["successors"] == "1" else "part")


def test_a_ward_handles_well_over_a_hundred_procedures_and_six_kinds_of_feedback() -> None:
    codes = [row["code"] for row in table("services")]
    feedback = [code for code in codes if code.startswith("PA-")]

    assert feedback == [f"PA-{number:02}" for number in range(1, 7)]
    assert len(codes) - len(feedback) == 156


def test_a_statutory_time_is_whole_or_absent() -> None:
    for row in table("services"):
        assert bool(row["statutory_amount"]) == bool(row["statutory_unit"])
        if row["statutory_amount"]:
            assert int(row["statutory_amount"]) > 0
            assert row["statutory_unit"] in {"working_day", "calendar_day"}
            assert "thời hạn" not in row["source"]
        else:
            assert "thời hạn" in row["source"], "an empty time says why"


def test_what_no_ward_office_handles_is_left_out() -> None:
    services = table("services")
    unwanted = {code for codes in LEFT_OUT.values() for code in codes.split()}

    assert unwanted.isdisjoint(row["code"] for row in services)
    for row in services:
        assert not re.search("hải quan|hàng hải|nhà ở và công sở|tố cáo", row["field"].lower())
        assert not re.search("hải quan|khiếu nại|tố cáo|khu vực biên giới", row["name_vi"].lower())


def test_every_known_statutory_time_is_promised_and_nothing_longer() -> None:
    services = {row["code"]: row for row in table("services")}
    promised = {row["service"]: row for row in table("commitments") if row["service"]}

    assert set(promised) == {code for code, row in services.items() if row["statutory_amount"]}
    for code, row in promised.items():
        assert row["unit"] == services[code]["statutory_unit"]
        assert int(row["amount"]) <= int(services[code]["statutory_amount"])


def test_procedures_bind_the_communes_and_feedback_binds_everybody() -> None:
    for row in table("commitments"):
        # Without a service it binds feedback about anything.
        is_feedback = row["service"].startswith("PA-") or not row["service"]

        assert row["agency"] == ""
        assert row["level"] == ("" if is_feedback else "commune")
        assert (row["rule"], row["cut_off"]) == ("civil", "")
        assert row["effective_on"] == "2025-07-01"
        assert row["legal_act"]
        if is_feedback:
            assert (row["amount"], row["unit"]) == ("15", "working_day")


def test_a_commitment_says_its_number_in_both_languages() -> None:
    units = {
        "working_day": ("ngày làm việc", "working day"),
        "calendar_day": ("ngày", "calendar day"),
    }
    for row in table("commitments"):
        in_vietnamese, in_english = units[row["unit"]]
        assert f" {row['amount']} {in_vietnamese} kể từ ngày " in row["text_vi"]
        assert re.search(rf" {row['amount']} {in_english}s? of ", row["text_en"])


def test_the_week_is_monday_to_friday_eight_hours() -> None:
    week = [row for row in table("calendar") if row["kind"] == "open"]

    assert [row["day"] for row in week] == list(WEEKDAYS[:5])
    assert {row["windows"] for row in week} == {"07:30-11:30 13:00-17:00"}
    assert {row["timezone"] for row in table("calendar")} == {"Asia/Ho_Chi_Minh"}


def test_special_days_have_a_name_an_act_and_hours_only_where_open() -> None:
    _, special = open_days()
    rows = [row for row in table("calendar") if row["kind"] not in {"open", "known_until"}]

    assert Counter(special.values()) == {
        "holiday": 77,
        "compensatory_off": 18,
        "swapped_off": 4,
        "swapped_working": 4,
    }
    for row in rows:
        assert row["name_vi"]
        assert row["name_en"]
        assert row["source" if row["status"] else "legal_act"]
        assert bool(row["windows"]) == (row["kind"] not in OFF)
        if row["kind"] == "swapped_working":
            assert date.fromisoformat(row["day"]).weekday() == WEEKDAYS.index("sat")


def test_a_swap_that_was_only_proposed_is_there_and_counts_for_nothing() -> None:
    proposed = [row for row in table("calendar") if row["status"]]

    assert [(row["day"], row["kind"], row["status"]) for row in proposed] == [
        ("2026-11-23", "swapped_off", "unconfirmed"),
        ("2026-11-28", "swapped_working", "unconfirmed"),
    ]
    assert is_working(date(2026, 11, 23))
    assert not is_working(date(2026, 11, 28))


def test_the_calendar_says_until_when_it_is_known() -> None:
    last = table("calendar")[-1]
    assert (last["day"], last["kind"]) == ("2026-12-31", "known_until")


@pytest.mark.parametrize(("year", "working_days"), WORKING_DAYS.items())
def test_a_year_has_its_working_days(year: int, working_days: int) -> None:
    assert sum(is_working(day) for day in days_of(year)) == working_days


def test_months_have_the_working_days_of_the_reference() -> None:
    years = reference()["years"]
    assert isinstance(years, dict)

    for year, facts in years.items():
        months = Counter(day.month for day in days_of(int(year)) if is_working(day))
        assert [months[month] for month in range(1, 13)] == facts["working_days_by_month"]


def test_sums_of_working_days_are_those_of_the_reference() -> None:
    sums = reference()["add_working_days"]
    assert isinstance(sums, list)

    for case in sums:
        due = add_working_days(date.fromisoformat(case["start"]), case["working_days"])
        assert due == date.fromisoformat(case["due"]), case


@pytest.mark.parametrize(
    ("start", "number", "due"),
    [
        ("2026-02-13", 1, "2026-02-23"),  # the eve of Tết
        ("2026-08-21", 7, "2026-09-03"),  # over a worked Saturday and National Day
        ("2025-12-31", 3, "2026-01-07"),  # over New Year and the swapped 2 January
        ("2026-11-23", 1, "2026-11-25"),  # the first Vietnam Culture Day
    ],
)
def test_a_clerk_counts_working_days_over_a_holiday(start: str, number: int, due: str) -> None:
    assert add_working_days(date.fromisoformat(start), number) == date.fromisoformat(due)


def test_whoever_does_not_know_the_office_has_one_to_write_to_that_is_ranked_with_nobody() -> None:
    agencies = table("agencies")
    [office] = [row for row in agencies if row["kind"] == "coordinator"]

    assert office["level"] == "city"
    assert [row["peer_group"] for row in agencies].count(office["peer_group"]) == 1
