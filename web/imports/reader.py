"""Lines to records: CSV or JSONL, each record with the physical line on which it begins.

Everything streams; what is held at any time is one record.
"""

import csv
import json
import re
from collections.abc import Callable, Collection, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain, islice, takewhile
from operator import itemgetter
from pathlib import Path
from typing import NamedTuple, NoReturn

from sla import spelling
from web.imports import lines
from web.imports.errors import FileRefused, Refusal


@dataclass(frozen=True, slots=True)
class Wanted:
    """The columns to be read, in the order of the cells, by their names in the file.

    `needed` holds groups of which a file must have at least one column each.
    """

    names: tuple[str, ...]
    needed: tuple[tuple[str, ...], ...]

    def check(self, header: Collection[str]) -> None:
        """Refuses a file that lacks a needed column."""
        for group in self.needed:
            if not any(name in header for name in group):
                raise FileRefused("missing_column", 1, group[0])


class Record(NamedTuple):
    """The wanted cells of one record, as written; a column the file lacks gives empty cells."""

    line: int
    cells: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Layout:
    """How the rows of a CSV file lie: what parts their cells, where those wanted are, how many."""

    delimiter: str
    places: tuple[int | None, ...]
    width: int


def read(source: lines.Source, path: Path, wanted: Wanted) -> Iterator[Record | Refusal]:
    """The records of the file, JSONL by its name, else CSV; blank ones are passed over.

    Raises `FileRefused`, perhaps at the very end: nothing may be kept of the file then.
    """
    if is_jsonl(path):
        return _jsonl(source, wanted)
    return _csv(source, path, wanted)


def is_jsonl(path: Path) -> bool:
    """Whether a file says by its name that it is JSONL."""
    return path.name.removesuffix(".gz").endswith((".jsonl", ".ndjson"))


def _csv(source: lines.Source, path: Path, wanted: Wanted) -> Iterator[Record | Refusal]:
    physical = source.lines()
    found, last = layout(physical, wanted)
    return records(physical, found, source, path, after=last)


def layout(physical: Iterator[str], wanted: Wanted) -> tuple[Layout, int]:
    """What the header of a CSV file says, and its last line; takes it off the lines."""
    # The limit is one for the whole process: high enough for any cell, low enough to end the
    # search for a quote that is never closed.
    csv.field_size_limit(lines.LONGEST)
    first = next(physical)
    delimiter = _delimiter(first)
    rows = csv.reader(chain((first,), physical), delimiter=delimiter, strict=True)
    header = _header(rows)
    wanted.check(header)
    places = tuple(header.index(name) if name in header else None for name in wanted.names)
    return Layout(delimiter, places, len(header)), rows.line_num


def records(
    physical: Iterator[str], found: Layout, source: lines.Source, path: Path, *, after: int
) -> Iterator[Record | Refusal]:
    """The records of the lines that come after line `after`."""
    rows = csv.reader(physical, delimiter=found.delimiter, strict=True)
    pick, width, last = _picker(found.places), found.width, after
    while True:
        try:
            for row in rows:
                line, last = last + 1, after + rows.line_num
                if len(row) == width and row[0]:
                    yield Record(line, pick(row))
                elif refusal := _misshapen(line, row, width):
                    yield refusal
                elif any(map(str.strip, row)):
                    yield Record(line, pick(row))
        except csv.Error as error:
            if str(error).startswith(_AT_ITS_END):
                _check_closed(source, path, last + 1, found.delimiter)
            yield Refusal(last + 1, "", "broken_row", "")
            last = after + rows.line_num
        else:
            return


# How the csv module says that a cell has no end, or none within reason.
_AT_ITS_END = ("unexpected end of data", "field larger than field limit")


def _picker(places: Sequence[int | None]) -> Callable[[list[str]], tuple[str, ...]]:
    if None in places or len(places) < 2:
        return lambda row: tuple(["" if place is None else row[place] for place in places])
    return itemgetter(*places)


def _misshapen(line: int, row: list[str], width: int) -> Refusal | None:
    """Too few or too many cells, unless the record is blank or the surplus is."""
    surplus = any(map(str.strip, row[width:]))
    if surplus or (len(row) < width and any(map(str.strip, row))):
        return Refusal(line, "", "wrong_cell_count", str(len(row)))
    return None


def _delimiter(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return ";" if bare.count(";") > bare.count(",") else ","


def _header(rows: Iterator[list[str]]) -> list[str]:
    try:
        header = [spelling.one_line(cell).lower() for cell in next(rows)]
    except csv.Error:
        raise FileRefused("broken_header", 1) from None
    if not any(header):
        raise FileRefused("empty_header", 1)
    return _without_repeats(header)


def _without_repeats(header: list[str]) -> list[str]:
    seen: set[str] = set()
    for name in header:
        if name and name in seen:
            raise FileRefused("duplicate_column", 1, name)
        seen.add(name)
    return header


def _check_closed(source: lines.Source, path: Path, line: int, delimiter: str) -> None:
    """Reads the record that begins on `line` again, to place the quote that is never closed."""
    with lines.opened(path, encoding=source.encoding) as again:
        record = islice(again.lines(), line - 1, None)
        text = "".join(takewhile(_at_most(2 * lines.LONGEST), record))
    opened_at = _unclosed(text, delimiter)
    if opened_at is not None:
        raise FileRefused("unclosed_quote", line + text.count("\n", 0, opened_at))


def _at_most(size: int) -> Callable[[str], bool]:
    """A claim about lines that holds until together they are longer than `size`."""
    left = [size]

    def fits(line: str) -> bool:
        left[0] -= len(line)
        return left[0] >= 0

    return fits


_QUOTED = re.compile(r'"(?:[^"]|"")*+"')


def _unclosed(text: str, delimiter: str) -> int | None:
    """Where in a record a cell begins with a quote that is never closed."""
    unquoted = re.compile(rf"[^{delimiter}\n]*+")
    at = 0
    while at < len(text):
        if text[at] == '"':
            quoted = _QUOTED.match(text, at)
            if quoted is None:
                return at
            at = quoted.end()
        bare = unquoted.match(text, at)
        at = (bare.end() if bare else at) + 1
    return None


def _jsonl(source: lines.Source, wanted: Wanted) -> Iterator[Record | Refusal]:
    is_checked = False
    for line, text in enumerate(source.lines(), 1):
        if not text.strip():
            continue
        try:
            record = _object(text)
        except _BadObject as fault:
            yield Refusal(line, fault.column, fault.reason, "")
            continue
        if not is_checked:
            wanted.check(record)
            is_checked = True
        yield Record(line, tuple([record.get(name, "") for name in wanted.names]))


class _BadObject(Exception):
    def __init__(self, reason: str, column: str = "") -> None:
        self.reason, self.column = reason, column
        super().__init__(reason)


def _object(text: str) -> dict[str, str]:
    try:
        # Numbers stay as written: 1.10 is a code, not a quantity, and no integer is too long.
        pairs = json.loads(
            text,
            object_pairs_hook=_Pairs,
            parse_int=str,
            parse_float=str,
            parse_constant=_no_constant,
        )
    except (ValueError, RecursionError):
        raise _BadObject("not_json") from None
    if not isinstance(pairs, _Pairs):
        raise _BadObject("not_an_object")
    record: dict[str, str] = {}
    for name, value in pairs:
        if name in record:
            raise _BadObject("duplicate_key", name)
        if not isinstance(value, str | None):
            raise _BadObject("not_text", name)
        record[name] = value or ""
    return record


class _Pairs(list[tuple[str, object]]):
    """An object with its keys in order, repeats included."""


def _no_constant(name: str) -> NoReturn:
    raise ValueError(name)
