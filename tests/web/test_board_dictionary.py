"""Every column of the open data is described, in both languages, as it is."""

import csv
import io
import json
import re
from datetime import date
from typing import Any

import pytest

from tests import pages as reader
from tests.web import editions
from web.board import dictionary, pages

FILES = pages.files(editions.make_edition())
PACKAGE = json.loads(FILES[dictionary.NAME])
RESOURCES = {of["path"]: of for of in PACKAGE["resources"]}
CASTS: dict[str, Any] = {
    "string": str,
    "number": float,
    "integer": int,
    "boolean": lambda cell: {"yes": True, "no": False}[cell],
    "date": date.fromisoformat,
    "yearmonth": lambda cell: date.fromisoformat(f"{cell}-01"),
}


def _lines(name: str) -> list[list[str]]:
    return list(csv.reader(io.StringIO(FILES[name].decode())))


def test_every_column_of_every_csv_is_described_and_nothing_else_is() -> None:
    tables = {name for name in FILES if name.endswith(".csv")}
    assert RESOURCES.keys() == tables
    stand = {(name.removesuffix(".csv"), column) for name in tables for column in _lines(name)[0]}
    assert dictionary.columns().keys() == stand
    for name, resource in RESOURCES.items():
        assert [field["name"] for field in resource["schema"]["fields"]] == _lines(name)[0]


def test_descriptions_are_in_both_languages_and_every_word_is_known() -> None:
    for column in dictionary.columns().values():
        assert column.vi
        assert column.en
        assert column.vi != column.en
        assert column.type in dictionary.TYPES
        assert not column.unit or column.unit in dictionary.UNITS


@pytest.mark.parametrize("name", sorted(RESOURCES))
def test_every_cell_is_of_its_type_and_within_its_bounds(name: str) -> None:
    lines = _lines(name)
    for row in lines[1:]:
        for field, cell in zip(RESOURCES[name]["schema"]["fields"], row, strict=True):
            _check(field, cell)


def _check(field: dict[str, Any], cell: str) -> None:
    rules = field.get("constraints", {})
    if cell == "":
        assert not rules.get("required"), field
        return
    value = CASTS[field["type"]](cell)
    assert rules.get("minimum", value) <= value <= rules.get("maximum", value), (field, cell)
    assert value in rules.get("enum", [value]), (field, cell)
    assert re.fullmatch(rules.get("pattern", ".*"), cell), (field, cell)


def test_keys_lead_to_an_agency_and_are_columns() -> None:
    for resource in PACKAGE["resources"]:
        names = {field["name"] for field in resource["schema"]["fields"]}
        assert set(resource["schema"].get("primaryKey", [])) <= names
    agencies = {row[0] for row in _lines("ranking.csv")[1:]}
    assert {row[0] for row in _lines("weeks.csv")[1:]} <= agencies


def test_sizes_and_digests_are_those_of_the_manifest() -> None:
    listed = json.loads(FILES["manifest.json"])["files"]
    for name, resource in RESOURCES.items():
        assert resource["bytes"] == listed[name]["size"]
        assert resource["hash"] == "sha256:" + listed[name]["sha256"]


def test_the_page_says_it_in_words_and_is_found_from_the_front_page() -> None:
    assert "../datapackage.json?edition=2026-Q3" in reader.read(FILES["en/index.html"]).links()
    for language, words in (("en", "Cases that fell due"), ("vi", "Số hồ sơ đến hạn trong kỳ")):
        assert words in reader.read(FILES[f"{language}/data/index.html"]).text
        assert "data/" in reader.read(FILES[f"{language}/index.html"]).links()


def test_an_edition_without_agencies_describes_what_it_would_hold() -> None:
    files = pages.files(editions.make_edition(()))
    resource = json.loads(files[dictionary.NAME])["resources"][0]
    assert resource["schema"]["fields"][0]["name"] == "code"
