"""The program that recounts an edition: believes what was published, notices any change."""

import copy
import functools
import json
import operator
import random
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from ranking import recount, verify
from ranking.assembly import Gathered
from ranking.method import bands, rank_sets
from ranking.method.config import Config
from ranking.tallies import Effective
from tests.web import editions
from web.board import manifest, pages, release, tables

LEVELS = st.tuples(*[st.integers(0, 120)] * 5)
DUE = st.tuples(st.integers(0, 300), st.integers(0, 60), st.integers(0, 60))
AGENCIES = st.lists(
    st.tuples(LEVELS, DUE, st.sampled_from("ab"), st.integers(0, 200), st.integers(0, 90)),
    max_size=12,
)


@pytest.fixture(scope="module")
def files() -> dict[str, bytes]:
    return pages.files(editions.make_edition())


@pytest.fixture
def folder(files: dict[str, bytes], tmp_path: Path) -> Path:
    release.release(files, tmp_path / "2026-Q3")
    return tmp_path / "2026-Q3"


def test_a_published_edition_is_believed(folder: Path):
    assert verify.verify(folder) == []
    assert verify.main([str(folder)]) == 0


def test_it_runs_alone_from_the_folder_itself(folder: Path):
    found = subprocess.run(
        [sys.executable, "-E", "-S", "verify.py", "."],
        cwd=folder, capture_output=True, text=True, check=False,
    )  # fmt: skip
    assert (found.returncode, found.stderr) == (0, "")


def test_any_changed_byte_is_noticed(folder: Path, files: dict[str, bytes]):
    chance = random.Random(1)
    for name in sorted(files):
        if not files[name]:
            continue
        at = chance.randrange(len(files[name]))
        changed = bytearray(files[name])
        changed[at] ^= 1 << chance.randrange(8)
        (folder / name).write_bytes(changed)
        assert verify.verify(folder), f"{name} at {at}"
        (folder / name).write_bytes(files[name])
    assert verify.verify(folder) == []


def test_every_byte_of_the_manifest_counts(folder: Path):
    whole = (folder / "manifest.json").read_bytes()
    chance = random.Random(2)
    for _ in range(150):
        at = chance.randrange(len(whole))
        changed = bytearray(whole)
        changed[at] ^= 1 << chance.randrange(7)
        (folder / "manifest.json").write_bytes(changed)
        assert verify.verify(folder), at


def test_a_missing_and_an_added_file_are_noticed(folder: Path):
    (folder / "vi" / "index.html").unlink()
    (folder / "vi" / "extra.html").write_text("new")
    assert verify.verify(folder) == [
        "vi/index.html is missing",
        "vi/extra.html is not in the manifest",
    ]


def test_no_folder_is_no_edition(tmp_path: Path):
    assert verify.verify(tmp_path / "nothing") == [
        "manifest.json cannot be read: FileNotFoundError"
    ]
    assert verify.main([]) == 2


def _forged(folder: Path, change: Any) -> list[str]:
    """What is found when ranking.json was changed and every digest was made to fit."""
    document = json.loads((folder / "ranking.json").read_bytes())
    change(document)
    (folder / "ranking.json").write_bytes(tables.as_json(document))
    (folder / "ranking.csv").write_bytes(tables.as_csv(document["agencies"]))
    found = release.read(folder)
    facts = json.loads(found["manifest.json"])
    del facts["files"]
    (folder / "manifest.json").write_bytes(manifest.manifest(found, facts))
    return verify.verify(folder)


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("share", 0.95),
        ("band", "above"),
        ("place", 1),
        ("place_printed", True),
        ("status", "ranked"),
        ("response", 0.9),
        ("n", 900),
        ("on_time_share", 0.99),
        ("due", 1),
        ("p_value", "1.000000000000e-03"),
        ("arrow", "up"),
    ],
)
def test_a_figure_that_does_not_follow_is_found_behind_good_digests(
    folder: Path, name: str, value: Any
):
    def change(document: Any) -> None:
        document["agencies"][1][name] = value

    before = json.loads((folder / "ranking.json").read_bytes())["agencies"][1][name]
    found = _forged(folder, change)
    assert before == value or any(name in line for line in found)
    assert before == value or found


def test_a_forged_threshold_is_found(folder: Path):
    def change(document: Any) -> None:
        document["satisfaction"]["bh_threshold"] = "4.0e-02"
        document["punctuality"]["groups"][0]["critical_value"] = 9.0

    assert len(_forged(folder, change)) == 2


def test_unforged_digests_hold(folder: Path):
    assert _forged(folder, lambda document: None) == []


# What ranking.json is told and nothing in the edition could say otherwise.
GIVEN = {
    *("name_vi", "name_en", "level", "overdue_p90_days", "mean_late_days"),
    *(f"level_{level}" for level in range(1, 6)),
}


def _places(value: Any, path: tuple[Any, ...] = ()) -> Iterator[tuple[tuple[Any, ...], Any]]:
    """Every value of a document, and where it stands."""
    parts = (
        value.items()
        if isinstance(value, dict)
        else enumerate(value)
        if isinstance(value, list)
        else ()
    )
    if not isinstance(value, dict | list):
        yield path, value
    for name, part in parts:
        yield from _places(part, (*path, name))


def _other(value: Any) -> Any:
    """Another value of the same kind."""
    if isinstance(value, bool):
        return not value
    if value is None:
        return 1
    if isinstance(value, str):
        return f"{float(value) + 0.1:.12e}" if "e-" in value or "e+" in value else f"{value}0"
    return value + 0.1


def test_no_figure_can_be_changed_unnoticed(files: dict[str, bytes], tmp_path: Path):
    for name, content in files.items():
        if "/" not in name:
            (tmp_path / name).write_bytes(content)
    whole = json.loads(files["ranking.json"])
    kinds = {
        (tuple("*" if isinstance(part, int) else part for part in path), value is None): path
        for path, value in reversed([*_places(whole)])
    }
    believed = set()
    for path in kinds.values():
        document = copy.deepcopy(whole)
        *above, last = path
        inner = functools.reduce(operator.getitem, above, document)
        inner[last] = _other(inner[last])
        (tmp_path / "ranking.json").write_bytes(tables.as_json(document))
        (tmp_path / "ranking.csv").write_bytes(tables.as_csv(document["agencies"]))
        try:
            is_found = bool(verify.check_figures(tmp_path))
        except (ValueError, KeyError, TypeError, ArithmeticError):
            is_found = True  # `verify` says that the files cannot be read
        if not is_found:
            believed.add(last)
    assert believed <= GIVEN


@settings(max_examples=25)
@given(AGENCIES)
def test_both_ways_of_counting_agree_on_any_table(drawn: list[Any]):
    agencies = tuple(_agency(i, facts) for i, facts in enumerate(drawn))
    edition = editions.make_edition(agencies, config=Config())
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        made = tables.files(edition)
        made[manifest.NAME] = manifest.manifest(made, tables.facts(edition))
        for file, content in made.items():
            (folder / file).write_bytes(content)
        assert verify.verify(folder) == []


def _agency(i: int, facts: Any) -> Gathered:
    levels, due, group, before, silent = facts
    return editions.gathered(
        f"A{i:02}",
        levels=levels,
        due=due,
        group=group,
        served=sum(levels) * (1 + silent // 10),
        before=Effective(before, Fraction(before * 2, 3)),
        is_new=silent == 7,
        held=silent // 2,
    )


@pytest.mark.parametrize("p", [2, 3, 20, 126, 500])
def test_the_critical_values_agree(p: int):
    assert recount.critical_value(p, 0.95) == pytest.approx(
        rank_sets.critical_value(p, 0.95), abs=1e-7
    )


@given(st.floats(0, 1), st.floats(1, 5000))
def test_the_tails_agree(share: float, n: float):
    x = min(n, n * share)
    tails = bands.tails([x], [n], 0.9)
    below, above = recount.two_tails(x, n, 0.9)
    assert below == pytest.approx(float(tails.below[0]), rel=1e-7, abs=1e-14)
    assert above == pytest.approx(float(tails.above[0]), rel=1e-7, abs=1e-14)
