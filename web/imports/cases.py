"""One row of a file of past cases to a value that cannot be wrong."""

import re
from collections.abc import Callable, Collection
from datetime import datetime

from feedback import history
from feedback.history import PastCase
from web.imports import cells
from web.imports.cells import Times
from web.imports.errors import RowRefused
from web.imports.lookup import AgencyFinder
from web.imports.reader import Record

COLUMNS = (
    "case_id",
    "agency_code",
    "agency_name",
    "service_code",
    "opened_at",
    "due_at",
    "closed_at",
    "note",
)
# A file without its due or closing column would silently turn every case into one that nobody
# promised a time for, or that never ended.
NEEDED = (("case_id",), ("agency_code", "agency_name"), ("opened_at",), ("due_at",), ("closed_at",))

LONGEST_NOTE = 10_000

_CASE_ID = re.compile(r"[A-Za-z0-9._/-]{1,40}")


def parser(
    agencies: AgencyFinder, services: Collection[str], times: Times
) -> Callable[[Record], PastCase]:
    """A function from a record, its cells in the order of `COLUMNS`, to its value.

    Date and time rules: `cells.Times`.

    The function raises `RowRefused` for the first cell that cannot be right.
    """
    moment = times.moment
    find = agencies.find

    def parse(record: Record) -> PastCase:
        _, (case_id, code, name, service, opened, due, closed, note) = record
        identity = _case_id(case_id)
        agency = find(code, name)
        wanted = service if service in services else _service(service, services)
        opened_at = moment(opened, "opened_at")
        if opened_at is None:
            raise RowRefused("opened_at", "missing")
        due_at = moment(due, "due_at", day=cells.DAY_ENDS)
        closed_at = moment(closed, "closed_at")
        if closed_at is not None and closed_at < opened_at:
            closed_at = _closed_that_day(closed, opened_at, times)
        text = cells.prose(note)
        if len(text) > LONGEST_NOTE:
            raise RowRefused("note", "too_long", text)
        return history.prepared(
            identity,
            agency,
            wanted,
            opened_at=opened_at,
            due_at=due_at,
            closed_at=closed_at,
            text=text,
        )

    return parse


def _case_id(cell: str) -> str:
    # Most are clean as written: one match instead of three steps.
    if _CASE_ID.fullmatch(cell):
        return cell
    value = cells.required(cell, "case_id")
    if not _CASE_ID.fullmatch(value):
        raise RowRefused("case_id", "bad_case_id", value)
    return value


def _service(cell: str, services: Collection[str]) -> str | None:
    value = cells.line(cell)
    if value and value not in services:
        raise RowRefused("service_code", "service_unknown", value)
    return value or None


def _closed_that_day(closed: str, opened_at: datetime, times: Times) -> datetime:
    """A closing day without a time, on the day of opening, is not before the opening."""
    end = times.moment(closed, "closed_at", day=cells.DAY_ENDS)
    if end is None or end < opened_at:
        raise RowRefused("closed_at", "closed_before_opened", cells.line(closed))
    return opened_at
