"""What an agency's page tells of earlier editions, and of the offices before it; beside verify.py.

Earlier figures are held against the editions that published them, where these lie beside this one.
"""

import html
import json
import re
from collections.abc import Iterator
from functools import cached_property
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
_PAST = re.compile(r'/editions/[^/"]+/agencies/([^/"]+)/"')
_BESIDE = re.compile(
    r'\([^<]*\)(?=</a>|</th>|<span class="hl-more)|<span class="hl-more">.*?</span>', re.DOTALL
)
"""The name of an office before it, and what became of it."""


class Past:
    """The editions that lie beside one."""

    def __init__(self, folder: Path) -> None:
        self._folder = folder

    def lines(self, period: list[str], language: str, folder: str) -> list[tuple[str, Row]]:
        """The period, as it is named, and the line of the agency in that folder, of each edition
        whose period is told by these figures.
        """
        return [
            (name, lines[folder])
            for name, lines in self._editions
            if folder in lines and in_period(name, language) == period
        ]

    @cached_property
    def _editions(self) -> list[tuple[str, dict[str, Row]]]:
        found = []
        for path in sorted(self._folder.resolve().parent.glob("*/ranking.json")):
            try:
                ranking = json.loads(path.read_bytes())
                lines = {folder_of(of["code"]): of for of in ranking["agencies"]}
                found.append((str(ranking["period"]), lines))
            except (OSError, ValueError, KeyError, TypeError):
                continue  # it is no edition
        return found


def check_earlier(name: str, part: str, known: Known, board: Board, past: Past) -> Iterator[str]:
    """Each origin with its day and, in the language of the register, its names; each edition."""
    days: dict[str, list[str]] = {}
    for row in known.tables["origins.csv"]:
        days.setdefault(row["on"], []).append(row["former_name"].lstrip("'"))
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
        yield from _check_row(name, row, known, board, past)


def _check_row(name: str, row: str, known: Known, board: Board, past: Past) -> Iterator[str]:
    """One earlier edition; what an office before it had is found where the row leads to it."""
    linked, figures = _PAST.search(row), told(_BESIDE.sub(" ", row), board.language)
    head = row.partition("</th>")[0]
    if linked is None and "(" in head:
        return
    folder = unquote(linked[1]) if linked else folder_of(known.line["code"])
    period = told(_BESIDE.sub(" ", head), board.language)
    lines = past.lines(period, board.language, folder)
    expected = [[*_earlier(*line, board.language)] for line in lines]
    if expected and figures not in expected:
        yield from first_other(name, figures, expected[-1])


def _earlier(period: str, line: Row, language: str) -> Iterator[str]:
    yield from in_period(period, language)
    yield from ranged(line)
    if line["n"] is not None:
        yield number(line["n"])
    if line["on_time_share"] is not None:
        yield percent(line["on_time_share"])
    yield cases(line["due"])
