"""A picture of palette entries as PNG: runs of one shade, packed by a code of our own.

zlib looks at every byte; here one code stands for each run, found in a table, which is twice as
quick for pictures of words on paper. The same rows give the same bytes whatever zlib a machine has.
PNG: ISO/IEC 15948; the packing: RFC 1951, with matches at distance 1 only.
"""

import heapq
import struct
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import count

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]
"""A byte that is 0, for no filter, before the entries of each row."""

SYMBOLS, OVER, LONGEST_CODE = 286, 256, 15
SHORTEST, LONGEST = 3, 258
"""How many bytes a match may stand for."""
AT_MOST = 1 + LONGEST
"""Bytes of a run that one code can stand for: the first, and a match of the others."""
# RFC 1951, 3.2.5: the shortest match of each symbol from 257 on, and how many bits follow it.
_FROM = (3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 15, 17, 19, 23, 27, 31, 35, 43, 51, 59, 67, 83, 99, 115,
         131, 163, 195, 227, 258)  # fmt: skip
_MORE = (0,) * 8 + (1,) * 4 + (2,) * 4 + (3,) * 4 + (4,) * 4 + (5,) * 4 + (0,)
_SYMBOL = np.searchsorted(_FROM, np.arange(LONGEST + 1), side="right") + OVER


@dataclass(frozen=True, slots=True, eq=False)
class Code:
    """What each run is written as: bits and how many, at `entry * (AT_MOST + 1) + length`."""

    head: int
    head_bits: int
    bits: NDArray[np.uint64]
    lengths: NDArray[np.uint64]
    over: int
    over_bits: int


def png(rows: Rows, palette: Sequence[tuple[int, int, int]], code: Code) -> bytes:
    """The picture. Every entry in `rows` must be in the palette."""
    height, width = rows.shape[0], rows.shape[1] - 1
    packed = b"\x78\x01" + _packed(rows, code) + struct.pack(">I", zlib.adler32(rows.data))
    return b"".join(
        (
            b"\x89PNG\r\n\x1a\n",
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(part for colour in palette for part in colour)),
            _chunk(b"IDAT", packed),
            _chunk(b"IEND", b""),
        )
    )


def fitted(rows: Rows) -> Code:
    """A code that is short for pictures like this one, and can write any other."""
    entries, lengths = _runs(rows)
    used = np.bincount(entries, minlength=SYMBOLS)
    used += np.bincount(entries[lengths == SHORTEST - 1], minlength=SYMBOLS)
    used += 2 * np.bincount(entries[lengths == SHORTEST], minlength=SYMBOLS)
    used += np.bincount(_SYMBOL[lengths[lengths > SHORTEST] - 1], minlength=SYMBOLS)
    sizes = _sizes(used)
    codes = _codes(sizes)
    return _code(sizes, codes)


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)


def _runs(rows: Rows) -> tuple[NDArray[np.intp], NDArray[np.intp]]:
    """Entries and how often each stands there in a row, at most as often as one code can say."""
    flat = rows.ravel()
    starts = np.concatenate(([0], np.flatnonzero(flat[1:] != flat[:-1]) + 1))
    lengths = np.diff(starts, append=flat.size)
    entries = flat[starts].astype(np.intp)
    pieces = -(-lengths // AT_MOST)
    if pieces.max() > 1:
        last = np.cumsum(pieces) - 1
        rest = lengths - (pieces - 1) * AT_MOST
        entries = np.repeat(entries, pieces)
        lengths = np.full(entries.size, AT_MOST)
        lengths[last] = rest
    return entries, lengths


def _packed(rows: Rows, code: Code) -> bytes:
    """All in one block. Each code is put into a word of 64 bits, and what is left into the next."""
    entries, lengths = _runs(rows)
    at = entries * (AT_MOST + 1) + lengths
    bits = np.concatenate((code.bits[at], np.array([code.over], np.uint64)))
    taken = np.concatenate((code.lengths[at], np.array([code.over_bits], np.uint64)))
    ends = np.cumsum(taken) + np.uint64(code.head_bits)
    begins = ends - taken
    word, shift = begins >> np.uint64(6), begins & np.uint64(63)
    # A code has fewer than 64 bits: none but the first word is without the beginning of one.
    first = np.flatnonzero(np.diff(word, prepend=word[0] - np.uint64(1)))
    words = np.zeros(int(word[-1]) + 2, np.uint64)
    inside = word[first].astype(np.intp)
    words[inside] = np.add.reduceat(bits << shift, first)
    words[inside + 1] |= np.add.reduceat(bits >> np.uint64(1) >> (np.uint64(63) - shift), first)
    size = -(-int(ends[-1]) // 8)
    whole = words.astype("<u8").tobytes()[:size]
    head = code.head.to_bytes(-(-code.head_bits // 8), "little")
    last = len(head) - 1
    return head[:last] + bytes([head[last] | whole[last]]) + whole[last + 1 :]


def _sizes(used: Iterable[int]) -> list[int]:
    """Bits of each symbol by Huffman's rule, for every symbol, none longer than DEFLATE allows."""
    weights = [int(often) + 1 for often in used]
    while True:
        sizes = [0] * len(weights)
        order = count(len(weights))
        heap = [(weight, symbol, [symbol]) for symbol, weight in enumerate(weights)]
        heapq.heapify(heap)
        while len(heap) > 1:
            one, other = heapq.heappop(heap), heapq.heappop(heap)
            under = one[2] + other[2]
            for symbol in under:
                sizes[symbol] += 1
            heapq.heappush(heap, (one[0] + other[0], next(order), under))
        if max(sizes) <= LONGEST_CODE:
            return sizes
        weights = [weight // 2 + 1 for weight in weights]


def _codes(sizes: Sequence[int]) -> list[int]:
    """RFC 1951, 3.2.2, the first bit lowest."""
    codes, next_code, before = [0] * len(sizes), 0, 0
    for size, symbol in sorted((size, symbol) for symbol, size in enumerate(sizes)):
        next_code <<= size - before
        codes[symbol] = int(f"{next_code:0{size}b}"[::-1], 2)
        next_code, before = next_code + 1, size
    return codes


def _code(sizes: Sequence[int], codes: Sequence[int]) -> Code:
    # The last block, with codes of its own: 286 symbols, one distance, sizes in four bits each.
    head, at = 0b101 | 29 << 3 | 15 << 13, 17
    for symbol in (16, 17, 18, 0, 8, 7, 9, 6, 10, 5, 11, 4, 12, 3, 13, 2, 14, 1, 15):
        head, at = head | (4 if symbol < 16 else 0) << at, at + 3
    for size in (*sizes, 1):
        head, at = head | int(f"{size:04b}"[::-1], 2) << at, at + 4
    taken, bits = np.array(sizes, np.uint64), np.array(codes, np.uint64)
    own, own_taken = bits[:256, None], taken[:256, None]
    rest = np.arange(AT_MOST + 1) - 1  # what follows the first byte
    match = _SYMBOL[np.maximum(rest, SHORTEST)]
    more = np.array(_MORE, np.uint64)[match - OVER - 1]
    extra = (rest - np.array(_FROM)[match - OVER - 1]).astype(np.uint64)
    # Distance 1 is a single 0.
    follows = bits[match] | extra << taken[match]
    follows_taken = taken[match] + more + np.uint64(1)
    full = np.where(rest == 0, own, own | follows << own_taken)
    full_taken = np.where(rest == 0, own_taken, own_taken + follows_taken)
    twice = own | own << own_taken
    full[:, 2:3], full_taken[:, 2:3] = twice, 2 * own_taken
    full[:, 3:4], full_taken[:, 3:4] = twice | own << (2 * own_taken), 3 * own_taken
    return Code(head, at, full.ravel(), full_taken.ravel(), codes[OVER], sizes[OVER])
