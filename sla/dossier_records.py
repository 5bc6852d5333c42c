"""Rows about dossiers as records of one size, for what is done with millions of them at once.

A row that fits in one says the same as a `dossier_staging.Row`, and can be turned into it. Words
that come again and again are numbers; what they stand for is kept once.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

import numpy as np
import numpy.typing as npt

from sla import writing_moments

LONGEST_CODE = 40
LONGEST_ID = 32

RECORD = np.dtype(
    [
        ("code", f"S{LONGEST_CODE}"),
        ("kind", "u1"),  # of `KINDS`
        ("at", "i8"),  # moments as in `openings`
        ("line", "i4"),
        ("agency", "i4"),  # the holder of a receipt, the teller of an event; NONE: not told
        ("service", "i4"),
        ("promised", "i8"),  # NEVER: not told
        ("resident", "V32"),
        ("channel", "i4"),
        ("event_id", f"S{LONGEST_ID}"),
        ("rest", "i4"),
    ]
)
Records = npt.NDArray[np.void]

RECEIPT = 0
KINDS = (
    "",  # a receipt
    "paused",
    "resumed",
    "extended",
    "transferred",
    "finished",
    "refused",
    "withdrawn",
    "reopened",
)
NONE = -1
NEVER = np.iinfo(np.int64).min

PARTS = 256

Row = tuple[Any, ...]


@dataclass(slots=True)
class Numbered:
    """Words by the numbers they have in records."""

    words: list[Any] = field(default_factory=list)
    numbers: dict[Any, int] = field(default_factory=dict)
    most: int = 50_000  # whoever writes a reason of his own for each event goes the long way

    @classmethod
    def of(cls, words: Sequence[Any]) -> "Numbered":
        return cls(list(words), {word: number for number, word in enumerate(words)})

    def number(self, word: Any) -> int:
        """The number of a word, a new one if it had none; NONE: there are too many to keep all."""
        found = self.numbers.get(word)
        if found is None:
            if len(self.words) >= self.most:
                return NONE
            found = self.numbers[word] = len(self.words)
            self.words.append(word)
        return found


@dataclass(slots=True)
class Words:
    """What the numbers in records stand for; `rests` are what events say besides their time, each
    with the agency it passes a dossier on to, or an empty code.
    """

    agencies: Numbered
    services: Numbered
    channels: Numbered = field(default_factory=Numbered)
    rests: Numbered = field(default_factory=lambda: Numbered.of([("", "")]))


def records_of(rows: Sequence[Row], words: Words) -> tuple[Records, list[Row]]:
    """The rows as records, and those that do not fit in one."""
    fitting, others = [], []
    for row in rows:
        record = _event_record(row, words) if row[1] else _receipt_record(row, words)
        if record is None:
            others.append(row)
        else:
            fitting.append(record)
    return np.array(fitting, dtype=RECORD), others


def _receipt_record(row: Row, words: Words) -> Row | None:
    code, _, at, line, agency, service, promised, resident, channel, applicant = row
    number = words.channels.number(channel)
    if number == NONE or applicant:
        return None
    held, asked = words.agencies.numbers[agency], words.services.numbers[service]
    when = NEVER if promised is None else writing_moments.read(promised)
    moment = writing_moments.read(at)
    return code.encode(), RECEIPT, moment, line, held, asked, when, resident, number, b"", 0


def _event_record(row: Row, words: Words) -> Row | None:
    code, _, at, line, event_id, teller, kind, rest, to = row
    number = words.rests.number((rest, to))
    if number == NONE or not event_id.isascii() or len(event_id) > LONGEST_ID:
        return None
    by = words.agencies.numbers[teller] if teller else NONE
    place, moment = KINDS.index(kind), writing_moments.read(at)
    return code.encode(), place, moment, line, by, NONE, NEVER, b"", 0, event_id.encode(), number


def in_order(records: Records) -> tuple[Records, npt.NDArray[np.int64]]:
    """The records dossier by dossier, receipts first, then events as they happened; and the places
    of the first of each dossier.
    """
    _, codes = np.unique(records["code"], return_inverse=True)
    order = np.lexsort((records["at"], records["kind"] != RECEIPT, codes))
    ordered, codes = records[order], codes[order]
    firsts = np.flatnonzero(np.diff(codes, prepend=-1))
    return ordered, firsts.astype(np.int64)


def rows_of(records: Records, words: Words) -> list[Row]:
    """The same as rows to be put aside."""
    return [_ROWS[record[1] == RECEIPT](record, words) for record in records.tolist()]


def _receipt(record: Row, words: Words) -> Row:
    code, _, at, line, agency, service, promised, resident, channel, _, _ = record
    return (
        code.decode(),
        False,
        writing_moments.written(at),
        line,
        words.agencies.words[agency],
        words.services.words[service],
        None if promised == NEVER else writing_moments.written(promised),
        resident,
        words.channels.words[channel],
        "",
    )


def _event(record: Row, words: Words) -> Row:
    code, kind, at, line, agency, _, _, _, _, event_id, rest = record
    teller = "" if agency == NONE else words.agencies.words[agency]
    head = code.decode(), True, writing_moments.written(at), line, event_id.decode(), teller
    return (*head, KINDS[kind], *words.rests.words[rest])


_ROWS: dict[bool, Callable[[Row, Words], Row]] = {True: _receipt, False: _event}


def parts_of(codes: npt.NDArray[np.bytes_]) -> npt.NDArray[np.uint64]:
    """Which part of the file on disk the rows of each code lie in."""
    words = np.ascontiguousarray(codes).view(np.uint64).reshape(len(codes), codes.itemsize // 8)
    mixed = np.zeros(len(codes), dtype=np.uint64)
    for column in words.T:
        mixed = (mixed ^ column) * _ODD
        mixed ^= mixed >> np.uint64(29)
    return mixed % np.uint64(PARTS)


_ODD = np.uint64(0x9E3779B97F4A7C15)


def as_codes(codes: Sequence[str]) -> npt.NDArray[np.bytes_]:
    """Codes as they stand in records."""
    return np.array([code.encode() for code in codes], dtype=RECORD["code"])
