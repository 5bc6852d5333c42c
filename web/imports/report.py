"""What was refused, as a file that a spreadsheet opens safely, and as a summary."""

import csv
from collections import Counter
from collections.abc import Iterable
from dataclasses import dataclass, field
from pathlib import Path
from types import TracebackType
from typing import Self, TextIO

from web.imports.errors import Refusal

# Cells a spreadsheet would calculate (OWASP "CSV injection"), the full-width sign included.
_FORMULA = ("=", "+", "-", "@", "\t", "\r", "\n", "＝", "＋", "－", "＠")

LONGEST_VALUE = 200


def safe_cell(text: str) -> str:
    """The text so that no spreadsheet takes it for a formula."""
    return f"'{text}" if text.lstrip(" ").startswith(_FORMULA) else text


@dataclass(slots=True)
class Summary:
    """How an import went: rows taken, rows that were stored already, rows refused by reason."""

    taken: int = 0
    unchanged: int = 0
    refused: Counter[str] = field(default_factory=Counter)

    @property
    def refusals(self) -> int:
        return self.refused.total()


class ReportFile:
    """The report `line,column,reason,value`, in place only when it is complete; of files that tell
    of events also the `event_id`.

    Without a path the refusals are only counted by whoever writes them.
    """

    def __init__(self, path: Path | None, *, of_events: bool = False) -> None:
        self._path = path
        self._width = len(Refusal._fields) - (not of_events)
        self._draft = path.with_name(f".{path.name}.draft") if path else None
        self._file: TextIO | None = None

    def __enter__(self) -> Self:
        if self._draft:
            # The byte order mark tells a spreadsheet that this is UTF-8.
            self._file = self._draft.open("w", encoding="utf-8-sig", newline="")
            csv.writer(self._file).writerow(Refusal._fields[: self._width])
        return self

    def write(self, refusals: Iterable[Refusal]) -> None:
        """Add refusals, in the order of their lines; long values are cut."""
        if self._file:
            csv.writer(self._file).writerows(map(self._row, refusals))

    def _row(self, refusal: Refusal) -> tuple[object, ...]:
        line, column, reason, *words = refusal
        cells = (safe_cell(word[:LONGEST_VALUE]) for word in words)
        return (line, column, reason, *cells)[: self._width]

    def __exit__(
        self, kind: type[BaseException] | None, _: object, __: TracebackType | None
    ) -> None:
        if self._file is None or self._draft is None or self._path is None:
            return
        self._file.close()
        if kind is None:
            self._draft.replace(self._path)
        else:
            self._draft.unlink()
