"""Whether the pages of an edition tell what its tables tell; beside verify.py.

Every figure of a page's words, lists and tables, in either language, and who stands on which page:
where the tables have it, a page may not say otherwise, leave it out or say more. Pages drawn in
another layout are read as far as their boards are written alike.
"""

import json
import re
from collections import defaultdict
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from ranking.verifying import (
    recount_agency,
    recount_bands,
    recount_boards,
    recount_past,
    recount_said,
    recount_small,
    recount_sums,
)
from ranking.verifying.recount_found import cell, rows
from ranking.verifying.recount_known import Known
from ranking.verifying.recount_past import Past
from ranking.verifying.recount_sums import Board, shown_bands
from ranking.verifying.recount_text import LANGUAGES, first_other, folder_of, told

Row = dict[str, Any]

LAYOUT = 1
"""In which order pages tell their figures; manifest.json says by which an edition was drawn."""

UNREAD = "that pages, drawn in another layout, say more than bands and shares as the tables do"

TABLES = (
    *("months.csv", "due_months.csv", "weeks.csv", "waiting.csv", "gaps.csv", "sources.csv"),
    *("about.csv", "packs.csv", "origins.csv"),
)
_PART = re.compile(r'<h2[^>]* id="(reply|plan|sheets|earlier)"|<p class="(govuk-body-s hl-embed)">')


def is_read(ranking: Row) -> bool:
    """Whether its pages are read whole."""
    return bool(ranking.get("layout") == LAYOUT)


def check_pages(
    folder: Path, ranking: Row, inputs: list[Row], notes: Row, config: Row
) -> list[str]:
    """A line for every page that tells otherwise; an edition without pages has nothing to check."""
    if not is_read(ranking):
        return recount_bands.check_pages(folder, ranking)
    known = everything(folder, ranking, inputs, notes, config)
    past = Past(folder)
    faults = []
    for language in LANGUAGES:
        of = folder / language
        if of.is_dir():
            life = json.loads((folder / "life.json").read_bytes())
            board = Board(language, ranking, notes, config["parameters"], life)
            faults += recount_boards.check_boards(of, board)
            faults += _check_others(folder, board)
            for one in known.values():
                faults += _check_agency(of, one, board, past)
            faults += recount_sums.check_words(board)
    return faults


def everything(
    folder: Path, ranking: Row, inputs: list[Row], notes: Row, config: Row
) -> dict[str, Known]:
    """By code what the tables say of an agency."""
    own: dict[str, dict[str, list[Row]]] = defaultdict(lambda: {name: [] for name in TABLES})
    for name in TABLES:
        for row in rows(folder, name):
            own[row["code"]][name].append(row)
    noted = {row["code"]: row for row in notes["corrections_by_agency"]}
    peers: dict[tuple[str, int], int] = defaultdict(int)
    for line in ranking["agencies"]:
        peers[line["peer_group"], line["part"]] += line["funnel_z"] is not None
    counted = {row["code"]: row for row in inputs}
    sheets = json.loads((folder / "packs.json").read_bytes())
    return {
        code: Known(
            line=line,
            inputs=counted[code],
            noted=noted.get(line["code"], {}),
            tables=own[code],
            packs=[*_packs(sheets, own[code]["packs.csv"])],
            parameters=config["parameters"],
            has_funnel=line["funnel_z"] is not None and peers[line["peer_group"], line["part"]] > 1,
        )
        for line in ranking["agencies"]
        for code in (cell(line["code"]),)
    }


def _packs(sheets: list[Row], own: list[Row]) -> Iterator[Row]:
    """The sheets of which anything is known, each with the lines of one agency."""
    known = {sheet["pack"]: sheet for sheet in sheets}
    for pack in dict.fromkeys(row["pack"] for row in own if int(row["present"])):
        yield known[pack] | {"lines": [row for row in own if row["pack"] == pack]}


def _check_agency(of: Path, known: Known, board: Board, past: Past) -> Iterator[str]:
    """The page of one agency, and what other sites may show of it."""
    line, folder = known.line, folder_of(known.line["code"])
    path, widget = of / "agencies" / folder / "index.html", of / "widget" / folder
    name = f"{of.name}/agencies/{folder}/"
    if not (path.exists() and (widget / "index.html").exists()):
        yield f"{name}: pages of {line['code']} are not there"
        return
    page = path.read_text("utf-8")
    yield from recount_small.check_head(name, page, line, board)
    yield from recount_small.check_widget(f"{of.name}/widget/{folder}/", widget, line, board)
    start, parts = page.index("<h1"), [*_PART.finditer(page)]
    own = page[start : parts[0].start() if parts else page.index("</main>")]
    peers = line["peer_group"]
    names = (line[f"name_{board.language}"], peers, peers.lower())
    expected = recount_agency.expected(known, board.ranking, board.language)
    yield from first_other(name, told(own, board.language, names), expected)
    ends = [*(part.start() for part in parts[1:]), page.index("</main>")]
    after = {of[1] or of[2]: page[of.start() : end] for of, end in zip(parts, ends, strict=False)}
    sheets = after.get("sheets", "")
    yield from recount_small.check_sheets(f"{name}#sheets", sheets, known.packs, board)
    earlier = after.get("earlier", "")
    yield from recount_past.check_earlier(f"{name}#earlier", earlier, known, board, past)
    yield from recount_said.check_said(name, page, line["code"], board.life)
    if shown_bands(own, board) != [*recount_agency.bands(line)]:
        yield f"{name} shows other bands"


def _check_others(folder: Path, board: Board) -> Iterator[str]:
    """The pages that are no boards and of no agency."""

    def of(name: str, check: Callable[..., Iterator[str]], *values: Any) -> Iterator[str]:
        page = folder / board.language / name / "index.html"
        at = f"{board.language}/{name}/"
        if not page.exists():
            yield f"{at} is not there"
            return
        text = page.read_text("utf-8")
        yield from check(at, text, *values, board)
        yield from recount_small.check_head(at, text, None, board)

    press = json.loads((folder / "press.json").read_bytes())
    table = (folder / "ranking.csv").read_bytes()
    yield from of("press", recount_small.check_press, press, table)
    yield from of("method", recount_small.check_quality)
    if board.ranking["supersedes"] is not None:
        yield from of("changes", recount_small.check_changes)
