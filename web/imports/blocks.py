"""Many rows of a CSV file at once: as places in its bytes, wherever the rows are plain.

Nearly all rows of nightly files are: no quotes, as many cells as the header has. What is not comes
record by record, as `reader` reads it, and in its place among the others.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import numpy.typing as npt

from web.imports import lines, reader
from web.imports.errors import Refusal
from web.imports.reader import Layout, Record, Wanted

_LF, _CR, _BLANK = b"\n\r "
_WIDEST = 256  # bytes read of a cell at most

Places = npt.NDArray[np.int64]


@dataclass(frozen=True, slots=True)
class Block:
    """Rows one after the other, the first on `line`; where their wanted cells begin and end.

    A column the file lacks has empty cells.
    """

    line: int
    data: npt.NDArray[np.uint8]
    starts: Places  # a row for each column
    ends: Places

    def __len__(self) -> int:
        return len(self.starts[0])

    def lengths(self, column: int) -> Places:
        """How many bytes its cells have."""
        lengths: Places = self.ends[column] - self.starts[column]
        return lengths

    def texts(
        self, column: int, width: int, rows: npt.NDArray[np.intp], *, since: int = 0
    ) -> npt.NDArray[np.bytes_]:
        """Its cells in some rows from byte `since` on, at most `width` bytes of each."""
        starts = np.minimum(self.starts[column][rows] + since, self.ends[column][rows])
        lengths = np.minimum(self.ends[column][rows] - starts, width)
        room = -(-width // 8) * 8  # whole words, for `distinct`
        every = np.ndarray(
            (len(self.data) - _WIDEST,), dtype=f"S{room}", buffer=self.data, strides=(1,)
        )
        found: npt.NDArray[np.bytes_] = every[starts]
        letters = found.view(np.uint8).reshape(len(rows), room)
        letters[np.arange(room) >= lengths[:, None]] = 0
        return found

    def records(self, rows: npt.NDArray[np.intp]) -> Iterator[Record]:
        """Some rows as records."""
        for row in rows.tolist():
            spans = zip(self.starts[:, row].tolist(), self.ends[:, row].tolist(), strict=True)
            cells = [self.data[start:end].tobytes().decode() for start, end in spans]
            yield Record(self.line + row, tuple(cells))


def distinct(
    texts: npt.NDArray[np.bytes_],
) -> tuple[list[bytes], npt.NDArray[np.intp], npt.NDArray[np.intp]]:
    """The different texts among some, where each is first, and which of these each one is."""
    words = texts.view(np.uint64).reshape(len(texts), texts.itemsize // 8)
    mixed = np.zeros(len(texts), dtype=np.uint64)
    for column in words.T:
        mixed = (mixed ^ column) * _ODD
        mixed ^= mixed >> np.uint64(31)
    _, firsts, places = np.unique(mixed, return_index=True, return_inverse=True)
    if not (texts[firsts][places] == texts).all():  # two of them mix alike
        _, firsts, places = np.unique(texts, return_index=True, return_inverse=True)
    return texts[firsts].tolist(), firsts, places


_ODD = np.uint64(0x9E3779B97F4A7C15)


def read(source: lines.Source, path: Path, wanted: Wanted) -> Iterator[Block | Record | Refusal]:
    """The rows of a file in order. Raises `FileRefused` as `reader.read` does."""
    if reader.is_jsonl(path):
        yield from reader.read(source, path, wanted)
        return
    feed = _Feed(source.blocks())
    layout, _ = reader.layout(feed, wanted)
    while feed.is_more():
        line = feed.line
        block = _split(feed.rest(), layout, line)
        if block is not None:
            feed.skip()
            yield block
            continue
        for record in reader.records(feed, layout, source, path, after=line - 1):
            yield record
            if feed.is_at_end:
                break


class _Feed:
    """The lines of a file, that knows where a block of them ends."""

    def __init__(self, texts: Iterator[str]) -> None:
        self._texts = texts
        self._text = ""
        self._at = 0
        self.line = 1  # of the next one

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        if not self.is_more():
            raise StopIteration
        begun, self._at = self._at, self._text.find("\n", self._at) + 1 or len(self._text)
        self.line += 1
        return self._text[begun : self._at]

    @property
    def is_at_end(self) -> bool:
        """Whether the block that was begun is read to its end."""
        return self._at == len(self._text)

    def is_more(self) -> bool:
        """Whether there is another line; begins the next block where one has ended."""
        if self.is_at_end:
            self._text, self._at = next(self._texts, ""), 0
        return bool(self._text)

    def rest(self) -> str:
        """What is left of the block."""
        return self._text[self._at :]

    def skip(self) -> None:
        """Pass over the rest of the block."""
        self.line += self._text.count("\n", self._at)
        self._at = len(self._text)


def _split(text: str, layout: Layout, line: int) -> Block | None:
    """The rows, if all of them are plain."""
    if '"' in text:
        return None
    raw = text.encode()
    raw += b"\n" if not raw.endswith(b"\n") else b""
    data = np.frombuffer(raw + bytes(_WIDEST), dtype=np.uint8)
    breaks = data == _LF
    edges = np.flatnonzero(breaks | (data == ord(layout.delimiter)))
    if len(edges) % layout.width:
        return None
    table = edges.reshape(-1, layout.width)
    if not breaks[table[:, -1]].all() or np.count_nonzero(breaks) != len(table):
        return None
    starts = np.concatenate(([0], edges[:-1] + 1)).reshape(table.shape).T
    ends = table.T.copy()
    returns = data == _CR
    if returns.any():
        if not (returns[ends[-1] - 1].all() and np.count_nonzero(returns) == len(table)):
            return None
        ends[-1] -= 1
    # A row that begins with an empty cell may be blank, and is passed over then.
    if (data[starts[0]] <= _BLANK).any() or (starts[0] == ends[0]).any():
        return None
    return Block(line, data, _wanted(starts, layout), _wanted(ends, layout))


def _wanted(places: Places, layout: Layout) -> Places:
    nowhere = np.zeros(places.shape[1], dtype=np.int64)
    return np.array([nowhere if at is None else places[at] for at in layout.places])
