"""Cells of many rows to numbers: words, times, codes; what is not plain is told apart."""

import re
from collections.abc import Mapping
from datetime import datetime, time, timedelta

import numpy as np
import numpy.typing as npt

from sla import grammar, openings
from sla.dossier_records import LONGEST_CODE, LONGEST_ID, NEVER
from sla.dossiers import CODE
from web.imports import blocks, cells
from web.imports.blocks import Block
from web.imports.cells import Times
from web.imports.errors import RowRefused

STRANGE = -2

Rows = npt.NDArray[np.intp]
Mask = npt.NDArray[np.bool_]
Numbers = npt.NDArray[np.int64]

_DAY, _CLOCK = 10, 15  # bytes of the two halves of a time
_MICRO = timedelta(microseconds=1)


def numbered(texts: npt.NDArray[np.bytes_], known: Mapping[bytes, int]) -> Numbers:
    """The number of each text; `STRANGE`: it has none."""
    found, _, places = blocks.distinct(texts)
    return np.array([known.get(text, STRANGE) for text in found], dtype=np.int64)[places]


def is_bare(block: Block, column: int, rows: Rows, *, least: int) -> Mask:
    """Whether cells are printable ASCII without blanks, of `least` to `LONGEST_ID` bytes."""
    lengths = block.lengths(column)[rows]
    letters = block.texts(column, LONGEST_ID, rows).view(np.uint8).reshape(len(rows), LONGEST_ID)
    printable = (letters > ord(" ")) & (letters < _DELETE) | (letters == 0)
    bare: Mask = printable.all(axis=1) & (lengths >= least) & (lengths <= LONGEST_ID)
    return bare


_DELETE = 0x7F


class MomentReader:
    """Times of cells as moments, by the halves that `Times` has learned."""

    def __init__(self, times: Times, now: datetime) -> None:
        self._times = times
        self._days: dict[tuple[bytes, time], int] = {}
        self._midnights: dict[bytes, int] = {}
        self._clocks: dict[bytes, int] = {}
        self.now = openings.micros(now)

    def read(
        self, block: Block, column: int, rows: Rows, *, day: time = cells.DAY_BEGINS
    ) -> Numbers:
        """The moments; `NEVER` for an empty cell, and for one that is not plain."""
        whole = block.texts(column, _DAY + _CLOCK, rows)
        days, first_days, at_day = blocks.distinct(block.texts(column, _DAY, rows))
        clocks, first_clocks, at_clock = blocks.distinct(
            block.texts(column, _CLOCK, rows, since=_DAY)
        )
        for text, first in zip(days, first_days.tolist(), strict=True):
            self._learn(text, self._midnights, whole[first])
        for text, first in zip(clocks, first_clocks.tolist(), strict=True):
            self._learn(text, self._clocks, whole[first])
        begins, passed = _looked_up(days, self._midnights), _looked_up(clocks, self._clocks)
        alone = np.array([self._alone(text, day) for text in days], dtype=np.int64)
        told = (begins[at_day] != NEVER) & (passed[at_clock] != NEVER)
        found = np.where(told, begins[at_day] + np.where(told, passed[at_clock], 0), NEVER)
        lengths = block.lengths(column)[rows]
        found = np.where(lengths == _DAY, alone[at_day], found)
        return np.where(lengths <= _DAY + _CLOCK, found, NEVER)

    def _learn(self, text: bytes, known: dict[bytes, int], cell: bytes) -> None:
        if text in known or not text:
            return
        self._moment(cell, cells.DAY_BEGINS)
        half = text.decode("utf-8", "replace")
        if known is self._midnights:
            begins = self._times.midnights.get(half)
            if begins is not None:
                known[text] = openings.micros(begins)
        elif (passed := self._times.clocks.get(half)) is not None:
            known[text] = passed // _MICRO

    def _alone(self, text: bytes, day: time) -> int:
        """A cell that is a day without a time."""
        found = self._days.get((text, day), NEVER)
        if found == NEVER:
            found = self._moment(text, day)
            if found != NEVER:  # of what is no day there may be millions
                self._days[text, day] = found
        return found

    def _moment(self, cell: bytes, day: time) -> int:
        try:
            at = self._times.moment(cell.decode(), "", day=day)
        except (RowRefused, UnicodeDecodeError):
            return NEVER
        return NEVER if at is None else openings.micros(at)


def _looked_up(texts: list[bytes], known: Mapping[bytes, int]) -> Numbers:
    return np.array([known.get(text, NEVER) for text in texts], dtype=np.int64)


class CodeReader:
    """Codes of dossiers, by the grammar there is."""

    def __init__(self, pattern: re.Pattern[str] | None) -> None:
        self._pattern = pattern or CODE
        self._all = re.compile(f"^(?:{self._pattern.pattern})$", re.MULTILINE)

    def read(self, block: Block, column: int) -> tuple[npt.NDArray[np.bytes_], Mask]:
        """The codes of all rows, and which of them are right."""
        names = block.texts(column, LONGEST_CODE, np.arange(len(block)))
        letters = names.view(np.uint8).reshape(len(block), LONGEST_CODE)
        right = _IN_CODES[letters].all(axis=1) & (block.lengths(column) <= LONGEST_CODE)
        listed = names[right].tolist()
        joined = b"\n".join(listed).decode()
        right[right] = self._fit(joined) or [
            grammar.fits(code, self._pattern) for code in joined.split("\n") if listed
        ]
        return names, right

    def _fit(self, joined: str) -> bool:
        """Whether all codes, a line each, are right; much cheaper than one after the other."""
        found = self._all.findall(joined)
        days = set(found) if self._all.groups else ()
        return len(found) == joined.count("\n") + 1 and all(map(grammar.is_day, days))


_IN_CODES = np.array([not sign or CODE.fullmatch(chr(sign)) is not None for sign in range(256)])
