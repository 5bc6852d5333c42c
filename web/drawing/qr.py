"""QR codes as drawings (ISO/IEC 18004, by segno): a page places them, nothing is fetched."""

from dataclasses import dataclass

import segno


@dataclass(frozen=True, slots=True)
class Drawing:
    """A square of `size` modules with its quiet zone; `path` is the dark part, as SVG path data."""

    size: int
    path: str


QUIET = 4  # modules of white around, as the standard asks


def drawn(text: str) -> Drawing:
    """The QR code of a text, readable with 15% of it damaged."""
    matrix = segno.make(text, error="m", micro=False).matrix
    dark = [
        f"M{x + QUIET} {y + QUIET}h1v1h-1z"
        for y, row in enumerate(matrix)
        for x, module in enumerate(row)
        if module
    ]
    return Drawing(len(matrix) + 2 * QUIET, "".join(dark))


def svg(drawing: Drawing) -> str:
    """The drawing as a file of its own, black on white, to print in any size."""
    side = drawing.size
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {side} {side}"'
        f' shape-rendering="crispEdges"><path fill="#fff" d="M0 0h{side}v{side}H0z"/>'
        f'<path d="{drawing.path}"/></svg>'
    )
