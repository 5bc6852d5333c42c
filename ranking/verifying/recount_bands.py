"""Boards of editions of another layout, as far as they can be read; beside verify.py.

Looked at are the rows of the tables on the pages of each language: colour and share. Rows written
otherwise are not looked at.
"""

import re
from collections.abc import Iterator
from decimal import Decimal
from pathlib import Path
from typing import Any
from urllib.parse import unquote

from ranking.verifying.recount_found import cell

Row = dict[str, Any]

BAND = re.compile(r'<tr [^>]*data-band="(\w+)"')
AGENCY = re.compile(r'<a href="agencies/([^"/]+)/"')
SHARE = re.compile(r'<td [^>]*class="hl-line__share"[^>]*>\s*(?:(\d+)[.,](\d)|–)')


def check_pages(folder: Path, ranking: Row) -> list[str]:
    """A line for every row that tells otherwise."""
    lines = {cell(line["code"]): line for line in ranking["agencies"]}
    faults = []
    for page in sorted(folder.glob("??/*.html")):
        for code, told in _rows(page.read_text("utf-8")):
            line = lines.get(code)
            if line is not None and told != _expected(line):
                name = page.relative_to(folder).as_posix()
                faults.append(f"{name}: {code} stands with another band or share")
    return faults


def _rows(page: str) -> Iterator[tuple[str, tuple[str, Decimal | None]]]:
    """(code, (band, share in points)) of every row."""
    for row in page.split("</tr>"):
        band, agency, share = (of.search(row) for of in (BAND, AGENCY, SHARE))
        if band and agency and share:
            points = Decimal(".".join(share.groups())) if share[1] else None
            yield unquote(agency[1]), (band[1], points)


def _expected(line: Row) -> tuple[str, Decimal | None]:
    printed = line["printed"]
    return line["band"] or "none", None if printed is None else Decimal(printed)
