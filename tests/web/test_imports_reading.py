"""Bytes to records to values: the small rules by example, and their laws."""

import csv
import gzip
import io
import string
from datetime import UTC, date, datetime, timedelta
from pathlib import Path
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback import history
from sla import spelling
from web.imports import cells, lines, mapping, reader
from web.imports.cells import Times
from web.imports.errors import FileRefused, Refusal, RowRefused
from web.imports.mapping import BadMapping
from web.imports.reader import Record, Wanted
from web.imports.report import ReportFile, safe_cell
from web.imports.seen import Seen
from web.imports.stored import firsts

SAIGON = ZoneInfo("Asia/Ho_Chi_Minh")
BOSTON = ZoneInfo("America/New_York")
AB = Wanted(("a", "b"), (("a",),))


def _read(path: Path, wanted: Wanted = AB) -> list[Record | Refusal]:
    with lines.opened(path) as source:
        return list(reader.read(source, path, wanted))


def _file(tmp_path: Path, content: bytes, name: str = "file.csv") -> Path:
    path = tmp_path / name
    path.write_bytes(content)
    return path


CELL = st.text(st.characters(codec="utf-8", exclude_characters="\0"), max_size=8)


@given(
    rows=st.lists(st.tuples(CELL.filter(str.strip), CELL), max_size=8),
    delimiter=st.sampled_from(",;"),
    end=st.sampled_from(["\n", "\r\n"]),
    zipped=st.booleans(),
)
def test_what_was_written_is_read_with_the_line_it_begins_on(
    tmp_path_factory: pytest.TempPathFactory,
    rows: list[tuple[str, str]],
    delimiter: str,
    end: str,
    zipped: bool,
) -> None:
    written = io.StringIO(newline="")
    writer = csv.writer(
        written, delimiter=delimiter, lineterminator=end, quoting=csv.QUOTE_ALL, doublequote=True
    )
    writer.writerow(("a", "b"))
    expected = []
    for row in rows:
        expected.append(Record(1 + written.getvalue().count("\n"), row))
        writer.writerow(row)
    content = written.getvalue().encode()
    path = tmp_path_factory.mktemp("law") / "file.csv"
    path.write_bytes(gzip.compress(content) if zipped else content)
    assert _read(path) == expected


def test_a_stray_quote_refuses_its_row_and_no_other(tmp_path: Path) -> None:
    path = _file(tmp_path, b'a,b\n1,"x"y\n2,"z"\n3,5" pipe\n')
    assert _read(path) == [
        Refusal(2, "", "broken_row", ""),
        Record(3, ("2", "z")),
        Record(4, ("3", '5" pipe')),
    ]


def test_an_unclosed_quote_is_placed_where_it_was_opened(tmp_path: Path) -> None:
    path = _file(tmp_path, b'a,b\n"one\ntwo",x\n"three\n",";""\n\n4,y\n')
    with pytest.raises(FileRefused) as refused:
        _read(path)
    assert (refused.value.reason, refused.value.line) == ("unclosed_quote", 5)


@pytest.mark.parametrize(
    ("content", "reason", "line"),
    [
        (b"\xef\xbb\xbf", "empty", None),
        (b"\n1,2\n", "empty_header", 1),
        (b'"a,b\n', "broken_header", 1),
        (b"a,b\n1,\xff\n", "not_utf8", 2),
        (b"a,b\n1,2\n\xe1\xbb", "not_utf8", 3),
        (b"%PDF-1.7\n", "not_text", None),
        (gzip.compress(b"a,b\n1,2\n" * 1000, mtime=0)[:-20], "broken_gzip", None),
        (gzip.compress(b"", mtime=0), "empty", None),
    ],
)
def test_a_file_that_cannot_be_read_is_refused_whole(
    content: bytes, reason: str, line: int | None, tmp_path: Path
) -> None:
    with pytest.raises(FileRefused) as refused:
        _read(_file(tmp_path, content))
    assert (refused.value.reason, refused.value.line) == (reason, line)


def test_a_file_that_is_one_endless_line_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        _read(_file(tmp_path, gzip.compress(b"a,b\n" + b"x" * (lines.LONGEST + 2**19))))
    assert (refused.value.reason, refused.value.line) == ("line_too_long", 2)


def test_a_column_the_file_lacks_gives_empty_cells(tmp_path: Path) -> None:
    assert _read(_file(tmp_path, b"x,A\n0,1\n")) == [Record(2, ("1", ""))]


@pytest.mark.parametrize(
    ("line", "refusal"),
    [
        ("{", ("", "not_json")),
        ("[" * 100_000, ("", "not_json")),
        ('{"a": NaN}', ("", "not_json")),
        ('["a"]', ("", "not_an_object")),
        ('{"a": "1", "a": "2"}', ("a", "duplicate_key")),
        ('{"a": {"b": 1}}', ("a", "not_text")),
        ('{"a": true}', ("a", "not_text")),
    ],
)
def test_a_bad_line_of_jsonl_refuses_its_row(
    line: str, refusal: tuple[str, str], tmp_path: Path
) -> None:
    path = _file(tmp_path, f'{{"a": 1.10, "b": null}}\n\n{line}\n'.encode(), "file.jsonl")
    assert _read(path) == [Record(1, ("1.10", "")), Refusal(3, *refusal, "")]


def test_jsonl_without_a_needed_column_is_refused(tmp_path: Path) -> None:
    with pytest.raises(FileRefused) as refused:
        _read(_file(tmp_path, b'{"b": "1"}\n', "file.jsonl"))
    assert (refused.value.reason, refused.value.column) == ("missing_column", "a")


@given(st.text(max_size=20))
def test_a_cell_is_cleaned_as_every_other_text(text: str) -> None:
    sound = text.encode("utf-8", "ignore").decode().replace("\0", "")
    assert cells.line(text) == spelling.one_line(sound)
    assert cells.prose(text).strip() == spelling.tidy(sound)


@given(st.text(st.sampled_from("aĂẫĐ đợỹ \n\t7кß") | st.characters(codec="utf-8"), max_size=12))
def test_past_cases_are_found_by_the_same_key_as_new_ones(text: str) -> None:
    tidy = cells.prose(text)
    assert history.search_key(tidy) == spelling.search_key(tidy)


@given(st.text(string.whitespace + "a"))
def test_free_text_keeps_the_blanks_at_its_edges(text: str) -> None:
    plain = text.replace("\r\n", "\n").replace("\r", "\n").replace("\x0b", "\n")
    assert cells.prose(text) == plain.replace("\x0c", "\n")


WALL = st.datetimes(datetime(2000, 1, 1), datetime(2100, 12, 31)).map(  # noqa: DTZ001 -- wall clock
    lambda at: at.replace(second=at.second // 15 * 15, microsecond=0)
)


@given(
    moments=st.lists(WALL, min_size=1, max_size=12),
    form=st.sampled_from(["%Y-%m-%d %H:%M:%S", "%Y-%m-%dT%H:%M:%S", "%d/%m/%Y %H:%M:%S"]),
    zone=st.sampled_from([SAIGON, BOSTON]),
)
def test_a_wall_clock_time_is_the_moment_it_is_in_its_zone(
    moments: list[datetime], form: str, zone: ZoneInfo
) -> None:
    times = Times(zone)
    for at in [*moments, *moments]:
        found = times.moment(at.strftime(form), "opened_at")
        assert found == at.replace(tzinfo=zone).astimezone(UTC)


def test_on_the_day_clocks_change_every_hour_is_its_own() -> None:
    times = Times(BOSTON)
    for hour, utc in ((0, 4), (3, 8), (0, 4), (23, 28)):
        midnight = datetime(2011, 11, 6, tzinfo=UTC)
        found = times.moment(f"2011-11-06 {hour:02}:00", "opened_at")
        assert found == midnight + timedelta(hours=utc)


def test_a_day_stands_for_its_beginning_or_as_a_deadline_for_its_end() -> None:
    times = Times(SAIGON)
    begins = times.moment("31/03/2026", "opened_at")
    ends = times.moment("2026-03-31", "due_at", day=cells.DAY_ENDS)
    assert begins == datetime(2026, 3, 31, tzinfo=SAIGON)
    assert ends == datetime(2026, 3, 31, 23, 59, 59, tzinfo=SAIGON)


@pytest.mark.parametrize("cell", ["2026-01-05T08:00+99:00", "2026-01-05T08:00+07:60"])
def test_an_offset_that_cannot_be_is_no_time(cell: str) -> None:
    with pytest.raises(RowRefused) as refused:
        Times(SAIGON).moment(cell, "opened_at")
    assert refused.value.column == "opened_at"


def test_a_lone_carriage_return_refuses_its_row(tmp_path: Path) -> None:
    path = _file(tmp_path, b"a,b\n1\r2,x\n3,y\n")
    assert _read(path) == [Refusal(2, "", "broken_row", ""), Record(3, ("3", "y"))]


def test_formats_of_a_mapping_are_the_only_ones_read() -> None:
    times = Times(BOSTON, ("%m/%d/%y %H:%M",))
    assert times.moment("10/21/18 0:00", "opened_at") == datetime(2018, 10, 21, tzinfo=BOSTON)
    with pytest.raises(RowRefused):
        times.moment("2018-10-21 00:00", "opened_at")


@pytest.mark.parametrize(
    ("read", "value"),
    [
        (lambda: cells.day("31/12/2026", "c"), date(2026, 12, 31)),
        (lambda: cells.day(" ", "c"), None),
        (lambda: cells.whole("007", "c", most=100), 7),
        (lambda: cells.whole("", "c", most=100), None),
        (lambda: cells.one_of("a", "c", ("a",)), "a"),
    ],
)
def test_a_good_cell_is_its_value(read: object, value: object) -> None:
    assert callable(read)
    assert read() == value


@pytest.mark.parametrize(
    ("read", "reason"),
    [
        (lambda: cells.day("2026-02-30", "c"), "not_a_date"),
        (lambda: cells.day("2026-02-01 10:00", "c"), "not_a_date"),
        (lambda: cells.day("1/2/26", "c"), "two_digit_year"),
        (lambda: cells.day("1999-12-31", "c"), "year_out_of_range"),
        (lambda: cells.whole("-1", "c", most=100), "not_a_number"),
        (lambda: cells.whole("٧", "c", most=100), "not_a_number"),
        (lambda: cells.whole("101", "c", most=100), "too_large"),
        (lambda: cells.one_of("b", "c", ("a",)), "not_allowed"),
        (lambda: cells.one_of("", "c", ("a",)), "missing"),
        (lambda: cells.named(" ", "c", 5), "missing"),
        (lambda: cells.named("abcdef", "c", 5), "too_long"),
    ],
)
def test_a_bad_cell_says_why(read: object, reason: str) -> None:
    assert callable(read)
    with pytest.raises(RowRefused) as refused:
        read()
    assert (refused.value.column, refused.value.reason) == ("c", reason)


@given(st.lists(st.lists(st.text(string.digits, max_size=2), max_size=9), max_size=9))
def test_numbers_had_before_are_found_and_no_others(batches: list[list[str]]) -> None:
    seen, had = Seen(), set()
    for batch in batches:
        assert seen.among(batch) == had & set(batch)
        seen.add(batch)
        had |= set(batch)


@given(st.lists(st.tuples(st.integers(0, 3), st.integers(0, 1))))
def test_of_rows_with_one_key_the_first_counts(rows: list[tuple[int, int]]) -> None:
    kept, stored = firsts(list(enumerate(rows)), key=lambda row: row[0], column="k")
    assert [row[0] for _, row in kept] == list(dict.fromkeys(key for key, _ in rows))
    assert len(kept) + len(stored.refusals) == len(rows)


@pytest.mark.parametrize("text", ["=1+1", "+84", "-1", "@SUM", "\t=1", "\r=1", "＝1", " =1"])
def test_no_cell_of_a_report_is_a_formula(text: str, tmp_path: Path) -> None:
    with ReportFile(tmp_path / "report.csv") as report:
        report.write([Refusal(2, "note", "bad", text)])
    with (tmp_path / "report.csv").open(encoding="utf-8-sig", newline="") as file:
        rows = list(csv.reader(file))
    assert rows[0] == ["line", "column", "reason", "value"]
    assert rows[1] == ["2", "note", "bad", "'" + text]
    assert safe_cell("Đã trả") == "Đã trả"


def test_a_report_of_a_refused_file_is_not_left_half_done(tmp_path: Path) -> None:
    with pytest.raises(FileRefused), ReportFile(tmp_path / "report.csv"):
        raise FileRefused("empty")
    assert list(tmp_path.iterdir()) == []


@pytest.mark.parametrize(
    ("text", "key", "reason"),
    [
        ("[", "map.toml", "not_toml"),
        ("[other]\n", "other", "unknown_table"),
        ('[columns]\nz = "x"', "columns.z", "unknown_column"),
        ("[columns]\na = 1", "columns.a", "not_text"),
        ("[options]\nzone = 1", "options.zone", "unknown_option"),
        ('[options]\ncreate_agencies = "yes"', "options.create_agencies", "wrong_type"),
        ('[options]\ntimezone = "Mars"', "options.timezone", "unknown_zone"),
        ("[options]\ndate_formats = [1]", "options.date_formats", "wrong_type"),
        ("columns = 1", "columns", "wrong_type"),
        ('[options]\nlanguage = "tlh"', "options.language", "unknown_language"),
        (f'[options]\ncalendar = "{"x" * 41}"', "options.calendar", "too_long"),
        ("[options]\ncreate_agencies = true", "options.peer_group", "missing"),
    ],
)
def test_a_mapping_that_cannot_be_followed_says_where(
    text: str, key: str, reason: str, tmp_path: Path
) -> None:
    path = _file(tmp_path, text.encode(), "map.toml")
    with pytest.raises(BadMapping) as bad:
        mapping.load(path, names=("a", "b"))
    assert (bad.value.key, bad.value.reason) == (key, reason)


def test_a_mapping_renames_columns(tmp_path: Path) -> None:
    path = _file(tmp_path, b'[columns]\na = "Their A"\n', "map.toml")
    chosen = mapping.load(path, names=("a", "b"))
    wanted = chosen.wanted(("a", "b"), (("a",),))
    assert _read(_file(tmp_path, b"their a,b\n1,2\n"), wanted) == [Record(2, ("1", "2"))]
