"""Which case numbers a file has had already, in eight bytes each.

A million numbers as Python strings would be most of the memory of an import. Here a number is its
64-bit hash in a sorted array; whoever asks confirms a hit, as two numbers might share a hash.
"""

from collections.abc import Iterable, Sequence

import numpy as np
import numpy.typing as npt


class Seen:
    """Numbers taken from earlier batches of one file."""

    def __init__(self) -> None:
        # Arrays of falling size, merged like counting in binary: adding stays cheap.
        self._sorted: list[npt.NDArray[np.int64]] = []

    def among(self, numbers: Sequence[str]) -> set[str]:
        """Those of `numbers` that were probably added before; none is missed."""
        hashes = _hashes(numbers)
        hits = np.zeros(len(hashes), dtype=bool)
        for block in self._sorted:
            places = np.minimum(np.searchsorted(block, hashes), len(block) - 1)
            hits |= block[places] == hashes
        return {numbers[i] for i in np.flatnonzero(hits).tolist()}

    def add(self, numbers: Sequence[str]) -> None:
        """Remember numbers."""
        block = np.sort(_hashes(numbers))
        while self._sorted and len(self._sorted[-1]) <= len(block):
            block = np.concatenate((self._sorted.pop(), block))
            block.sort(kind="stable")
        if len(block):
            self._sorted.append(block)


def _hashes(numbers: Iterable[str]) -> npt.NDArray[np.int64]:
    return np.fromiter(map(hash, numbers), dtype=np.int64)
