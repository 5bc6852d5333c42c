"""What every column of the open data means: a Frictionless Data Package, and a page of it.

Both come from `columns.csv`: a line a column, and the tables it stands in. A column without a line
fails when the edition is written.
"""

import csv
import functools
from collections.abc import Mapping
from dataclasses import dataclass
from importlib import resources
from typing import Any

from ranking.frozen.edition_body import Edition
from web.board import manifest
from web.board.writing import as_json, moment
from web.language.i18n import mark

NAME = "datapackage.json"

TABLES = {
    "ranking": mark("The published figures, a line for each agency"),
    "inputs": mark("The counts every figure follows from"),
    "strata": mark("Answers by kind of service, from which the adjustment is made"),
    "weeks": mark("Promises that fell due, week by week"),
    "waiting": mark("How long cases waited, day by day"),
    "overdue": mark("Cases overdue at the cut-off, by how many days"),
    "months": mark("Answers month by month"),
    "due_months": mark("Promises that fell due, month by month"),
    "about": mark("Why people were dissatisfied: what they wrote about, as a machine guesses"),
    "origins": mark("Which offices an agency comes from"),
    "gaps": mark("How those who answered differ from all who were served"),
    "responses": mark("Closed cases by kind, where the answers were weighted anew"),
    "sources": mark("How answers spread over devices and networks of one day"),
    "packs": mark("The same agencies on official score sheets"),
    "spot_checks": mark(
        "How many results were drawn by lot, to be called back or looked up in files"
    ),
}
TYPES = {
    "string": mark("text"),
    "number": mark("number"),
    "integer": mark("whole number"),
    "boolean": mark("yes or no"),
    "date": mark("date"),
    "yearmonth": mark("month of a year"),
}
UNITS = {
    "share": mark("share, 0 to 1"),
    "percent": mark("per cent"),
    "probability": mark("probability"),
    "place": mark("place"),
    "points": mark("points"),
    "standard deviations": mark("standard deviations"),
    "residents": mark("residents"),
    "answers": mark("answers"),
    "cases": mark("cases"),
    "agencies": mark("agencies"),
    "groups": mark("groups"),
    "sources": mark("devices or networks"),
    "pauses": mark("pauses"),
    "days": mark("days"),
    "seconds": mark("seconds"),
}
KEYS = {
    "ranking": ["code"],
    "inputs": ["code"],
    "weeks": ["code", "week"],
    "waiting": ["code", "day"],
    "overdue": ["code", "days"],
    "months": ["code", "month"],
    "due_months": ["code", "month"],
    "about": ["code", "topic"],
    "origins": ["code", "on", "former_code"],
    "gaps": ["code", "trait"],
    "responses": ["code", "outcome", "on_time", "channel"],
    "sources": ["code", "kind", "residents"],
    "spot_checks": ["kind", "starts_on"],
    "packs": ["code", "pack", "group"],
}
_FRACTION = r"\d+/\d+"


@dataclass(frozen=True, slots=True)
class Column:
    """One column of one table, or of several where it means the same in all of them."""

    tables: tuple[str, ...]
    name: str
    type: str
    rule: tuple[str, ...]
    unit: str
    vi: str
    en: str

    def about(self, language: str) -> str:
        """What it holds, in words."""
        return self.vi if language == "vi" else self.en

    @property
    def values(self) -> tuple[str, ...]:
        """The only ones it may have; () where there is no such list."""
        listed = (rule.removeprefix("enum:") for rule in self.rule if rule.startswith("enum:"))
        return tuple(value for one in listed for value in one.split(","))


@functools.cache
def columns() -> Mapping[tuple[str, str], Column]:
    """By table and name, in the order in which they were described."""
    text = resources.files("web.board").joinpath("columns.csv").read_text("utf-8")
    found: dict[tuple[str, str], Column] = {}
    for row in csv.DictReader(text.splitlines(), delimiter="|"):
        tables, rule = tuple(row["files"].split()), tuple(row["rule"].split())
        column = Column(tables, row["column"], row["type"], rule, row["unit"], row["vi"], row["en"])
        found |= {(table, column.name): column for table in tables}
    return found


def described(table: str, content: bytes) -> list[Column]:
    """The columns of a file in its order; of an empty one, all it would have.

    `KeyError` where one is not described.
    """
    known = columns()
    head = next(csv.reader(content.decode().splitlines()), [])
    if not head:
        return [column for (of, _), column in known.items() if of == table]
    return [known[table, name] for name in head]


def tables(files: Mapping[str, bytes]) -> list[tuple[str, str, list[Column]]]:
    """Every table: its name, what it is, its columns."""
    return [(name, about, described(name, files[f"{name}.csv"])) for name, about in TABLES.items()]


def package(edition: Edition, files: Mapping[str, bytes], titles: Mapping[str, str]) -> bytes:
    """datapackage.json of the CSV files (specs.frictionlessdata.io); `titles` by language.

    An empty cell is a missing value. Texts in Vietnamese, and in English beside them.
    """
    return as_json(
        {
            "profile": "tabular-data-package",
            "name": f"hailong-{edition.name.lower()}",
            "title": f"Hài lòng: {titles['vi']}",
            "title_en": f"Hài lòng: {titles['en']}",
            "version": edition.name,
            "created": moment(edition.published_at or edition.drafted_at),
            "resources": [_resource(table, files[f"{table}.csv"]) for table in TABLES],
        }
    )


def _resource(table: str, content: bytes) -> dict[str, Any]:
    schema: dict[str, Any] = {
        "fields": [_field(column) for column in described(table, content)],
        "missingValues": [""],
    }
    if table in KEYS:
        schema["primaryKey"] = KEYS[table]
        if table != "ranking" and "code" in KEYS[table]:
            there = {"resource": "ranking", "fields": "code"}
            schema["foreignKeys"] = [{"fields": "code", "reference": there}]
    return {
        "profile": "tabular-data-resource",
        "name": table,
        "path": f"{table}.csv",
        "format": "csv",
        "mediatype": "text/csv",
        "encoding": "utf-8",
        "bytes": len(content),
        "hash": f"sha256:{manifest.digest(content)}",
        "dialect": {"delimiter": ",", "lineTerminator": "\n", "header": True},
        "schema": schema,
    }


def _field(column: Column) -> dict[str, Any]:
    said: dict[str, Any] = {"name": column.name, "type": column.type}
    if column.type == "boolean":
        said |= {"trueValues": ["yes"], "falseValues": ["no"]}
    said |= {"description": column.vi, "description_en": column.en}
    if column.unit:
        said["unit"] = column.unit
    constraints = _constraints(column)
    return said | ({"constraints": constraints} if constraints else {})


def _constraints(column: Column) -> dict[str, Any]:
    made: dict[str, Any] = {}
    for rule in column.rule:
        if rule == "required":
            made["required"] = True
        elif rule == "fraction":
            made["pattern"] = _FRACTION
        elif column.values:
            made["enum"] = list(column.values)
        else:
            low, high = rule.split("..")
            made |= {"minimum": int(low)} | ({"maximum": int(high)} if high else {})
    return made
