"""Cells a spreadsheet would calculate: written with an apostrophe in front, read without it."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from web.imports.reader import Record

DraftT = TypeVar("DraftT")

# OWASP "CSV injection", the full-width signs included.
_BEGINS = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")


def quoted(cell: str) -> str:
    """The cell so that no spreadsheet takes it for a formula. `unquoted` makes it what it was."""
    return f"'{cell}" if cell.lstrip("' ").startswith(_BEGINS) else cell


def unquoted(cell: str) -> str:
    """The cell without the apostrophe `quoted` put in front; any other cell as it is."""
    is_quoted = cell.startswith("'") and cell.lstrip("' ").startswith(_BEGINS)
    return cell[1:] if is_quoted else cell


def reading(parse: Callable[[Record], DraftT]) -> Callable[[Record], DraftT]:
    """`parse`, of rows as a spreadsheet may have them."""

    def read(record: Record) -> DraftT:
        return parse(Record(record.line, tuple(map(unquoted, record.cells))))

    return read


def named(columns: Sequence[str], record: Record) -> dict[str, str]:
    """A row as a spreadsheet may have it, by the names of its columns."""
    return dict(zip(columns, map(unquoted, record.cells), strict=True))
