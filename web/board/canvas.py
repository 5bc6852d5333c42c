"""A small canvas for pictures of words: few colours, smooth edges, the same bytes each time.

Every pixel is an entry of one palette; ink on a ground has a ramp of sixteen shades. That keeps a
picture of 1200 by 630 under 30 KB, and runs of one shade pack in a few milliseconds. The bytes are
those of the Pillow this installation is locked to.
"""

import functools
import io
import zlib
from dataclasses import dataclass, field
from pathlib import Path

from PIL import Image, ImageColor, ImageDraw, ImageFont

WIDTH, HEIGHT = 1200, 630
SHADES = 16
FINE = 4
"""Shapes are drawn so many times larger, and made small again."""

_FONTS = Path(__file__).parent.parent / "letters"
_RAMPED = [value * SHADES // 256 for value in range(256)]
_SEEN = [255 if shade else 0 for shade in _RAMPED]

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
    image: Image.Image = field(default_factory=lambda: Image.new("L", (WIDTH, HEIGHT)))
    palette: list[tuple[int, int, int]] = field(default_factory=list)
    _ramps: dict[tuple[Colour, Colour], int] = field(default_factory=dict)

    def __post_init__(self) -> None:
        if not self.palette:
            self.box((0, 0, WIDTH, HEIGHT), self.ground)

    def copy(self) -> "Canvas":
        """The same so far, to go on from."""
        return Canvas(self.ground, self.image.copy(), list(self.palette), dict(self._ramps))

    def box(self, edges: tuple[float, float, float, float], colour: Colour) -> None:
        """Left, top, right and bottom, filled."""
        ImageDraw.Draw(self.image).rectangle(edges, fill=self._ramp(colour, colour))

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
        width, mask = _written(text, letters)
        left = int(at[0] - width if end else at[0])
        self._ink(mask, (left, int(at[1])), ink, on or self.ground)
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
        """The picture."""
        made = self.image.copy()
        made.putpalette([part for colour in self.palette for part in colour])
        written = io.BytesIO()
        made.save(written, "PNG", compress_type=zlib.Z_RLE)
        return written.getvalue()

    def _ink(self, mask: Image.Image, at: tuple[int, int], ink: Colour, on: Colour) -> None:
        base = self._ramp(on, ink)
        self.image.paste(mask.point(_from(base)), at, mask.point(_SEEN))

    def _ramp(self, on: Colour, ink: Colour) -> int:
        """Where the shades from a ground to an ink begin; one of a colour by itself is one."""
        found = self._ramps.get((on, ink))
        if found is None:
            found = self._ramps[on, ink] = len(self.palette)
            first, last = (ImageColor.getrgb(colour)[:3] for colour in (on, ink))
            shades = range(1 if on == ink else SHADES)
            self.palette += [_between(first, last, shade) for shade in shades]
        return found


@functools.lru_cache(maxsize=512)
def _written(text: str, letters: ImageFont.FreeTypeFont) -> tuple[float, Image.Image]:
    """A line as coverage, with its width; words of bands come again with every agency."""
    width = letters.getlength(text)
    mask = Image.new("L", (int(width) + 8, int(letters.size * 1.6)))
    ImageDraw.Draw(mask).text((0, 0), text, font=letters, fill=255)
    return width, mask


@functools.lru_cache(maxsize=512)
def _filled(outline: tuple[Point, ...], size: tuple[int, int]) -> Image.Image:
    large = Image.new("L", (size[0] * FINE, size[1] * FINE))
    ImageDraw.Draw(large).polygon(outline, fill=255)
    return large.resize(size, Image.Resampling.BOX)


@functools.cache
def _round(radius: int) -> Image.Image:
    size = radius * 2 + 2
    large = Image.new("L", (size * FINE, size * FINE))
    ImageDraw.Draw(large).ellipse((0, 0, radius * 2 * FINE, radius * 2 * FINE), fill=255)
    return large.resize((size, size), Image.Resampling.BOX)


@functools.cache
def _from(base: int) -> list[int]:
    return [base + shade for shade in _RAMPED]


def lines(text: str, letters: ImageFont.FreeTypeFont, width: float, most: int) -> list[str]:
    """The words in lines of that width; what does not fit in so many ends with an ellipsis."""
    found = [""]
    for word in text.split():
        longer = f"{found[-1]} {word}".strip()
        if letters.getlength(longer) <= width or not found[-1]:
            found[-1] = longer
        else:
            found.append(word)
    if len(found) > most:
        found = [*found[: most - 1], f"{found[most - 1]} …"]
    return [_cut(line, letters, width) for line in found]


def _cut(line: str, letters: ImageFont.FreeTypeFont, width: float) -> str:
    """The line, or as much of it as fits before an ellipsis."""
    if letters.getlength(line) <= width:
        return line
    while letters.getlength(f"{line}…") > width:
        line = line[:-1]
    return f"{line.rstrip(' …')}…"


def _between(first: tuple[int, ...], last: tuple[int, ...], shade: int) -> tuple[int, int, int]:
    red, green, blue = (
        (a * (SHADES - 1 - shade) + b * shade + (SHADES - 1) // 2) // (SHADES - 1)
        for a, b in zip(first, last, strict=True)
    )
    return red, green, blue
