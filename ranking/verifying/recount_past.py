"""What an agency's page tells of earlier editions, and of the offices before it; beside verify.py.

Earlier figures are held against the editions that published them, where these lie beside this one.
"""

import html
import json
import re
from collections.abc import Iterator
from functools import cache
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ranking.verifying.recount_known import Known, ranged
from ranking.verifying.recount_sums import Board
from ranking.verifying.recount_text import cases, first_other, folder_of, number, percent, told
from ranking.verifying.recount_text import period as in_period

Row = dict[str, Any]

_ORIGIN = re.compile(r'<p class="govuk-body"><strong>.*?</p>', re.DOTALL)
_ROW = re.compile(r'<tr role="row">\s*<th role="rowheader".*?</tr>', re.DOTALL)
_PAST = re.compile(r'/editions/([^/"]+)/agencies/([^/"]+)/"')
_BESIDE = re.compile(r'\([^<]*\)(?=</a>)|<span class="hl-more">.*?</span>', re.DOTALL)
"""The name of an office before it, and what became of it."""


class Past:
    """The editions that lie beside one."""

    def __init__(self, folder: Path) -> None:
        self.line = cache(self._line)
        self._editions = cache(self._read)
        self._folder = folder

    def _line(self, edition: str, folder: str) -> tuple[str, Row] | None:
        """The period of an edition, and in it the line of the agency with that folder, if known."""
        found = self._editions(edition)
        return (found[0], found[1][folder]) if folder in found[1] else None

    def _read(self, edition: str) -> tuple[str, dict[str, Row]]:
        path = self._folder.parent / edition / "ranking.json"
        if Path(edition).name != edition or not path.exists():
            return "", {}
        ranking = json.loads(path.read_bytes())
        return ranking["period"], {folder_of(of["code"]): of for of in ranking["agencies"]}


def check_earlier(name: str, part: str, known: Known, board: Board, past: Past) -> Iterator[str]:
    """Each origin with its day and, in the language of the register, its names; each edition."""
    days: dict[str, list[str]] = {}
    for row in known.tables["origins.csv"]:
        days.setdefault(row["on"], []).append(row["former_name"])
    found = _ORIGIN.findall(part)
    if len(found) != len(days):
        yield f"{name} tells of {len(found)} origins where the tables have {len(days)}"
    for (day, names), text in zip(days.items(), found, strict=False):
        year, month, of = day.split("-")
        expected = [str(int(of)), *([str(int(month))] if board.language == "vi" else []), year]
        is_named = board.language != "vi" or all(one in html.unescape(text) for one in names)
        if told(text, board.language)[: len(expected)] != expected or not is_named:
            yield f"{name} tells of another origin than the tables"
    for row in _ROW.findall(part):
        linked = _PAST.search(row)
        line = past.line(unquote(linked[1]), unquote(linked[2])) if linked else None
        if line:
            figures = told(_BESIDE.sub(" ", row), board.language)
            yield from first_other(name, figures, [*_earlier(*line, board.language)])


def _earlier(period: str, line: Row, language: str) -> Iterator[str]:
    yield from in_period(period, language)
    yield from ranged(line)
    if line["n"] is not None:
        yield number(line["n"])
    if line["on_time_share"] is not None:
        yield percent(line["on_time_share"])
    yield cases(line["due"])
