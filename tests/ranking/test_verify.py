"""The program that recounts an edition: believes what was published, notices any change."""

import copy
import csv
import dataclasses
import functools
import io
import itertools
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

from ranking.counts.gathered import Answers, Earlier, Gathered, Served
from ranking.counts.tallies import Effective
from ranking.figures import assembly
from ranking.frozen.edition_body import Edition, Satisfaction
from ranking.frozen.edition_detail import Month, ResponseCell, Stratum
from ranking.method import bands, packs, rank_sets
from ranking.method.config import Config
from ranking.verifying import recount, recount_given, verify
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


# What the files are told and nothing in the edition could say otherwise: inputs, names and words.
GIVEN = {
    "ranking.json": {"level", *(f"level_{level}" for level in range(1, 6))},
    "inputs.csv": {"shared"},
    "about.csv": {"topic", "residents"},
    "months.csv": {"n", "x"},
    "gaps.csv": {"trait"},
    "responses.csv": {"outcome", "on_time", "channel"},
    "packs.json": {"name_vi", "name_en", "act", "effective_from", "at_least"},
    "origins.csv": {"on", "kind", "former_code", "former_name"},
    "notes.json": {"transferred_promises", "case_mix_adjusted", "ratings_quarantined"},
    "config.json": {"promises_charged_to", "ranked_on", "case_mix"},
    "life.json": {"declined", "upheld", "raised", "window", "commitment"},
    "press.json": {"citation", "headline", "do_not_write"},
}
FILES = (
    *("ranking.json", "notes.json", "config.json", "life.json", "press.json", "packs.json"),
    *("inputs.csv", "strata.csv", "weeks.csv", "waiting.csv", "overdue.csv", "months.csv"),
    *("due_months.csv", "gaps.csv", "responses.csv", "packs.csv", "about.csv", "origins.csv"),
    "sources.csv",
)


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


@pytest.fixture(scope="module")
def scored() -> dict[str, bytes]:
    """The data of a small edition with official score sheets, months, and who did not answer."""
    return {name: content for name, content in pages.files(_scored()).items() if "/" not in name}


@pytest.mark.parametrize("name", FILES)
def test_no_figure_can_be_changed_unnoticed(scored: dict[str, bytes], tmp_path: Path, name: str):
    for file, content in scored.items():
        (tmp_path / file).write_bytes(content)
    assert verify.check_figures(tmp_path) == []
    believed = {
        what for what, changed in _changes(name, scored[name]) if _is_believed(tmp_path, changed)
    }
    assert believed <= GIVEN.get(name, set())


def _is_believed(folder: Path, changed: dict[str, bytes]) -> bool:
    for file, content in changed.items():
        (folder / file).write_bytes(content)
    try:
        return not verify.check_figures(folder)
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError):
        return False  # `verify` says that the files cannot be read


def _changes(name: str, content: bytes) -> Iterator[tuple[Any, dict[str, bytes]]]:
    """What was changed of a file, one value of every kind, and the file with it."""
    if name.endswith(".csv"):
        yield from _changed_cells(name, content)
        return
    whole = json.loads(content)
    kinds = {
        (tuple("*" if isinstance(part, int) else part for part in path), value is None): path
        for path, value in reversed([*_places(whole)])
    }
    for path in kinds.values():
        document = copy.deepcopy(whole)
        *above, last = path
        inner = functools.reduce(operator.getitem, above, document)
        inner[last] = _other(inner[last])
        changed = {name: tables.as_json(document)}
        if name == "ranking.json":
            changed["ranking.csv"] = tables.as_csv(document["agencies"])
        yield next(part for part in reversed(path) if isinstance(part, str)), changed


def _changed_cells(name: str, content: bytes) -> Iterator[tuple[str, dict[str, bytes]]]:
    rows = list(csv.reader(content.decode().splitlines()))
    kinds = {
        (column, row[i] == ""): (number, i)
        for number, row in reversed([*enumerate(rows)][1:])
        for i, column in enumerate(rows[0])
    }
    for (column, _), (number, i) in kinds.items():
        changed = copy.deepcopy(rows)
        changed[number][i] = _other_cell(changed[number][i])
        text = io.StringIO()
        csv.writer(text, lineterminator="\n").writerows(changed)
        yield column, {name: text.getvalue().encode()}


def _other_cell(value: str) -> str:
    """Another value of the same kind, as it stands in a table."""
    known = {"yes": "no", "no": "yes", "": "1"}
    if value in known:
        return known[value]
    over, _, under = value.partition("/")
    if over.isdigit() and under.isdigit():
        return f"{int(over) + int(under)}/{under}"
    try:
        return str(int(value) + 1) if value.isdigit() else str(float(value) + 0.1)
    except ValueError:
        return f"{value}0"


def test_what_has_to_be_believed_is_said(folder: Path, capsys: pytest.CaptureFixture[str]):
    assert verify.main([str(folder)]) == 0
    told = capsys.readouterr().out.splitlines()
    assert told[0] == verify.GOOD
    assert told[1:] == [f"Taken on trust: {one}." for one in recount_given.TRUSTED]


def test_the_period_before_stands_as_its_own_edition_published_it(tmp_path: Path):
    """A forged past is found where the edition of that past lies beside."""
    earlier = editions.make_edition(name="2026-Q2")
    lines = {of.code: of.satisfaction for of in earlier.agencies}
    now = editions.make_edition(
        tuple(dataclasses.replace(of, before=_published(lines[of.code])) for of in editions.CITY)
    )
    release.release(pages.files(now), tmp_path / "2026-Q3")
    assert verify.verify(tmp_path / "2026-Q3") == []
    release.release(pages.files(earlier), tmp_path / "2026-Q2")
    assert verify.verify(tmp_path / "2026-Q3") == []
    told = (tmp_path / "2026-Q2" / "strata.csv").read_text()
    (tmp_path / "2026-Q2" / "strata.csv").write_text(told.replace(",994/1", ",993/1"))
    assert verify.verify(tmp_path / "2026-Q3") == [
        "26740: the period before is not as 2026-Q2 published it"
    ]


def _published(said: Satisfaction) -> Earlier:
    if said.n is None or said.x is None:
        return Earlier()
    return Earlier(counts=Effective(said.n, said.x), cells=said.strata or (), edition="2026-Q2")


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


def _scored() -> Edition:
    """Nine agencies, of which three are complete on an official score sheet."""
    names = ("dossiers_on_time", "feedback_on_time", "feedback_satisfied", "dossiers_satisfied")
    measured = [
        dict(zip(names, (Fraction(of, 100) for of in shares), strict=True))
        for shares in ((97, 91, 80, 95), (88, 99, 91, 70), (88, 99, 91, 70))
    ]
    gathered = [
        dataclasses.replace(
            of,
            measures=measured[i] if i < len(measured) else {"dossiers_on_time": Fraction(1, 2)},
            answers=dataclasses.replace(of.answers, months=_months(of), closed=_closed(of)),
        )
        for i, of in enumerate(editions.CITY)
    ]
    made = editions.make_edition(tuple(gathered))
    sheet = packs.parse(SHEET, source="sheet.toml")
    scored = assembly.assemble(gathered, made.config, [sheet, *packs.bundled()])
    return dataclasses.replace(made, agencies=scored.agencies, packs=scored.packs)


SHEET = """
code = "sheet"
name = { vi = "Thử", en = "Trial" }
effective_from = 2026-01-01
maximum = 10
subtotal = ["a"]
[act]
number = "1"
issued_on = 2025-12-01
name = { vi = "Quyết định", en = "Decision" }
[[groups]]
code = "a"
name = { vi = "A", en = "A" }
maximum = 6
[[groups.items]]
code = "a.1"
name = { vi = "A", en = "A" }
maximum = 6
target = 0.9
measure = "dossiers_on_time"
[[groups]]
code = "b"
name = { vi = "B", en = "B" }
maximum = 4
[[groups.items]]
code = "b.1"
name = { vi = "B", en = "B" }
maximum = 4
measure = "feedback_satisfied"
[[grades]]
code = "good"
name = { vi = "Tốt", en = "Good" }
at_least = 5
[[grades]]
code = "weak"
name = { vi = "Yếu", en = "Weak" }
at_least = 0
"""


def _months(of: Gathered) -> tuple[Month, ...]:
    n, x = of.answers.counts.n, of.answers.counts.x
    half = Fraction(x.numerator // 2)
    return (
        Month(period="2026-07", n=n // 2, x=min(half, Fraction(n // 2))),
        Month(period="2026-08", n=n - n // 2, x=min(x - half, Fraction(n - n // 2))),
    )


def _closed(of: Gathered) -> tuple[Served, ...]:
    """Those who were served late answered less often."""
    n = of.answers.counts.n
    kinds = ((True, n, 3 * n // 4, 2 * n // 3), (False, n, n // 4, n // 8))
    return tuple(
        Served(
            ResponseCell(
                outcome="finished",
                on_time=on_time,
                channel="online",
                closed=closed,
                rated=rated,
                satisfied=satisfied,
            ),
            is_repeat=False,
        )
        for on_time, closed, rated, satisfied in kinds
        if n
    )


KINDS = list(
    itertools.product(("dossier:A", "dossier:B"), ("online", "counter"), ("", "person", "business"))
)


@settings(max_examples=20, deadline=None)
@given(st.lists(st.lists(st.integers(0, 60), min_size=12, max_size=12), min_size=3, max_size=7))
def test_both_ways_agree_where_persons_and_businesses_stand_apart(drawn: list[list[int]]):
    edition = editions.make_edition(tuple(_mixed(i, sizes) for i, sizes in enumerate(drawn)))
    made = tables.files(edition)
    made[manifest.NAME] = manifest.manifest(made, tables.facts(edition))
    with tempfile.TemporaryDirectory() as name:
        for file, content in made.items():
            (Path(name) / file).write_bytes(content)
        assert verify.verify(Path(name)) == []


def _mixed(i: int, sizes: list[int]) -> Gathered:
    cells = tuple(
        Stratum(
            category=category,
            channel=channel,
            applicant=applicant,
            n=Fraction(n),
            x=Fraction(n * (9 - i) // 9),
        )
        for (category, channel, applicant), n in zip(KINDS, sizes, strict=True)
        if n
    )
    n, x = (sum(int(getattr(cell, name)) for cell in cells) for name in ("n", "x"))
    spoken = Effective(n, Fraction(x), (0, 0, n - x, 0, x))
    months = (Month(period="2026-07", n=n, x=spoken.x),) if n else ()
    answers = Answers(spoken, 2 * n, cells=cells, months=months)
    return dataclasses.replace(editions.gathered(f"A{i}", due=(50, 5, 5)), answers=answers)


def _agency(i: int, facts: Any) -> Gathered:
    levels, due, group, before, silent = facts
    return editions.gathered(
        f"A{i:02}",
        levels=levels,
        due=due,
        group=group,
        served=sum(levels) * (1 + silent // 10),
        before=Earlier(counts=Effective(before, Fraction(before * 2, 3))),
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
