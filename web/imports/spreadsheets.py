"""Rows as a spreadsheet may have them: with apostrophes before what it would calculate."""

from collections.abc import Callable, Sequence
from typing import TypeVar

from web.formulas import unquoted
from web.imports.reader import Record

DraftT = TypeVar("DraftT")


def plain(record: Record) -> Record:
    """The row without the apostrophes."""
    return Record(record.line, tuple(map(unquoted, record.cells)))


def reading(parse: Callable[[Record], DraftT]) -> Callable[[Record], DraftT]:
    """`parse`, of rows as a spreadsheet may have them."""

    def read(record: Record) -> DraftT:
        return parse(plain(record))

    return read


def named(columns: Sequence[str], record: Record) -> dict[str, str]:
    """A row as a spreadsheet may have it, by the names of its columns."""
    return dict(zip(columns, plain(record).cells, strict=True))
