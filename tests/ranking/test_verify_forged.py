"""Who makes the manifest fit a forged table is found by the recount all the same."""

import csv
import io
import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from ranking.verifying import recount_doubts, recount_pages, verify
from tests.ranking import test_verify
from tests.web import editions
from web.board import manifest, pages, release, tables

Row = dict[str, str]


@pytest.fixture(scope="module")
def scored() -> dict[str, bytes]:
    """The data of a small edition, without its pages."""
    made = pages.files(test_verify._scored())
    return {name: content for name, content in made.items() if "/" not in name}


@pytest.fixture
def folder(scored: dict[str, bytes], tmp_path: Path) -> Path:
    found = tmp_path / "2026-Q3"
    found.mkdir()
    for name, content in scored.items():
        (found / name).write_bytes(content)
    _fit(found)
    return found


def _fit(folder: Path) -> None:
    """As whoever forges it would: every digest made to fit."""
    facts = json.loads((folder / "manifest.json").read_bytes())
    del facts["files"]
    names = {path.name for path in folder.iterdir()} - {"manifest.json"}
    files = {name: (folder / name).read_bytes() for name in names}
    (folder / "manifest.json").write_bytes(manifest.manifest(files, facts))


def _rewrite(folder: Path, name: str, change: Callable[[list[Row]], Any]) -> None:
    lines = list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))
    columns = list(lines[0])
    change(lines)
    text = io.StringIO()
    writer = csv.DictWriter(text, columns, lineterminator="\n")
    writer.writeheader()
    writer.writerows(lines)
    (folder / name).write_text(text.getvalue(), "utf-8")
    _fit(folder)


def _twice(lines: list[Row]) -> None:
    lines.insert(0, dict(lines[0]))


def _among_others(lines: list[Row]) -> None:
    next(line for line in lines if line["period"] == "before")["peer_group"] = "others"


def _neither_new_nor_not(lines: list[Row]) -> None:
    lines[5]["is_new"] = ""


def _late_without_a_case(lines: list[Row]) -> None:
    next(line for line in lines if line["due"] == "0")["late_seconds"] = "5"


def _without_gaps(lines: list[Row]) -> None:
    code = lines[0]["code"]
    lines[:] = [line for line in lines if line["code"] != code] or [{**lines[0], "code": "26752"}]


def _of_other_cases(lines: list[Row]) -> None:
    lines[0].update(closed="4000", closed_with="2000")
    lines.append({**lines[0], "trait": "online", "closed": "5000", "closed_with": "2500"})


@pytest.mark.parametrize(
    ("name", "change", "complaint"),
    [
        ("strata.csv", _twice, "a stratum of 26740 stands twice"),
        ("strata.csv", _among_others, "26743: strata.csv has it among other peers"),
        ("about.csv", _twice, "about.csv: 26740 waiting stands twice, or for nobody"),
        ("origins.csv", _twice, "origins.csv: 26740 2026-07-01 26737 stands twice, or for nobody"),
        ("inputs.csv", _neither_new_nor_not, "26755: new or not, inputs.csv does not say"),
        ("inputs.csv", _late_without_a_case, "a delay, but nothing late"),
        ("gaps.csv", _without_gaps, "26740: gaps.csv and responses.csv do not fit"),
        ("gaps.csv", _of_other_cases, "26740: gaps.csv and responses.csv do not fit"),
    ],
)
def test_a_forged_table_is_found_behind_good_digests(folder, name, change, complaint):
    assert verify.verify(folder) == []
    _rewrite(folder, name, change)
    assert any(complaint in fault for fault in verify.verify(folder))


def test_a_threshold_however_small_is_held_to_its_digits(folder):
    document = json.loads((folder / "ranking.json").read_bytes())
    threshold = float(document["satisfaction"]["bh_threshold"])
    assert threshold < 1e-9
    document["satisfaction"]["bh_threshold"] = f"{1.01 * threshold:.12e}"
    (folder / "ranking.json").write_bytes(tables.as_json(document))
    _fit(folder)
    assert any("bh_threshold" in fault for fault in verify.verify(folder))


def test_a_rate_told_twice_is_found(folder):
    document = json.loads((folder / "ranking.json").read_bytes())
    rates = document["satisfaction"]["groups"][0]["rates"]
    rates.append(rates[0])
    (folder / "ranking.json").write_bytes(tables.as_json(document))
    _fit(folder)
    assert any("other strata" in fault for fault in verify.verify(folder))


def test_corrections_told_of_agencies_are_told_in_all(folder):
    notes = json.loads((folder / "notes.json").read_bytes())
    line = dict.fromkeys(recount_doubts.COUNTED, 1)
    notes |= {"corrections_by_agency": [{"code": "26740", **line}], **line}
    for count, is_right in ((1, True), (None, False)):
        notes["corrections_late_to_on_time"] = count
        (folder / "notes.json").write_bytes(tables.as_json(notes))
        _fit(folder)
        assert (verify.verify(folder) == []) == is_right


@pytest.mark.parametrize("name", ["inputs.csv", "config.json", "strata.csv", "notes.json"])
def test_a_table_that_is_gone_is_one_line(folder, name):
    (folder / name).unlink()
    _fit(folder)
    [fault] = verify.verify(folder)
    assert fault.startswith("the data files cannot be read: FileNotFoundError")


@pytest.mark.parametrize("content", [b"[]", b"null", b"7", b'{"agencies": [null]}', b"[" * 20_000])
@pytest.mark.parametrize("name", ["ranking.json", "config.json", "notes.json", "life.json"])
def test_a_file_of_another_shape_is_one_line(folder, name, content):
    (folder / name).write_bytes(content)
    _fit(folder)
    assert verify.verify(folder)
    (folder / "manifest.json").write_bytes(content)
    assert verify.verify(folder) != []


@pytest.mark.parametrize("content", [b"[]", b"{", b"{}"])
def test_a_folder_beside_it_that_is_no_edition_is_not_looked_at(folder, content):
    (folder.parent / "2026-Q2").mkdir()
    (folder.parent / "2026-Q2" / "manifest.json").write_bytes(content)
    assert verify.verify(folder) == []


def test_an_edition_from_before_a_column_was_there_is_believed(folder):
    document = json.loads((folder / "ranking.json").read_bytes())
    facts = json.loads((folder / "manifest.json").read_bytes())
    del document["layout"], facts["layout"]
    (folder / "manifest.json").write_bytes(tables.as_json(facts))
    (folder / "press.json").unlink()
    for line in document["agencies"]:
        for name in verify.LATER:
            del line[name]
    (folder / "ranking.json").write_bytes(tables.as_json(document))
    (folder / "ranking.csv").write_bytes(tables.as_csv(document["agencies"]))
    _fit(folder)
    assert verify.verify(folder) == []
    assert recount_pages.UNREAD in verify.trusted(folder)[-1]


@pytest.mark.parametrize(
    ("old", "new"),
    [
        (b">99.4% <", b">89.4% <"),
        (b'data-band="above"', b'data-band="below"'),
        (b">99.4% <", "> – <".encode()),
    ],
)
@pytest.mark.parametrize("page", ["en/index.html", "en/overdue.html"])
def test_a_board_that_says_otherwise_than_its_tables_is_found(tmp_path, page, old, new):
    files = pages.files(editions.make_edition())
    assert old in files[page]
    forged = {**files, page: files[page].replace(old, new, 1)}
    facts = json.loads(forged.pop("manifest.json"))
    del facts["files"]
    release.release({**forged, "manifest.json": manifest.manifest(forged, facts)}, tmp_path / "of")
    assert all(f.startswith(f"{page}: 26740 ") for f in verify.verify(tmp_path / "of"))
    assert verify.verify(tmp_path / "of")
