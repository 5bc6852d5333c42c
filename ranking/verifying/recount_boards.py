"""The boards line by line: every figure, every band, and who stands on which; beside verify.py."""

import re
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ranking.verifying.recount_known import flags, placed, ranged
from ranking.verifying.recount_small import check_head
from ranking.verifying.recount_sums import (
    NAMES,
    ONLY,
    PLACE,
    PROMISES,
    Board,
    band_of,
    closing,
    opening,
    shown_bands,
)
from ranking.verifying.recount_text import cases, first_other, number, percent, points, told

Row = dict[str, Any]

RESPONSE, OVERDUE = "by-response.html", "overdue.html"

_SECTION = re.compile(r'<section class="hl-wide"[^>]*>')
_LINE = re.compile(r'<tr role="row"[^>]*>\s*<th role="rowheader".*?</tr>', re.DOTALL)
_TILE = re.compile(r'<li class="hl-tile">.*?</li>', re.DOTALL)
_AGENCY = re.compile(r'<a href="agencies/([^"/]+)/"')
_BAND = re.compile(r'(?:data-band="|hl-chip--|hl-mark--)(\w+)')


@dataclass(frozen=True)
class View:
    """One board: the table in an order, or a part of it."""

    name: str
    """As faults call it."""
    page: str
    """Its file."""
    is_kept: bool
    """Whether its lines are of promises."""
    board: Board

    @property
    def prefix(self) -> str:
        """Of the columns its bands and places are from."""
        return "on_time_" if self.is_kept else ""


def check_boards(of: Path, board: Board) -> list[str]:
    """Every board there has to be, and every line on it."""
    pages = [PLACE, PROMISES, NAMES]
    pages += [RESPONSE, OVERDUE, *ONLY] if board.has_answers else []
    faults: list[str] = []
    for page in pages:
        is_kept = page == PROMISES or (page == PLACE and not board.has_answers)
        view = View(f"{of.name}/{page}", page, is_kept, board)
        if (of / page).exists():
            text = (of / page).read_text("utf-8")
            faults += [*check_head(view.name, text, None, board), *_check_board(view, text)]
        else:
            faults.append(f"{view.name} is not there")
    return faults


def _check_board(of: View, text: str) -> Iterator[str]:
    start = text.index("<h1")
    end = text.rindex("<h2") if of.page == PLACE else text.index("</main>")
    before, *sections = _SECTION.split(text[start:end])
    after = ""
    if sections:
        sections[-1], _, after = sections[-1].partition("</section>")
    found = told(f"{before} {after}", of.board.language, of.board.names)
    yield from first_other(
        of.name, found, [*opening(of.page, of.board), *closing(of.page, of.board)]
    )
    pattern = _TILE if of.page == NAMES else _LINE
    stood: list[str] = []
    for section in sections:
        lines = []
        for row in pattern.findall(section):
            agency = _AGENCY.search(row)
            line = of.board.lines.get(unquote(agency[1])) if agency else None
            if line is None:
                yield f"{of.name}: a line is of no agency of the edition"
                continue
            lines.append(line)
            yield from _check_line(of, row, line)
        stood += [line["code"] for line in lines]
        yield from _check_section(of, pattern.sub(" ", section), lines)
    if sorted(stood) != sorted(
        line["code"] for line in of.board.lines.values() if _is_on(of, line)
    ):
        yield f"{of.name}: agencies are missing, or stand where they do not belong"


def _check_line(of: View, row: str, line: Row) -> Iterator[str]:
    name, names = f"{of.name}: {line['code']}", (line[f"name_{of.board.language}"],)
    expected = (
        _tile(line) if of.page == NAMES else _kept(line) if of.is_kept else _line(line, of.board)
    )
    yield from first_other(name, told(row, of.board.language, names), [*expected])
    shown_bands(row, of.board)
    if set(_BAND.findall(row)) != {band_of(line, of.prefix)}:
        yield f"{name} stands in another band"


def _check_section(of: View, text: str, lines: list[Row]) -> Iterator[str]:
    """What stands around the lines of one peer group, and their order."""
    peers = sorted({line["peer_group"] for line in lines})
    if len(peers) != 1:
        yield f"{of.name}: a group that is none"
        return
    name, found = f"{of.name}: {peers[0]}", told(text, of.board.language, of.board.names)
    yield from first_other(name, found, [*_around(of, lines)])
    order = [_order(of, line) for line in lines]
    if order != sorted(order):
        yield f"{name} stands in another order"


def _is_on(of: View, line: Row) -> bool:
    if of.is_kept:
        return bool(line["due"])
    return of.page not in ONLY or band_of(line) == ONLY[of.page]


def _order(of: View, line: Row) -> tuple[Any, ...]:
    """What stands first is less."""
    if of.is_kept:
        is_ranked = line["on_time_status"] == "ranked"
        return not is_ranked, -line["on_time_share"] if is_ranked else 0
    if of.page == RESPONSE:
        return line["response"] is None, -(line["response"] or 0)
    if of.page == OVERDUE:
        return (-line["open_overdue"],)
    if of.page == NAMES:
        return ()
    return line["place"] is None, line["place"] or 0


def _line(line: Row, board: Board) -> Iterator[str]:
    yield from flags(line, board.parameters)
    yield from ranged(line)
    if line["raw"] is not None:
        yield percent(line["raw"])
    yield number(board.parameters["listed_floor"] if line["n"] is None else line["n"])
    if line["response"] is not None:
        yield percent(line["response"], 0)
    yield from placed(line)
    if line["arrow"]:
        yield ("+" if line["arrow"] == "up" else "") + points(line["change"])
    yield from ranged(line, "on_time_")
    yield cases(line["open_overdue"])


def _kept(line: Row) -> Iterator[str]:
    yield from ranged(line, "on_time_")
    yield from placed(line, "on_time_")
    for name in ("due", "met", "missed_closed", "open_overdue"):
        yield cases(line[name])


def _tile(line: Row) -> Iterator[str]:
    yield from ranged(line)


def _around(of: View, lines: list[Row]) -> Iterator[str]:
    """Around the lines of a group: how many are ranked, and from where to where the bars go."""
    page, is_kept, prefix = of.page, of.is_kept, of.prefix
    if page == NAMES:
        return
    peers = lines[0]["peer_group"]
    group = [line for line in of.board.lines.values() if line["peer_group"] == peers]
    ranked = sum(line[prefix + "status"] == "ranked" for line in lines)
    rest = len(lines) - ranked
    if page == PLACE and not is_kept:
        yield from (number(ranked), number(len(group)))
    elif not is_kept:
        yield from (number(len(lines)), number(len(group)))
    head = _head(lines if is_kept else group, of.board, prefix)
    if page != PLACE and not is_kept:
        yield from head
        return
    if ranked:
        yield from head
    if rest:
        yield from (number(rest), *head)


def _head(group: list[Row], board: Board, prefix: str) -> list[str]:
    lows = [line[prefix + "low"] for line in group if line[prefix + "low"] is not None]
    start = min([0.5, int(min(lows) * 10) / 10] if lows else [0.5])
    ends = [board.confidence, board.target, percent(start, 0), "100"]
    return ends if prefix else [*ends, board.confidence]
