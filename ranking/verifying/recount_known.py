"""What the tables know of an agency, and how pages tell it; beside verify.py."""

from collections.abc import Iterator
from dataclasses import dataclass
from fractions import Fraction
from typing import Any

from ranking.verifying.recount_text import number, percent, points

Row = dict[str, Any]


@dataclass(frozen=True)
class Known:
    """All that the tables say of one agency."""

    line: Row
    """Of ranking.json."""
    inputs: Row
    """Of inputs.csv; nothing is "" there."""
    noted: Row
    """Of the corrections in notes.json, {} where none is told."""
    tables: dict[str, list[Row]]
    """Its lines of the long tables, by their names."""
    packs: list[Row]
    """The official score sheets of which anything is known, each with its `lines`."""
    parameters: Row
    has_funnel: bool
    """Whether it is drawn among peers."""


def ranged(line: Row, prefix: str = "") -> Iterator[str]:
    """A share and its interval."""
    if line[prefix + "share"] is not None:
        yield percent(line[prefix + "share"])
        yield from (points(line[prefix + end]) for end in ("low", "high"))


def placed(line: Row, prefix: str = "") -> Iterator[str]:
    """A place and its range, where it is printed."""
    if line[prefix + "place_printed"]:
        yield from (number(line[prefix + of]) for of in ("place", "place_low", "place_high"))


def is_low_twice(line: Row, parameters: Row) -> bool:
    """Whether few of those served answered, for the second time running."""
    rates = line["response"], line["response_before"]
    return all(rate is not None and rate < parameters["response_flag"] for rate in rates)


def flags(line: Row, parameters: Row) -> Iterator[str]:
    """The figures in the marks beside its name."""
    if is_low_twice(line, parameters):
        yield percent(line["response"], 0)
    aside = line["quarantine_held"] + line["quarantine_excluded"]
    if aside:
        yield number(aside)


def share_of(part: Any, of: Any) -> Iterator[str]:
    if Fraction(str(of)):
        yield percent(Fraction(str(part)) / Fraction(str(of)))


def month_of(month: str, language: str) -> list[str]:
    year, _, of = month.partition("-")
    return [str(int(of)), year] if language == "vi" else [year]


def day_of(day: str, language: str) -> list[str]:
    year, month, of = day.split("-")
    return [of, month, year] if language == "vi" else [str(int(of)), year]
