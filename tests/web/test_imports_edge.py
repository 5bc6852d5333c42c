"""Every hostile file of tests/edge ends exactly as its expected.json says."""

import csv
import json
from datetime import datetime
from pathlib import Path
from typing import Any
from zoneinfo import ZoneInfo

import pytest

from feedback.history import PastCase
from web.imports import cases, lines, reader
from web.imports.errors import FileRefused, Refusal, RowRefused
from web.imports.lookup import AgencyFinder, FormerName
from web.imports.mapping import Mapping
from web.imports.reader import Record
from web.imports.stored import firsts

ROOT = Path(__file__).parents[2]
EDGE = ROOT / "tests" / "edge"
EXPECTED: dict[str, dict[str, Any]] = json.loads((EDGE / "expected.json").read_text())["files"]
LOCAL = ZoneInfo("Asia/Ho_Chi_Minh")

# How expected.json words a reason -> our codes for it. The longest wording that fits counts.
REASONS = {
    "case_id repeats": {"repeats_identical", "repeats_different"},
    "case_id has a character that is not allowed": {"bad_case_id"},
    "closed_at before opened_at": {"closed_before_opened"},
    "no agency": {"agency_missing"},
    "agency_code unknown": {"agency_unknown"},
    "agency_name unknown": {"agency_unknown"},
    "agency_code and agency_name disagree": {"agency_disagrees"},
    "is not a date": {"not_a_date"},
    "is not a time of day": {"not_a_time"},
    "has a two-digit year": {"two_digit_year"},
    "year out of range": {"year_out_of_range"},
    "is missing": {"missing"},
    "cells where the header has": {"wrong_cell_count"},
    "note longer than": {"too_long"},
    "old unit was split": {"agency_was_divided"},
    "old name without its district": {"agency_needs_district"},
    "a district is not an agency": {"agency_is_district"},
    "name without tone marks fits two units": {"agency_unknown"},
}

FILE_REASONS = {
    "12_unclosed_quote.csv": FileRefused("unclosed_quote", 3),
    "15_empty.csv": FileRefused("empty"),
    "17_windows1258.csv": FileRefused("not_utf8", 2),
    "18_utf16le.csv": FileRefused("utf16", 1),
    "20_nul_byte.csv": FileRefused("nul_byte", 3),
    "21_missing_column.csv": FileRefused("missing_column", 1, "opened_at"),
    "22_duplicate_header.csv": FileRefused("duplicate_column", 1, "note"),
    "24_not_csv.csv": FileRefused("not_text"),
}


def _rows(name: str) -> list[dict[str, str]]:
    with (ROOT / "fixtures" / "hcmc" / name).open(encoding="utf-8", newline="") as file:
        return list(csv.DictReader(file))


def _finder() -> AgencyFinder:
    """The 168 units alone, as in the data the files were written against."""
    units = [row for row in _rows("agencies.csv") if row["level"] == "commune"]
    old: dict[tuple[str, str], set[str]] = {}
    for row in _rows("lineage.csv"):
        old.setdefault((row["old_name"], row["old_district"]), set()).add(row["new_code"])
    finder = AgencyFinder({row["code"] for row in units})
    finder.know(
        [(row["code"], row["name_vi"]) for row in units],
        [FormerName(name, district, frozenset(heirs)) for (name, district), heirs in old.items()],
    )
    return finder


@pytest.fixture(scope="module")
def parse() -> Any:
    services = {row["code"] for row in _rows("services.csv")}
    return cases.parser(_finder(), services, Mapping().times())


def _read(name: str, parse: Any, encoding: str = "utf-8") -> tuple[list[PastCase], list[Refusal]]:
    path = EDGE / name
    taken: list[tuple[int, PastCase]] = []
    refusals: list[Refusal] = []
    with lines.opened(path, encoding=encoding) as source:
        wanted = Mapping().wanted(cases.COLUMNS, cases.NEEDED)
        for record in reader.read(source, path, wanted):
            assert isinstance(record, Record | Refusal)
            if isinstance(record, Refusal):
                refusals.append(record)
                continue
            try:
                taken.append((record.line, parse(record)))
            except RowRefused as why:
                refusals.append(Refusal(record.line, why.column, why.reason, why.value))
    kept, stored = firsts(taken, key=lambda case: case.reference, column="case_id")
    return [case for _, case in kept], sorted([*refusals, *stored.refusals])


def _ours(wording: str) -> set[str]:
    return REASONS[max((w for w in REASONS if w in wording), key=len)]


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if e["outcome"] != "file_refused"])
def test_an_edge_file_ends_as_expected(name: str, parse: Any) -> None:
    expected = EXPECTED[name]
    taken, refusals = _read(name, parse)
    assert len(taken) == expected["accepted"]
    assert [r.line for r in refusals] == [r["line"] for r in expected["rejected"]]
    for refusal, told in zip(refusals, expected["rejected"], strict=True):
        assert refusal.reason in _ours(told["reason"]), (refusal, told)
    by_id = {case.reference: case for case in taken}
    for case_id, note in expected.get("notes", {}).items():
        assert by_id[case_id].text == note
    for case_id, code in expected.get("resolved", {}).items():
        assert by_id[case_id].agency == code
    for case_id, local in expected.get("opened_local", {}).items():
        opened = by_id[case_id].opened_at.astimezone(LOCAL)
        assert local in {opened.isoformat(), opened.date().isoformat()}
    if "kept_as_text" in expected:
        assert expected["kept_as_text"]["case_id"] in by_id


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if e["outcome"] == "file_refused"])
def test_a_refused_edge_file_says_where_and_why(name: str, parse: Any) -> None:
    with pytest.raises(FileRefused) as refused:
        _read(name, parse)
    wanted = FILE_REASONS[name]
    assert vars(refused.value) == vars(wanted)


@pytest.mark.parametrize("name", [n for n, e in EXPECTED.items() if "same_records_as" in e])
def test_another_spelling_of_a_file_holds_the_same_records(name: str, parse: Any) -> None:
    same, _ = _read(EXPECTED[name]["same_records_as"], parse)
    assert _read(name, parse)[0] == same


def test_windows_1258_is_read_when_it_is_chosen_by_hand(parse: Any) -> None:
    same, _ = _read("01_control.csv", parse)
    assert _read("17_windows1258.csv", parse, "windows-1258")[0] == same


def test_notes_that_look_like_formulas_are_stored_as_written(parse: Any) -> None:
    taken, _ = _read("13_formula_cells.csv", parse)
    notes = {case.reference: case.text for case in taken}
    assert notes["H-5"] == "=cmd|' /C calc'!A0"
    assert notes["H-6"] == "\t=1+1"
    assert notes["H-8"] == "＝1+1"


def test_times_are_moments_whatever_their_zone(parse: Any) -> None:
    taken, _ = _read("26_time_zones.csv", parse)
    first = {case.opened_at for case in taken if case.reference in {"N-1", "N-2", "N-3", "N-4"}}
    assert first == {datetime(2026, 3, 2, 6, 30, tzinfo=LOCAL)}
