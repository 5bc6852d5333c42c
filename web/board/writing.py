"""How the open data are written: the same bytes for the same value."""

import csv
import io
from collections.abc import Iterable, Mapping, Sequence
from datetime import datetime
from decimal import Decimal
from typing import Any

import orjson

from web import formulas


def as_json(value: Any) -> bytes:
    """Readable, in the order given, the same bytes for the same value."""
    return orjson.dumps(value, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE)


def as_csv(rows: Sequence[Mapping[str, Any]], columns: Sequence[str] = ()) -> bytes:
    """UTF-8, comma, LF; the keys of the first row are the columns. No rows: those given, if any."""
    text = io.StringIO()
    writer = csv.writer(text, lineterminator="\n")
    if rows or columns:
        writer.writerow(rows[0] if rows else columns)
    writer.writerows(_cells(row.values()) for row in rows)
    return text.getvalue().encode()


def counted(value: Decimal | int | None) -> float | int | None:
    """A count of cases: whole, unless some were charged in part."""
    if value is None or isinstance(value, int):
        return value
    return int(value) if value == value.to_integral_value() else float(value)


def number(value: Decimal | None) -> float | None:
    """A published figure."""
    return None if value is None else float(value)


def moment(value: datetime | None) -> str | None:
    """ISO 8601 with offset."""
    return None if value is None else value.isoformat()


def _cells(values: Iterable[Any]) -> list[str]:
    return [_cell(value) for value in values]


def _cell(value: Any) -> str:
    """Text that a spreadsheet would take for a formula gets an apostrophe before it."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    return formulas.quoted(value) if isinstance(value, str) else str(value)
