"""A table of counts, `id,n,x[,group]`, read from a CSV file. UTF-8, commas, one heading.

What cannot be a count is refused with its line and column; nothing is guessed or left out. Other
columns are not looked at.
"""

import csv
import io
import re
import unicodedata
from collections.abc import Iterator, Mapping
from decimal import Decimal
from pathlib import Path

from ranking.method import intervals
from ranking.method.standings import Counts

_COLUMNS = ("id", "n", "x")
_GROUP = "group"
_OTHER_MARKS = {";": "semicolons", "\t": "tabs", "|": "bars"}
_WITH_COMMAS = re.compile(r"\d+(,\d+)+(\.\d+)?", re.ASCII)
# They turn around what stands beside them on a terminal: Unicode's bidirectional controls.
_TURNING = frozenset("\u061c\u200e\u200f\u202a\u202b\u202c\u202d\u202e\u2066\u2067\u2068\u2069")
_NUMBER = re.compile(r"[+-]?(\d+\.?\d*|\.\d+)(e[+-]?\d+)?", re.ASCII | re.IGNORECASE)


class Refused(Exception):
    """The file as a whole, in one sentence for its author: where it is wrong, and how."""


def read(file: Path) -> list[Counts]:
    """The agencies of a table, in its order. Raises `Refused`."""
    try:
        return list(_unique(_rows(_decoded(file.read_bytes()))))
    except OSError as fault:
        raise Refused(f"{file}: {fault.strerror}") from fault
    except _Fault as fault:
        raise Refused(f"{file}: {fault}") from fault


class _Fault(Exception):
    def __init__(self, line: int, column: str | None, what: str) -> None:
        place = f"line {line}" if column is None else f"line {line}, column {column}"
        super().__init__(f"{place}: {what}")


def _decoded(content: bytes) -> str:
    try:
        return content.decode("utf-8-sig")
    except UnicodeDecodeError as fault:
        line = content.count(b"\n", 0, fault.start) + 1
        raise _Fault(line, None, "not UTF-8") from fault


def _unique(rows: Iterator[tuple[int, Mapping[str, str]]]) -> Iterator[Counts]:
    lines: dict[str, int] = {}
    for line, cells in rows:
        counts = _counts(line, cells)
        first = lines.setdefault(counts.id, line)
        if first != line:
            raise _Fault(line, "id", f"{_shown(counts.id)} stands already in line {first}")
        yield counts


def _rows(text: str) -> Iterator[tuple[int, Mapping[str, str]]]:
    """Each row that is not blank, with the line it begins on and its cells by heading."""
    lines = _lines(text)
    at, heading = next(lines, (1, None))
    if heading is None:
        raise _Fault(1, None, "the file is empty")
    _check_heading(at, heading)
    empty = True
    for line, cells in lines:
        if len(cells) < len(heading):
            raise _Fault(line, heading[len(cells)], "missing")
        if len(cells) > len(heading):
            raise _Fault(line, str(len(heading) + 1), "more cells than headings")
        empty = False
        yield line, dict(zip(heading, cells, strict=True))
    if empty:
        raise _Fault(at + 1, None, "no agency follows the heading")


def _check_heading(line: int, heading: list[str]) -> None:
    for mark, name in _OTHER_MARKS.items():
        if len(heading) == 1 and mark in heading[0]:
            raise _Fault(line, None, f"cells stand between {name}, not commas")
    for name in (*_COLUMNS, _GROUP):
        times = heading.count(name)
        if times > 1:
            raise _Fault(line, name, "stands there twice")
        if times == 0 and name in _COLUMNS:
            raise _Fault(line, name, f"missing; the heading is {_shown(','.join(heading))}")


def _lines(text: str) -> Iterator[tuple[int, list[str]]]:
    reader = csv.reader(io.StringIO(text, newline=""), strict=True)
    begins = 1
    try:
        for cells in reader:
            tidy = [unicodedata.normalize("NFC", cell.strip()) for cell in cells]
            if any(tidy):
                yield begins, tidy
            begins = reader.line_num + 1
    except csv.Error as fault:
        raise _Fault(begins, None, str(fault)) from fault


def _counts(line: int, cells: Mapping[str, str]) -> Counts:
    for column in ("id", _GROUP):
        letters = cells.get(column, "")
        if any(unicodedata.category(of) == "Cc" or of in _TURNING for of in letters):
            raise _Fault(line, column, "has a control character")
    if not cells["id"]:
        raise _Fault(line, "id", "empty")
    n, x = _number(line, "n", cells), _number(line, "x", cells)
    if Decimal(cells["x"]) > Decimal(cells["n"]):  # floats would take a hair more for all
        raise _Fault(line, "x", f"{_shown(cells['x'])} is more than n, {_shown(cells['n'])}")
    return Counts(id=cells["id"], n=n, x=x, group=cells.get(_GROUP, ""))


def _number(line: int, column: str, cells: Mapping[str, str]) -> float:
    written = cells[column]
    if not _NUMBER.fullmatch(written):
        hint = (
            ": a point parts the decimals, nothing the thousands"
            if _WITH_COMMAS.fullmatch(written)
            else ""
        )
        raise _Fault(line, column, f"{_shown(written)} is not a number{hint}")
    value = float(written)
    if not 0 <= value <= intervals.MOST:
        wrong = "negative" if value < 0 else "too large"
        raise _Fault(line, column, f"{_shown(written)} is {wrong}")
    return value


def _shown(written: str) -> str:
    """A cell as it may be shown on a terminal: short, control characters spelled out."""
    return repr(written if len(written) <= 40 else f"{written[:40]}…")
