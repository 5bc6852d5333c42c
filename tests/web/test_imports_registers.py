"""What a register refuses, and what a later file may still change."""

from datetime import UTC, date, datetime
from pathlib import Path

import pytest

from feedback.actors import System
from sla import charter, commitment_register
from sla.acts import Act
from sla.calendars import WorkingCalendar
from sla.charter import Charter
from sla.models import AgencyRow, CalendarRow, CommitmentRow, ServiceRow
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary

HCMC = Path(__file__).parents[2] / "fixtures" / "hcmc"

pytestmark = pytest.mark.usefixtures("owner_database")


async def _import(kind: str, path: Path, report: Path | None = None) -> Summary:
    act = Act(by=System("import"), at=datetime(2026, 10, 1, tzinfo=UTC))
    return await imports.run(path, KINDS[kind], act, mapping=Mapping(), report=report)


async def _rows(kind: str, tmp_path: Path, *rows: str) -> list[str]:
    """Import rows; what was refused, as `line column reason`."""
    path, report = tmp_path / f"{kind}.csv", tmp_path / "report.csv"
    columns = KINDS[kind].columns
    full = (row + "," * (len(columns) - 1 - row.count(",")) for row in rows)
    path.write_text("\n".join((",".join(columns), *full)), encoding="utf-8")
    summary = await _import(kind, path, report)
    refused = report.read_text(encoding="utf-8-sig").splitlines()[1:]
    assert summary.refusals == len(refused)
    return [" ".join(line.split(",")[:3]) for line in refused]


AGENCY = "A,Phường A,,ward,commune,wards,,hcmc,2025-07-01,"
SERVICE = "1.1,Khai sinh,Birth,Hộ tịch,1,working_day,"


async def test_agencies_are_refused_for_what_cannot_be(tmp_path: Path) -> None:
    refused = await _rows(
        "agencies",
        tmp_path,
        AGENCY,
        AGENCY,
        AGENCY.replace("Phường A", "Phường B"),
        "B,,,ward,commune,wards,,hcmc,,",
        "C,Phường C,,ward,commune,wards,,hcmc,2025-07-01,2025-06-30",
        "D,Phường D,,ward,commune,wards,,hcmc,1/7/25,",
    )
    assert refused == [
        "3 code repeats_identical",
        "4 code repeats_different",
        "5 name_vi missing",
        "6 closes_on closes_before_it_opens",
        "7 opens_on two_digit_year",
    ]
    assert (await AgencyRow.get(code="A")).name_en == "Phường A"


async def test_a_register_may_say_something_new_of_what_it_knows(tmp_path: Path) -> None:
    await _rows("agencies", tmp_path, AGENCY)
    assert await _rows("agencies", tmp_path, f"{AGENCY}2026-07-01") == []
    closed = await AgencyRow.get(code="A")
    assert str(closed.closes_on) == "2026-07-01"
    await _rows("services", tmp_path, SERVICE)
    assert await _rows("services", tmp_path, SERVICE.replace("Birth", "Birth registration")) == []
    assert (await ServiceRow.get(code="1.1")).name_en == "Birth registration"


async def test_services_have_amount_and_unit_or_neither(tmp_path: Path) -> None:
    refused = await _rows(
        "services",
        tmp_path,
        SERVICE,
        "1.2,Khai tử,,,,,",
        "1.3,Kết hôn,,,5,,",
        "1.4,Cư trú,,,,month,",
        "1.5,Hộ khẩu,,,5,week,",
        "1.6,Cải chính,,,,immediate,",
    )
    assert refused == [
        "4 statutory_unit missing",
        "5 statutory_amount missing",
        "6 statutory_unit not_allowed",
    ]


async def test_commitments_name_what_exists_and_are_never_rewritten(tmp_path: Path) -> None:
    await _rows("agencies", tmp_path, AGENCY)
    await _rows("services", tmp_path, SERVICE.replace(",1,", ",5,"))
    sound = "A,,1.1,3,working_day,,15:00,2026-01-01,,,"
    refused = await _rows(
        "commitments",
        tmp_path,
        sound,
        "B,,1.1,3,working_day,civil,,2026-01-01,,,",
        ",commune,9.9,3,working_day,civil,,2026-01-01,,,",
        "A,commune,1.1,3,working_day,civil,,2026-01-01,,,",
        ",,,,working_day,civil,,2026-01-01,,,",
        ",,,3,working_day,civil,,,,,",
        ",,,3,calendar_day,elapsed,,2026-01-01,,,",
        ",,,3,working_day,civil,24:30,2026-01-01,,,",
        ",,,3,working_day,civil,3 pm,2026-01-01,,,",
        ",,,3 days,working_day,civil,,2026-01-01,,,",
    )
    assert refused == [
        "3 agency agency_unknown",
        "4 service service_unknown",
        "5 level agency_and_level",
        "6 amount missing",
        "7 effective_on missing",
        "8 rule not_allowed",
        "9 cut_off not_a_time",
        "10 cut_off not_a_time",
        "11 amount not_a_number",
    ]
    stored = await CommitmentRow.get()
    assert (stored.rule, stored.cut_off) == ("elapsed", "15:00")
    assert await _rows("commitments", tmp_path, sound) == []
    changed = sound.replace(",3,", ",2,")
    assert await _rows("commitments", tmp_path, changed) == ["2  differs_from_stored"]


async def test_nobody_promises_longer_than_the_law_allows(tmp_path: Path) -> None:
    services = ("1.1,Khai sinh,Birth,Hộ tịch,5,working_day,", "1.2,Đất,Land,Đất,20,calendar_day,")
    assert await _rows("services", tmp_path, *services) == []
    refused = await _rows(
        "commitments",
        tmp_path,
        ",,1.1,5,working_day,,,2026-01-01,,,",
        ",,1.1,6,working_day,,,2026-02-01,,,",
        ",ward,1.1,41,working_hour,,,2026-01-01,,,",
        ",,1.2,1,month,,,2026-01-01,,,",
        ",,1.2,30,working_day,,,2026-02-01,,,",
    )
    assert refused == [f"{line} amount longer_than_law" for line in (3, 4, 5)]


async def test_nobody_promises_to_answer_feedback_later_than_the_law_allows(tmp_path: Path) -> None:
    """Fifteen working days; also by a version from before the rule, which would outlast it."""
    assert await _rows("agencies", tmp_path, AGENCY) == []
    refused = await _rows(
        "commitments",
        tmp_path,
        ",,,15,working_day,,,2026-01-01,,,",
        ",,,16,working_day,,,2026-02-01,,,",
        ",commune,,121,working_hour,,,2026-01-01,,,",
        "A,,,16,working_day,,,2020-01-01,,,",
        ",,,21,calendar_day,,,2026-03-01,,,",
    )
    assert refused == [f"{line} amount longer_than_law" for line in (3, 4, 5)]


async def test_two_counters_of_one_agency_keep_different_hours(tmp_path: Path) -> None:
    week = "Asia/Ho_Chi_Minh,mon,open,07:30-11:30 13:00-17:00"
    rows = (f"city,{week}", "evening,Asia/Ho_Chi_Minh,mon,open,13:00-20:00")
    assert await _rows("calendar", tmp_path, *rows) == []
    assert await _rows("agencies", tmp_path, AGENCY.replace("hcmc", "city")) == []
    assert await _rows("services", tmp_path, "1.1,A,A,f,,,", "1.2,B,B,f,,,") == []
    refused = await _rows(
        "commitments",
        tmp_path,
        "A,,1.1,1,working_hour,,,2026-01-01,,,,evening",
        "A,,1.2,1,working_hour,,,2026-01-01,,,,",
        "A,,1.2,1,working_hour,,,2026-02-01,,,,nowhere",
    )
    assert refused == ["4 calendar calendar_unknown"]
    known = await charter.current()
    agency, at = known.agencies["A"], datetime(2026, 10, 5, 9, 45, tzinfo=UTC)  # 16:45 there
    due = {
        code: commitment_register.promised(
            known, agency, known.services[code], at=at, general=False
        ).deadline
        for code in ("1.1", "1.2")
    }
    assert [f"{found.due:%d %H:%M}" for found in due.values() if found] == ["05 17:45", "12 08:15"]
    assert [code for code, used in used_by(known) if used == "evening"] == ["1.1"]


def used_by(known: Charter) -> list[tuple[str, str]]:
    """Services of agency A with the code of the calendar they are counted by."""
    codes = {id_: code for code, id_ in known.latest_calendar.items()}
    agency, at = known.agencies["A"], datetime(2026, 10, 5, tzinfo=UTC)
    bound = {code: known.binding(agency, one, at=at) for code, one in known.services.items()}
    return [(code, codes[one.calendar_id]) for code, one in bound.items() if one.calendar_id]


async def test_what_is_only_proposed_changes_no_hours_and_says_so(tmp_path: Path) -> None:
    rows = (
        "city,Asia/Ho_Chi_Minh,mon,open,07:30-11:30 13:00-17:00",
        "city,Asia/Ho_Chi_Minh,2026-11-23,swapped_off,,Nghỉ hoán đổi,,,Báo ngày 18/9,unconfirmed",
    )
    assert await _rows("calendar", tmp_path, *rows) == []
    row = await CalendarRow.get()
    calendar = WorkingCalendar.from_json(row.rules)
    day = date(2026, 11, 23)
    assert (calendar.days[day].is_confirmed, calendar.days[day].source) == (False, "Báo ngày 18/9")
    assert calendar.opens_on(day)
    assert await _rows("calendar", tmp_path, rows[0], rows[1].replace("un", "")) == []
    decided = WorkingCalendar.from_json((await CalendarRow.get(version=2)).rules)
    assert not decided.opens_on(day)
    assert (await CalendarRow.get(version=1)).rules == row.rules


async def test_an_old_name_needs_its_heir(tmp_path: Path) -> None:
    await _rows("agencies", tmp_path, AGENCY)
    sound = "1,Phường 1,phường,Quận 1,,whole,1,A"
    refused = await _rows(
        "lineage",
        tmp_path,
        sound,
        "2,Phường 2,phường,Quận 1,,whole,1,B",
        "3,Phường 3,phường,Quận 1,,half,1,A",
        "4,Phường 4,phường,Quận 1,,part,0,A",
        "5,Phường 5,phường,Quận 1,,part,,A",
    )
    assert refused == [
        "3 new_code agency_unknown",
        "4 part not_allowed",
        "5 successors not_a_number",
        "6 successors missing",
    ]
    changed = sound.replace("whole,1", "part,2")
    assert await _rows("lineage", tmp_path, changed) == ["2  differs_from_stored"]


async def test_a_calendar_is_refused_for_what_cannot_be(tmp_path: Path) -> None:
    refused = await _rows(
        "calendar",
        tmp_path,
        "a,Asia/Ho_Chi_Minh,mon,open,07:30-11:30 13:00-17:00,,,",
        "a,Asia/Ho_Chi_Minh,tue,open,,,,",
        "a,Asia/Ho_Chi_Minh,wed,open,11:30-07:30,,,",
        "a,Asia/Ho_Chi_Minh,thu,holiday,,,,",
        "a,Mars,fri,open,07:30-11:30,,,",
        "a,Asia/Ho_Chi_Minh,,holiday,,,,",
        "a,Asia/Ho_Chi_Minh,2026-12-24,half_day,,,,",
        "a,Asia/Ho_Chi_Minh,mon,open,08:00-12:00,,,",
        "never,Asia/Ho_Chi_Minh,2026-12-24,holiday,,,,",
        "two,Asia/Ho_Chi_Minh,mon,open,08:00-12:00,,,",
        "two,Asia/Tokyo,tue,open,08:00-12:00,,,",
    )
    assert refused == [
        "3 windows missing",
        "4 windows bad_windows",
        "5 kind not_allowed",
        "6 timezone unknown_zone",
        "7 day missing",
        "8 windows missing",
        "9 day repeats_different",
        "10 windows never_opens",
        "11 timezone differs_within_calendar",
        "12 timezone differs_within_calendar",
    ]
    assert await CalendarRow.all().values_list("code", flat=True) == ["a"]


async def test_cases_of_unknown_agencies_or_services_are_refused(tmp_path: Path) -> None:
    await _rows("agencies", tmp_path, AGENCY, AGENCY.replace("A,", "B,", 1))
    refused = await _rows(
        "cases",
        tmp_path,
        "1,A,Phường A,9.9,2026-01-05,,,",
        "2,,Phường A,,2026-01-05,,,",
        "3,A,,,,,,",
        "4,A,,,2026-01-05 10:00,,2026-01-05,",
        "5,A,,,2026-01-05 10:00,,2026-01-04,",
    )
    assert refused == [
        "2 service_code service_unknown",
        "3 agency_name agency_ambiguous",
        "4 opened_at missing",
        "6 closed_at closed_before_opened",
    ]
