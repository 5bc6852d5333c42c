"""A small canvas for pictures of words: few colours, smooth edges, the same bytes each time.

Every pixel is an entry of one palette; ink on a ground has a ramp of sixteen shades. That keeps a
picture of 1200 by 630 under 30 KB, and runs of one shade pack quickly. A letter is drawn once, and
put beside others wherever it comes again; a strip of rows that comes again, such as bare paper, is
packed once. The letters are those of the Pillow this installation is locked to.
"""

import functools
import re
import zlib
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageColor, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
SHADES = 16
FINE = 4
"""Shapes are drawn so many times larger, and made small again."""
STRIP = 30
"""So many rows are packed together."""

_SIGNATURE = b"\x89PNG\r\n\x1a\n"
_HEAD, _LAST = b"\x78\x01", b"\x03\x00"
"""Of a stream (RFC 1950): how it is packed, and an empty block that says that no other follows."""

_FONTS = Path(__file__).parent.parent / "letters"

Shades = NDArray[np.uint8]
"""How much of each pixel is covered, from 0 to 15; of a canvas the palette's entries."""
Colour = str
Point = tuple[float, float]


@functools.cache
def font(size: int, *, bold: bool = False) -> ImageFont.FreeTypeFont:
    """The project's own letters, in pixels."""
    path = _FONTS / f"be-vietnam-pro-{700 if bold else 400}.ttf"
    return ImageFont.truetype(path, size, layout_engine=ImageFont.Layout.BASIC)


@dataclass(slots=True)
class Canvas:
    """What is drawn on; `ground` is its paper."""

    ground: Colour
    lines: Shades = field(default_factory=lambda: np.zeros((HEIGHT, WIDTH + 1), np.uint8))
    """Rows as they stand in a file: before the entries of each its filter, which is none."""
    palette: bytes = b""
    """Red, green and blue of each entry."""
    _ramps: dict[tuple[Colour, Colour], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.palette:
            self.box((0, 0, WIDTH, HEIGHT), self.ground)

    @property
    def rows(self) -> Shades:
        """The entries themselves, to be drawn on."""
        return self.lines[:, 1:]

    def copy(self) -> "Canvas":
        """The same so far, to go on from."""
        return Canvas(self.ground, self.lines.copy(), self.palette, dict(self._ramps))

    def box(self, edges: tuple[float, float, float, float], colour: Colour) -> None:
        """Left, top, right and bottom, filled; the pixels of all four edges belong to it."""
        left, top, right, bottom = map(int, edges)
        self.rows[top : bottom + 1, left : right + 1] = self._ramp(colour, colour)

    def words(
        self,
        at: Point,
        text: str,
        letters: ImageFont.FreeTypeFont,
        ink: Colour,
        *,
        on: Colour = "",
        end: bool = False,
    ) -> float:
        """One line with its top left corner there, or with `end` its right one; its width."""
        width, shades = _written(text, letters)
        left = int(at[0]) - (width if end else 0)
        self._ink(shades, (left, int(at[1])), ink, on or self.ground)
        return width

    def shape(self, points: list[Point], ink: Colour, *, on: Colour = "") -> None:
        """A filled outline."""
        left, top = int(min(x for x, _ in points)), int(min(y for _, y in points))
        size = int(max(x for x, _ in points)) - left + 2, int(max(y for _, y in points)) - top + 2
        outline = tuple(((x - left) * FINE, (y - top) * FINE) for x, y in points)
        self._ink(_filled(outline, size), (left, top), ink, on or self.ground)

    def dot(self, middle: Point, radius: int, ink: Colour) -> None:
        """A filled circle."""
        left, top = int(middle[0]) - radius, int(middle[1]) - radius
        self._ink(_round(radius), (left, top), ink, self.ground)

    def png(self) -> bytes:
        """The picture (ISO/IEC 15948): entries of a palette, a byte each."""
        height, width = self.rows.shape
        size, lines = STRIP * (width + 1), self.lines.tobytes()
        strips = (lines[at : at + size] for at in range(0, len(lines), size))
        stream = (_HEAD, *map(_packed, strips), _LAST, zlib.adler32(lines).to_bytes(4))
        head = width.to_bytes(4) + height.to_bytes(4) + bytes((8, 3, 0, 0, 0))
        return b"".join(
            (
                _SIGNATURE,
                _chunk(b"IHDR", head),
                _chunk(b"PLTE", self.palette),
                _chunk(b"IDAT", b"".join(stream)),
                _chunk(b"IEND", b""),
            )
        )

    def _ink(self, shades: Shades, at: tuple[int, int], ink: Colour, on: Colour) -> None:
        (left, top), (height, width) = at, shades.shape
        there = self.rows[top : top + height, left : left + width]
        seen = shades[: there.shape[0], : there.shape[1]]
        np.copyto(there, seen + np.uint8(self._ramp(on, ink)), where=seen > 0)

    def _ramp(self, on: Colour, ink: Colour) -> int:
        """Where the shades from a ground to an ink begin; one of a colour by itself is one."""
        found = self._ramps.get((on, ink))
        if found is None:
            found = self._ramps[on, ink] = len(self.palette) // 3
            self.palette += _shaded(on, ink)
        return found


@functools.lru_cache(maxsize=128)
def _packed(strip: bytes) -> bytes:
    """Runs, in blocks that end at a byte (RFC 1951, 3.2.4), so that strips join into a stream."""
    packer = zlib.compressobj(wbits=-zlib.MAX_WBITS, strategy=zlib.Z_RLE)
    return packer.compress(strip) + packer.flush(zlib.Z_SYNC_FLUSH)


def _chunk(kind: bytes, content: bytes) -> bytes:
    check = zlib.crc32(kind + content)
    return len(content).to_bytes(4) + kind + content + check.to_bytes(4)


@functools.lru_cache(maxsize=512)
def _written(text: str, letters: ImageFont.FreeTypeFont) -> tuple[int, Shades]:
    """A line with its width; words of bands come again with every agency."""
    width, x = length(text, letters), 0
    shades = np.zeros((int(letters.size * 1.6), width + 8), np.uint8)
    for letter in text:
        found = _letter(letter, letters)
        left = max(x + found.left, 0)
        there = shades[found.top :, left : left + found.shades.shape[1]]
        height, seen = there.shape
        own = found.shades[:height, :seen]
        there = there[: own.shape[0]]
        np.maximum(there, own, out=there)  # letters may stand a little over others
        x += found.width
    return width, shades


@dataclass(frozen=True, slots=True, eq=False)
class _Letter:
    """One letter, and where its shades begin, seen from the top left corner of its place."""

    shades: Shades
    left: int
    top: int
    width: int


@functools.cache
def _letter(letter: str, letters: ImageFont.FreeTypeFont) -> _Letter:
    mask, (left, top) = letters.getmask2(letter, mode="L", anchor="la")
    shades = np.array(mask, np.uint8).reshape(mask.size[::-1]) // (256 // SHADES)
    return _Letter(shades, int(left), int(top), int(letters.getlength(letter)))


def length(text: str, letters: ImageFont.FreeTypeFont) -> int:
    """How wide a line is."""
    return sum(_letter(letter, letters).width for letter in text)


@functools.lru_cache(maxsize=512)
def _filled(outline: tuple[Point, ...], size: tuple[int, int]) -> Shades:
    large = Image.new("L", (size[0] * FINE, size[1] * FINE))
    ImageDraw.Draw(large).polygon(outline, fill=255)
    return _shades(large, size)


@functools.cache
def _round(radius: int) -> Shades:
    size = radius * 2 + 2
    large = Image.new("L", (size * FINE, size * FINE))
    ImageDraw.Draw(large).ellipse((0, 0, radius * 2 * FINE, radius * 2 * FINE), fill=255)
    return _shades(large, (size, size))


def _shades(large: Image.Image, size: tuple[int, int]) -> Shades:
    return np.asarray(large.resize(size, Image.Resampling.BOX)) // (256 // SHADES)


# A number is not parted from what it counts.
_COUNTED = re.compile(r"(?<!\d) ")


def lines(text: str, letters: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """The words in lines of that width; what does not fit in so many ends with an ellipsis."""
    found = [""]
    for word in _COUNTED.split(" ".join(text.split())):
        longer = f"{found[-1]} {word}".strip()
        if length(longer, letters) <= width or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1]} …"]
    return [_cut(line, letters, width) for line in found]


def _cut(line: str, letters: ImageFont.FreeTypeFont, width: float) -> str:
    """The line, or as much of it as fits before an ellipsis."""
    if length(line, letters) <= width:
        return line
    while length(f"{line}…", letters) > width:
        line = line[:-1]
    return f"{line.rstrip(' …')}…"


@functools.cache
def _shaded(on: Colour, ink: Colour) -> bytes:
    """The entries of a ramp; of a colour by itself, one."""
    first, last = (ImageColor.getrgb(colour)[:3] for colour in (on, ink))
    shades = range(1 if on == ink else SHADES)
    return b"".join(bytes(_between(first, last, shade)) for shade in shades)


def _between(first: tuple[int, ...], last: tuple[int, ...], shade: int) -> Iterator[int]:
    for a, b in zip(first, last, strict=True):
        yield (a * (SHADES - 1 - shade) + b * shade + (SHADES - 1) // 2) // (SHADES - 1)
