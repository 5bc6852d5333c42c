"""What else repeats an edition's figures: widgets and badges, the heads of pages, the press sheet,
official score sheets, what a correction changes, how good the indicators are; beside verify.py.
"""

import hashlib
import html
import re
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import limit
from ranking.verifying.recount_known import ranged
from ranking.verifying.recount_sums import NAMED_AT_MOST, Board, band_of, headline, shown_bands
from ranking.verifying.recount_text import (
    cases,
    figures,
    first_other,
    number,
    percent,
    period,
    points,
    signed,
    told,
)

Row = dict[str, Any]

BIN, BARS = Fraction(1, 200), 10
LONGEST = 42
CHECKED = ("of", "drawn", "agrees", "differs", "not_reached", "waiting")
SHARES = ("share", "low", "high", "on_time_share")
COUNTS = ("n", "place", "due", "on_time_place")

_SAID = re.compile(
    r'<meta (?:name|property)="(?:[a-z]+:)?(?:image:alt|description)" content="([^"]*)"'
)
_TITLE = re.compile(r'<title>(.*?)</title>|<meta property="og:title" content="([^"]*)"')
_CRUMBS = re.compile(r'<nav class="govuk-breadcrumbs.*?</nav>', re.DOTALL)
_CODE = re.compile(r'<th role="rowheader".*?</th>|<h2.*?</h2>', re.DOTALL)


def check_widget(name: str, folder: Path, line: Row, board: Board) -> Iterator[str]:
    """The frame and the badge of one agency."""
    page = (folder / "index.html").read_text("utf-8")
    when = period(board.ranking["period"], board.language)
    names = [line[f"name_{board.language}"]]
    part = page[page.index("<h1") : page.index("</main>")]
    yield from first_other(name, told(part, board.language, names), [*ranged(line), *when])
    badge = (folder / "badge.svg").read_text("utf-8")
    names.append(f"{names[0][: LONGEST - 1].rstrip()}…")
    found = told(badge.replace("<svg ", "<p ", 1), board.language, names)
    shares = _shares(line)
    own = [*shares, *when, *shares]
    is_right = found in ([*when, *own], [*when, *when, *when] if not shares else own)
    if not is_right:
        yield f"{name}badge.svg tells {' '.join(found)} where the tables have {' '.join(own)}"
    band, shown = band_of(line), shown_bands(page, board)
    is_called = any(f": {word} · " in badge for word in board.words[band])
    if shown != [band] or not is_called:
        yield f"{name} stands in another band"


def check_head(name: str, page: str, line: Row | None, board: Board) -> Iterator[str]:
    """What a page is called, and how it is described where it is shared."""
    when = period(board.ranking["period"], board.language)
    names = [line[f"name_{board.language}"]] if line else []
    called = [*map("".join, _TITLE.findall(page.partition("</head>")[0])), *_CRUMBS.findall(page)]
    for title in called:
        if (found := told(title, board.language, names)) not in (when, []):
            yield f"{name} is called {' '.join(found)}, its period {' '.join(when)}"
    shares = _shares(line) if line else []
    expected = [*shares, *when] if shares else [*when, *headline(board)]
    for said in _SAID.findall(page.partition("</head>")[0]):
        found = told(said, board.language, names)
        yield from first_other(f"{name}: its description", found, expected)


def check_sheets(name: str, part: str, packs: list[Row], board: Board) -> Iterator[str]:
    """An agency on official score sheets; `packs`: the sheets with its lines of packs.csv."""
    names = [sheet[f"name_{board.language}"] for sheet in packs]
    expected = [*_sheets(packs, board.language)]
    yield from first_other(name, told(_CODE.sub(" ", part), board.language, names), expected)


def _sheets(packs: list[Row], language: str) -> Iterator[str]:
    if packs and language == "vi":
        yield "0"  # "không tính là 0"
    for sheet in packs:
        own = sheet["lines"][0]
        yield from (*figures(sheet["act"], language), own["present"], own["applying"])
        if own["score"]:
            yield from (number(own["score"], 1), "100")
        if own["place"]:
            yield from (own["place"], own["place_low"], own["place_high"])
        for row in sheet["lines"]:
            if row["points"]:
                yield number(row["points"], 1)
            yield number(row["maximum"])


def check_press(name: str, page: str, press: Row, table: bytes, board: Board) -> Iterator[str]:
    """The press sheet against press.json, and that against the tables where it has words."""
    said = press["in_words"][board.language]
    written = html.unescape(page)
    yield from first_other(
        f"press.json: {board.language}", figures(said["headline"], board.language), headline(board)
    )
    if hashlib.sha256(table).hexdigest()[:16] not in said["citation"]:
        yield f"press.json: {board.language}: the citation is of another ranking.csv"
    if not all(text in written for text in (said["headline"], said["citation"])):
        yield f"{name} and press.json differ in their words"
    part = page[page.index("<article") : page.rindex("<h2", 0, page.rindex("<h2"))]
    expected = [*_press(press, board)]
    yield from first_other(name, told(part, board.language, board.names), expected)


def _press(press: Row, board: Board) -> Iterator[str]:
    notes, lines = board.notes, board.ranking["agencies"]
    yield from (*period(board.ranking["period"], board.language), *headline(board))
    if notes["residents_counted"] is not None:
        yield number(notes["residents_counted"])
    ranked = sum(line["status"] == "ranked" for line in lines)
    yield from (number(ranked), number(len(lines)))
    yield from (cases(notes["promises_due"]), cases(notes["promises_met"]))
    by_code = {line["code"]: line for line in lines}
    for indicator, of in (("satisfaction", "n"), ("promises", "due")):
        for group in press[indicator]:
            for end in filter(None, (group["first"], group["last"])):
                yield from (number(end["within"]), number(group["ranked"]))
                for one in end["agencies"]:
                    yield from (*ranged(one), cases(by_code[one["code"]][of]))
    for way in ("better_than_before", "worse_than_before"):
        for one in press[way][:NAMED_AT_MOST]:
            yield from (
                signed(one["change"]),
                *(points(one[f"change_{of}"]) for of in ("low", "high")),
            )
        if len(press[way]) > NAMED_AT_MOST:
            yield number(len(press[way]) - NAMED_AT_MOST)
    yield from (board.confidence, board.confidence)


def check_changes(name: str, page: str, board: Board) -> Iterator[str]:
    """What a correction moves, against life.json."""
    part = page[page.index('<p class="govuk-caption-l">') : page.index("</main>")]
    expected = [*_changes(board)]
    yield from first_other(name, told(part, board.language, board.names), expected)


def _changes(board: Board) -> Iterator[str]:
    yield from period(board.ranking["period"], board.language)
    yield from figures(board.ranking["reason"] or "", board.language)
    lines = {line["code"]: line for line in board.ranking["agencies"]}
    before = None
    for change in board.life["changes"]:
        line, figure = lines.get(change["agency"]), change["figure"]
        if line and figure.endswith("place") and not line[f"{figure}_printed"]:
            continue
        if line is None and change["agency"] != before:  # above its table, and as its caption
            yield from 2 * figures(change["agency"], board.language)
        before = change["agency"]
        for value in (change["before"], change["after"]):
            if value is not None and figure in SHARES:
                yield percent(value)
            elif value is not None and figure in COUNTS:
                yield number(value)


def check_quality(name: str, page: str, board: Board) -> Iterator[str]:
    """How good the indicators are, and what came of the spot checks, on the page of the method."""
    part = page[page.rindex("</figure>") : page.index("</article>")]
    yield from first_other(name, told(part, board.language), [*_quality(board)])


def _quality(board: Board) -> Iterator[str]:
    cliff, parameters = board.ranking["cliff"], board.parameters
    edge = Fraction(str(parameters["target"])) - BARS * BIN
    for at, count in enumerate(cliff["bars"]):
        yield from (percent(edge + at * BIN), percent(edge + (at + 1) * BIN), number(count))
    yield from (number(cliff["above"]), number(cliff["below"]), percent(cliff["tail"]))
    for indicator in ("satisfaction", "punctuality"):
        of = board.ranking[indicator]
        if of["ranked"]:
            yield from (number(of["above"]), number(of["ranked"]))
        if of["ranked"] and of["to_retire"]:
            yield percent(limit(parameters, "retired_share"), 0)
    checked = board.ranking["spot_checks"]
    for row in checked:
        yield from (number(row[of]) for of in CHECKED)
    for row in checked:
        if row["silent"] is not None:
            yield from (number(row["silent"]), number(row["silent_satisfied"]), "4", "5")
    for row in checked:
        if row["raters"] is not None:
            yield from (number(row["raters"]), number(row["raters_alike"]))
    yield number(parameters["ranked_floor"])
    yield percent(parameters["response_floor"], 0)
    yield number(parameters["listed_floor"])
    yield from (board.target, board.confidence)
    yield from figures(str(parameters["method_version"]), board.language)


def _shares(line: Row) -> list[str]:
    """A share and its interval, each as a percentage."""
    if line["share"] is None:
        return []
    return [percent(line[of]) for of in ("share", "low", "high")]
