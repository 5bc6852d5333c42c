"""Spot checks in an edition's files: printed, described, and recounted from the files alone."""

from dataclasses import replace
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from feedback.models import SpotKind
from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_life import Checked, Drawing, Life
from ranking.frozen.terms import Schedule, Terms
from ranking.method import config as configs
from ranking.method import sampling
from ranking.method.config import Config
from ranking.verifying import recount_drawn, verify
from tests.ranking import test_verify
from tests.web import editions
from web.board import pages, release

SEED = "c0ffee" * 10 + "beef"
CALLS = Checked(
    kind=SpotKind.CALL_BACK, of=1050, drawn=11, agrees=6, differs=2, not_reached=2, waiting=1,
    raters=5, raters_alike=4,
)  # fmt: skip
FILES = Checked(kind=SpotKind.FILE, of=1049, drawn=200, agrees=190, differs=6, not_reached=4)
DRAWN = (
    Drawing(kind=SpotKind.CALL_BACK, starts_on=date(2026, 7, 1), of=150, drawn=2),
    Drawing(kind=SpotKind.CALL_BACK, starts_on=date(2026, 7, 6), of=900, drawn=9),
    Drawing(kind=SpotKind.FILE, starts_on=date(2026, 7, 1), of=1049, drawn=200),
)


def edition(*, seed: str = SEED) -> Edition:
    """An edition for which results were drawn under a seed."""
    config = configs.with_limits(Config())
    found = editions.make_edition(config=config)
    terms = Terms(
        config=config,
        schedule=Schedule(),
        publish_on=date(2026, 11, 9),
        agencies=(),
        calendars=(),
        seed_digest=sampling.digest(SEED),
    )
    return replace(
        found,
        life=Life(terms=terms, seed=seed, drawings=DRAWN, checked=(CALLS, FILES)),
    )


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pages.files(edition())


def test_what_was_drawn_and_came_of_it_is_printed_in_both_languages(files: dict[str, bytes]):
    english, vietnamese = (files[f"{lang}/method/index.html"].decode() for lang in ("en", "vi"))
    assert "Spot checks: drawn by lot, and what came of it" in english
    assert "Of those who had rated, 5 said it again: 4 were satisfied" in english
    assert "stayed silent, " not in english.split("Spot checks: drawn by lot")[1]
    assert "Kiểm tra ngẫu nhiên: rút thăm và kết quả" in vietnamese
    assert b"call_back,2026-07-06,900,9\n" in files["spot_checks.csv"]
    assert SEED.encode() in files["life.json"]


def test_an_edition_from_before_says_nothing_of_it():
    files = pages.files(editions.make_edition())
    assert "by lot" not in files["en/method/index.html"].decode()
    assert files["spot_checks.csv"] == b"kind,starts_on,of,drawn\n"
    assert b"seed" not in files["life.json"]


def test_it_is_believed(files: dict[str, bytes], tmp_path: Path):
    release.release(files, tmp_path / "2026-Q3")
    assert verify.verify(tmp_path / "2026-Q3") == []


@pytest.mark.parametrize("name", ["spot_checks.csv", "ranking.json", "life.json"])
def test_and_none_of_its_figures_can_be_changed_unnoticed(
    files: dict[str, bytes], tmp_path: Path, name: str
):
    data = {file: content for file, content in files.items() if "/" not in file}
    for file, content in data.items():
        (tmp_path / file).write_bytes(content)
    believed = {
        what
        for what, changed in test_verify._changes(name, data[name])
        if what
        in {*recount_drawn.OUTCOMES, *sum(recount_drawn.SAID, ()), "seed", "starts_on"}
        | {"of", "drawn", "kind"}
        and test_verify._is_believed(tmp_path, {**data, **changed})
    }
    assert believed == set()


def test_another_seed_than_was_committed_to_is_found(tmp_path: Path):
    release.release(pages.files(edition(seed="0" * 64)), tmp_path / "2026-Q3")
    assert verify.verify(tmp_path / "2026-Q3") == [
        "life.json: the seed of the spot checks is not the one committed to"
    ]


LINE = {"kind": "call_back", "drawn": 9, "agrees": 5, "differs": 1, "not_reached": 2, "waiting": 1}
NOTHING_SAID = dict.fromkeys(name for pair in recount_drawn.SAID for name in pair)


@pytest.mark.parametrize(
    "forged",
    [
        {"drawn": 10},
        {"waiting": -1, "drawn": 7},
        {"silent": 3, "silent_satisfied": 1},  # of fewer than five nothing is told
        {"silent": 5, "silent_satisfied": 6},
        {"silent": 5, "silent_satisfied": None},
        {"raters": 7, "raters_alike": 5},  # more than were reached
        {"raters": 5.5, "raters_alike": 5},
        {"kind": "file", "raters": 5, "raters_alike": 5},
    ],
)
def test_sums_that_cannot_be_are_found(forged: dict[str, Any]):
    assert recount_drawn.check_sums(LINE | NOTHING_SAID) == []
    assert recount_drawn.check_sums(LINE | NOTHING_SAID | forged)


@pytest.mark.parametrize(
    "forged",
    [
        {"drawn": "3"},
        {"starts_on": "2026-07-07"},  # a Tuesday
        {"starts_on": "2026-10-05"},
        {"kind": "file"},  # files are drawn from the first day on
    ],
)
def test_drawings_that_cannot_be_are_found(forged: dict[str, str]):
    row = {"kind": "call_back", "starts_on": "2026-07-06", "of": "101", "drawn": "2"}
    ranking = {"starts_at": "2026-06-30T17:00:00+00:00", "ends_at": "2026-09-30T17:00:00+00:00"}
    assert recount_drawn.check_drawing(row, ranking, {}) == []
    assert recount_drawn.check_drawing(row | forged, ranking, {})
