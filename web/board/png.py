"""Palette entries as PNG, packed in pieces: what many pictures share is packed once.

Paper, the bar on top and the word of a band come again in every picture of an edition, and are two
thirds of it. A piece is a run of rows whose blocks end at a byte (RFC 1951, 3.2.4), so that pieces
can stand one after the other in one stream (RFC 1950). Only runs of one entry are looked for, which
zlib and its kin do alike: the bytes do not hang on whose a machine has.
"""

import functools
import struct
import zlib
from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass
from itertools import chain

import numpy as np
from numpy.typing import NDArray

Rows = NDArray[np.uint8]
"""An entry of the palette for each pixel; 0 is the paper."""

NEAR = 24
"""So few rows of paper between others are packed with them."""
_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_STREAM, _LAST_BLOCK = b"\x78\x01", b"\x03\x00"
_ADLER = 65521


def png(rows: Rows, palette: Sequence[tuple[int, int, int]]) -> bytes:
    """The picture (ISO/IEC 15948). Every entry in `rows` must be in the palette."""
    height, width = rows.shape
    pieces = [*_pieces(rows)]
    packed = b"".join(piece.packed for piece in pieces)
    stream = _STREAM + packed + _LAST_BLOCK + struct.pack(">I", _checked(pieces))
    return b"".join(
        (
            _SIGNATURE,
            _chunk(b"IHDR", struct.pack(">IIBBBBB", width, height, 8, 3, 0, 0, 0)),
            _chunk(b"PLTE", bytes(chain.from_iterable(palette))),
            _chunk(b"IDAT", stream),
            _chunk(b"IEND", b""),
        )
    )


@dataclass(frozen=True, slots=True)
class _Piece:
    """Rows as they stand in the stream, the sum that checks them (Adler-32), and how many bytes."""

    packed: bytes
    check: int
    size: int


def _pieces(rows: Rows) -> Iterator[_Piece]:
    """From top to bottom: paper and what is on it in turn."""
    height, width = rows.shape
    end = 0
    for first, last in _inked(rows):
        if first > end:
            yield _paper(first - end, width)
        yield _piece(_unfiltered(rows[first:last]))
        end = last
    if end < height:
        yield _paper(height - end, width)


def _inked(rows: Rows) -> list[tuple[int, int]]:
    """Where something stands on the paper: the first row of each, and the one after its last."""
    edges = np.diff(rows.any(axis=1).astype(np.int8), prepend=0, append=0)
    firsts, ends = np.flatnonzero(edges == 1).tolist(), np.flatnonzero(edges == -1).tolist()
    found: list[tuple[int, int]] = []
    for first, end in zip(firsts, ends, strict=True):
        if found and first - found[-1][1] < NEAR:
            found[-1] = found[-1][0], end
        else:
            found.append((first, end))
    return found


def _unfiltered(rows: Rows) -> bytes:
    """Before each row a byte that says so."""
    height, width = rows.shape
    made = np.zeros((height, 1 + width), np.uint8)
    made[:, 1:] = rows
    return made.tobytes()


@functools.lru_cache(maxsize=512)
def _paper(height: int, width: int) -> _Piece:
    return _piece(bytes(height * (1 + width)))


@functools.lru_cache(maxsize=32)
def _piece(content: bytes) -> _Piece:
    packer = zlib.compressobj(6, zlib.DEFLATED, -zlib.MAX_WBITS, 8, zlib.Z_RLE)
    packed = packer.compress(content) + packer.flush(zlib.Z_FULL_FLUSH)
    return _Piece(packed, zlib.adler32(content), len(content))


def _checked(pieces: Iterable[_Piece]) -> int:
    """The sum that checks all together. Each is made as if nothing had come before."""
    low, high = 1, 0
    for piece in pieces:
        high = (high + (piece.check >> 16) + piece.size * (low - 1)) % _ADLER
        low = (low + (piece.check & 0xFFFF) - 1) % _ADLER
    return high << 16 | low


def _chunk(kind: bytes, content: bytes) -> bytes:
    checked = zlib.crc32(content, zlib.crc32(kind))
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", checked)
