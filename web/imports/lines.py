"""Bytes to numbered lines of text: what is not plain text is refused here, with its line."""

import gzip
import io
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from itertools import chain
from pathlib import Path
from typing import BinaryIO

from web.imports.errors import FileRefused

# Encodings in which a line end is one byte, so that lines can be cut before they are decoded.
ENCODINGS = ("utf-8", "windows-1258")

# No sound record comes near it; it keeps a file without line ends from filling the memory.
LONGEST = 16 * 1024 * 1024

_BLOCK = 1 << 18

_BOM = b"\xef\xbb\xbf"
_GZIP = b"\x1f\x8b"
_NOT_TEXT = (b"PK\x03\x04", b"PK\x05\x06", b"\xd0\xcf\x11\xe0", b"%PDF")
_UTF_16 = (b"\xff\xfe", b"\xfe\xff")


@dataclass(frozen=True, slots=True)
class Source:
    """An open file: its lines, and how far they have come."""

    raw: BinaryIO
    data: io.BufferedReader
    encoding: str
    size: int

    def position(self) -> int:
        """Bytes of the file on disk that were read so far."""
        return self.raw.tell()

    def lines(self) -> Iterator[str]:
        """The lines with their ends; only LF and CRLF end one.

        Raises `FileRefused` for a NUL byte, for bytes of another encoding, for a damaged gzip
        file and for a line beyond `LONGEST`.
        """
        return chain.from_iterable(map(lines_of, self.blocks()))

    def blocks(self) -> Iterator[str]:
        """Whole lines, many at a time: checked and decoded in one stroke. Refuses as `lines`."""
        before = 0
        while raw := self._block(before + 1):
            if (nul := raw.find(b"\0")) >= 0:
                raise FileRefused("nul_byte", before + 1 + raw.count(b"\n", 0, nul))
            try:
                yield raw.decode(self.encoding)
            except UnicodeDecodeError as error:
                line = before + 1 + raw.count(b"\n", 0, error.start)
                raise FileRefused("not_utf8", line) from None
            before += raw.count(b"\n")

    def _block(self, line: int) -> bytes:
        try:
            raw = self.data.read(_BLOCK)
            if raw.endswith(b"\n"):
                return raw
            rest = self.data.readline(LONGEST)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise FileRefused("broken_gzip", line) from None
        if len(rest) == LONGEST:
            raise FileRefused("line_too_long", line + raw.count(b"\n"))
        return raw + rest


def lines_of(text: str) -> Iterator[str]:
    """The lines of a text with their ends."""
    return io.StringIO(text, newline="\n")


@contextmanager
def opened(path: Path, *, encoding: str = "utf-8") -> Iterator[Source]:
    """The text of a plain or gzipped file; which of the two is seen by its first bytes.

    Raises `FileRefused` for an empty file, UTF-16, and the bytes of a zip or spreadsheet file.
    """
    with path.open("rb") as raw:
        size = path.stat().st_size
        data: io.BufferedReader = raw
        if raw.peek(2)[:2] == _GZIP:
            data = io.BufferedReader(gzip.GzipFile(fileobj=raw), 1 << 18)
        _look_at(data, encoding)
        yield Source(raw=raw, data=data, encoding=encoding, size=size)


def _look_at(data: io.BufferedReader, encoding: str) -> None:
    try:
        head = data.peek(4)[:4]
    except (EOFError, gzip.BadGzipFile, zlib.error):
        raise FileRefused("broken_gzip") from None
    if not head:
        raise FileRefused("empty")
    if head.startswith(_NOT_TEXT):
        raise FileRefused("not_text")
    if encoding == "utf-8" and head.startswith(_UTF_16):
        raise FileRefused("utf16", 1)
    if head.startswith(_BOM):
        data.read(len(_BOM))
        if not data.peek(1):
            raise FileRefused("empty")
