"""Rows too many to be held: on disk, by what belongs together, and read back part by part."""

import tempfile
from collections.abc import Iterator, Sequence
from contextlib import ExitStack, contextmanager
from typing import IO

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.int64]
"""Whole numbers, a row for each row; by the first of them they belong together."""

PARTS = 64
"""Of ten million rows each part has some hundred and sixty thousand."""


class Spill:
    """Rows on disk: those with an equal first number are in one part."""

    def __init__(self, files: Sequence[IO[bytes]], width: int) -> None:
        self._files, self._width = files, width

    def add(self, rows: Rows) -> None:
        """Put each row to those of its part."""
        part = (rows[:, 0] % PARTS).astype(np.uint8)
        ordered = rows[np.argsort(part, kind="stable")]
        ends = np.cumsum(np.bincount(part, minlength=PARTS)).tolist()
        for file, begin, end in zip(self._files, [0, *ends[:-1]], ends, strict=True):
            file.write(ordered[begin:end].tobytes())

    def parts(self) -> Iterator[Rows]:
        """One part after the other, each whole."""
        for file in self._files:
            file.seek(0)
            yield np.frombuffer(file.read(), dtype=np.int64).reshape(-1, self._width)


@contextmanager
def spilling(width: int) -> Iterator[Spill]:
    """A place for rows of so many numbers, which is gone afterwards."""
    with ExitStack() as open_files:
        files = [open_files.enter_context(tempfile.TemporaryFile()) for _ in range(PARTS)]
        yield Spill(files, width)
