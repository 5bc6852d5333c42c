"""Lines to records: CSV or JSONL, each record with the physical line on which it begins.

Everything streams; what is held at any time is one record.
"""

import csv
import json
import re
from collections.abc import Collection, Iterator
from dataclasses import dataclass
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


def read(source: lines.Source, path: Path, wanted: Wanted) -> Iterator[Record | Refusal]:
    """The records of the file, JSONL by its name, else CSV; blank ones are passed over.

    Raises `FileRefused`, perhaps at the very end: nothing may be kept of the file then.
    """
    name = path.name.removesuffix(".gz")
    if name.endswith((".jsonl", ".ndjson")):
        return _jsonl(source, wanted)
    return _csv(source, wanted)


def _csv(source: lines.Source, wanted: Wanted) -> Iterator[Record | Refusal]:
    pending = _Pending(source)
    # The limit of the csv module is one for the whole process; ours is in `_Pending`.
    csv.field_size_limit(2 * lines.LONGEST)
    first = next(pending)
    pending.delimiter = _delimiter(first)
    rows = csv.reader(_again(first, pending), delimiter=pending.delimiter, strict=True)
    header = _header(rows, pending)
    width = len(header)
    wanted.check(header)
    places = [header.index(name) if name in header else None for name in wanted.names]
    last = rows.line_num
    while True:
        pending.record.clear()
        try:
            row = next(rows)
        except StopIteration:
            return
        except csv.Error:
            _check_closed(pending, last + 1)
            yield Refusal(last + 1, "", "broken_quotes", "")
            last = rows.line_num
            continue
        line, last = last + 1, rows.line_num
        if len(row) != width:
            if not any(map(str.strip, row)):
                continue
            if any(map(str.strip, row[width:])) or len(row) < width:
                yield Refusal(line, "", "wrong_cell_count", str(len(row)))
                continue
        elif not row[0] and not any(map(str.strip, row)):
            continue
        yield Record(line, tuple(["" if i is None else row[i] for i in places]))


class _Pending:
    """The lines of the record being read, so that an unclosed quote can be placed."""

    def __init__(self, source: lines.Source) -> None:
        self.record: list[str] = []
        self.delimiter = ","
        self._lines = source.lines()
        self._held = 0

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        line = next(self._lines)
        if not self.record:
            self._held = 0
        self._held += len(line)
        self.record.append(line)
        if self._held > lines.LONGEST:
            raise csv.Error("record too long")
        return line


def _again(first: str, rest: Iterator[str]) -> Iterator[str]:
    yield first
    yield from rest


def _delimiter(header: str) -> str:
    bare = re.sub(r'"[^"]*"', "", header)
    return ";" if bare.count(";") > bare.count(",") else ","


def _header(rows: Iterator[list[str]], pending: _Pending) -> list[str]:
    try:
        header = [spelling.one_line(cell).lower() for cell in next(rows)]
    except csv.Error:
        _check_closed(pending, 1)
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


def _check_closed(pending: _Pending, line: int) -> None:
    text = "".join(pending.record)
    opened_at = _unclosed(text, pending.delimiter)
    if opened_at is not None:
        raise FileRefused("unclosed_quote", line + text.count("\n", 0, opened_at))


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
