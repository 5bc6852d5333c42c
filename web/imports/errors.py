"""Why a row or a whole file was not taken. Reasons are short, stable words for programs."""

from dataclasses import dataclass
from typing import NamedTuple


class ImportFault(Exception):
    """The root; never raised itself."""


@dataclass(eq=False)
class FileRefused(ImportFault):
    """The file as a whole cannot be taken: nothing of it is stored."""

    reason: str
    line: int | None = None
    column: str = ""


@dataclass(eq=False)
class RowRefused(ImportFault):
    """One row cannot be taken; the others can."""

    column: str
    reason: str
    value: str = ""


class Refusal(NamedTuple):
    """One line of the report: where, what, why. `line` is a physical line, the header being 1.

    `event_id` is the number an event came with, in files that have such.
    """

    line: int
    column: str
    reason: str
    value: str
    event_id: str = ""
