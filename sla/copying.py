"""Rows into tables by COPY, the cheapest way in: text prepared by whoever reads, many at a time."""

from collections.abc import AsyncIterator, Iterable, Sequence
from datetime import datetime
from itertools import islice
from typing import Any

NULL = "\\N"

_ESCAPES = str.maketrans({"\\": "\\\\", "\t": "\\t", "\n": "\\n", "\r": "\\r"})
_AT_ONCE = 10_000


def escaped(text: str) -> str:
    """A text as one cell of COPY's text format; equal to it where nothing needs an escape."""
    return text if text.isprintable() and "\\" not in text else text.translate(_ESCAPES)


def moment(at: datetime | None) -> str:
    """A time as a cell."""
    return NULL if at is None else at.isoformat()


def cell(value: object) -> str:
    """A number, a time, bytes, a text or None as a cell."""
    match value:
        case None:
            return NULL
        case datetime():
            return value.isoformat()
        case bytes():
            return f"\\\\x{value.hex()}"
        case str():
            return escaped(value)
        case _:
            return str(value)


def line(*values: object) -> str:
    """A row."""
    return "\t".join(map(cell, values)) + "\n"


async def copy(
    connection: Any, table: str, lines: Iterable[str], *, columns: Sequence[str]
) -> None:
    """Put rows, each a line of cells parted by tabs, into a table.

    `connection` is the bare one of the current transaction.
    """
    await connection.copy_to_table(table, source=_blocks(lines), columns=columns)


async def _blocks(lines: Iterable[str]) -> AsyncIterator[bytes]:
    rest = iter(lines)
    while block := "".join(islice(rest, _AT_ONCE)):
        yield block.encode()


async def numbers(connection: Any, table: str, count: int) -> list[int]:
    """So many fresh numbers of a table's rows; the name of the table is ours."""
    found: list[int] = await connection.fetchval(_NUMBERS, table, count)
    return found


_NUMBERS = """
select coalesce(array_agg(nextval(named.sequence)), '{}')
from (select pg_get_serial_sequence($1, 'id')::regclass as sequence offset 0) as named,
     generate_series(1, $2)
"""
