"""The press sheet names only whom the figures bear."""

import json
from typing import Any

import pytest

from tests import pages as reader
from tests.web import editions
from web.board import pages, press

EDITION = editions.make_edition()


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pages.files(EDITION, base_url="https://hailong.example")


def _ends(edition: Any) -> list[tuple[press.Found, str]]:
    made = press.sheet(edition)
    said = [(found, "satisfaction") for found in made.satisfaction]
    return said + [(found, "punctuality") for found in made.promises]


@pytest.mark.parametrize("count", [3, 8, 30])
def test_whoever_is_named_is_there_by_band_and_by_the_whole_range_of_places(count: int) -> None:
    step = 400 // count
    agencies = tuple(
        editions.gathered(
            f"A{i:02}",
            levels=(step * i, 0, 0, 0, 500 - step * i),
            due=(500 - step * i, step * i, 0),
        )
        for i in range(count)
    )
    named = 0
    for found, indicator in _ends(editions.make_edition(agencies)):
        for end, band in ((found.first, "above"), (found.last, "below")):
            for agency in end.agencies if end else ():
                score = press.score_of(agency, indicator)
                named += 1
                assert score.band == band
                assert score.rank_low is not None
                assert score.rank_high is not None
                assert end is not None
                assert end.within <= found.ranked // 2
                far = score.rank_high if band == "above" else found.ranked + 1 - score.rank_low
                assert far <= end.within
            assert end is None or len(end.agencies) <= press.AT_MOST
    assert named


def test_alike_agencies_are_not_told_apart() -> None:
    alike = tuple(
        editions.gathered(f"A{i}", levels=(5, 5, 5, 100, 100), due=(190, 20, 5)) for i in range(9)
    )
    made = editions.make_edition(alike)
    assert all(found.first is None and found.last is None for found, _ in _ends(made))
    text = reader.read(pages.files(made)["vi/press/index.html"]).text
    assert "không nêu" in text


def test_only_changes_beyond_chance_are_named(files: dict[str, bytes]) -> None:
    found = json.loads(files["press.json"])
    assert [of["code"] for of in found["worse_than_before"]] == ["26743"]
    assert found["better_than_before"] == []


def test_the_sheet_says_what_not_to_write_and_how_to_cite(files: dict[str, bytes]) -> None:
    page = reader.read(files["en/press/index.html"])
    assert "That one agency beats another" in page.text
    listed = json.loads(files["manifest.json"])["files"]["ranking.csv"]["sha256"]
    assert f"ranking.csv SHA-256 {listed[:16]}" in page.text
    assert "https://hailong.example/en/editions/2026-Q3/" in page.text
    assert "press/" in reader.read(files["en/index.html"]).links()


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_sheet_of_a_correction_says_why(language: str) -> None:
    files = pages.files(editions.make_edition(supersedes="2026-Q2", reason="Một tệp đến muộn"))
    assert "Một tệp đến muộn" in reader.read(files[f"{language}/press/index.html"]).text


def test_an_edition_without_answers_states_nothing() -> None:
    files = pages.files(editions.make_edition((editions.gathered("A"),)))
    assert json.loads(files["press.json"])["satisfaction"] == []
    assert "not stated" in reader.read(files["en/press/index.html"]).text
