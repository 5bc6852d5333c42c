"""Ratings that a city brings: to the result they are about, once, counted like any other."""

import csv
from collections.abc import Iterable, Sequence
from datetime import UTC, datetime
from fractions import Fraction
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.transactions import in_transaction

from feedback.actors import System
from feedback.models import ClosureRow, RatingRow
from ranking.counts import tallies
from sla.acts import Act
from sla.models import PromiseRow
from tests import make, voices
from tests.conftest import KEYS
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.ratings import COLUMNS
from web.imports.report import Summary

AT = datetime(2026, 10, 20, tzinfo=UTC)
DOSSIERS = (
    "code,agency,service,received_at,finished_at,resident\n"
    "W1-261005-0001,W1,CERT,2026-10-05 09:00,2026-10-06 09:00,an\n"
    "W1-261005-0002,W1,CERT,2026-10-05 09:00,2026-10-07 09:00,\n"
    "W1-261005-0003,W1,CERT,2026-10-05 09:00,,\n"
)
CASES = (
    "case_id,agency_code,opened_at,due_at,closed_at\n"
    "W1-261005-0002,W1,2026-09-01,,2026-09-02 10:00\n"
)

pytestmark = pytest.mark.usefixtures("owner_database")


def _row(code: str = "W1-261005-0001", **cells: str) -> dict[str, str]:
    return {"code": code, "given_at": "2026-10-08 10:00", "overall": "5", **cells}


def _file(tmp_path: Path, rows: Iterable[dict[str, str]]) -> Path:
    path = tmp_path / "ratings.csv"
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.DictWriter(file, COLUMNS)
        writer.writeheader()
        writer.writerows(rows)
    return path


async def _import(kind: str, path: Path, **options: Any) -> Summary:
    act = Act(by=System("import"), at=AT)
    return await imports.run(path, KINDS[kind], act, mapping=Mapping(), keys=KEYS, **options)


async def _city(tmp_path: Path, *, is_history: bool = True) -> None:
    await make.make_city()
    for kind, text in (("dossiers", DOSSIERS), ("cases", CASES)):
        path = tmp_path / f"{kind}.csv"
        path.write_text(text, encoding="utf-8")
        assert (await _import(kind, path, is_history=is_history)).refusals == 0


async def _refused(tmp_path: Path, *rows: dict[str, str]) -> list[tuple[str, ...]]:
    report = tmp_path / "report.csv"
    await _import("ratings", _file(tmp_path, rows), report=report)
    with report.open(encoding="utf-8-sig", newline="") as file:
        return [tuple(row) for row in csv.reader(file)][1:]


async def test_a_rating_makes_its_closure_and_is_counted(tmp_path: Path) -> None:
    await _city(tmp_path)
    rows = [
        _row(resident="an", comment="Nhanh, rõ ràng"),
        _row("W1-261005-0002", kind="dossier", overall="2"),
    ]
    path = _file(tmp_path, rows)
    assert (await _import("ratings", path)).taken == 2
    closure = await ClosureRow.get(promise__code="W1-261005-0001")
    assert closure.invited_at == closure.closed_at == datetime(2026, 10, 6, 2, tzinfo=UTC)
    assert closure.window_ends_at <= AT
    while await tallies.count_some(make.ZONE):
        pass
    agency = (await PromiseRow.get(code="W1-261005-0001")).agency_id
    counts = (await voices.effective(["2026-Q4"], make.ZONE))[agency]
    assert (counts.n, counts.x) == (2, Fraction(1))
    again = await _import("ratings", path)
    assert (again.taken, again.unchanged, again.refusals) == (0, 2, 0)
    assert await RatingRow.all().count() == await ClosureRow.all().count() == 2


async def test_the_same_resident_is_one_voice_in_both_files(tmp_path: Path) -> None:
    await _city(tmp_path)
    await _import("ratings", _file(tmp_path, [_row(resident="an")]))
    promise, closure = await PromiseRow.get(code="W1-261005-0001"), await ClosureRow.get()
    assert closure.resident == promise.resident


async def test_a_rating_of_an_open_invitation_is_taken_for_it(tmp_path: Path) -> None:
    await _city(tmp_path, is_history=False)
    assert await ClosureRow.all().count() == 2
    await _import("ratings", _file(tmp_path, [_row()]))
    assert await ClosureRow.all().count() == 2
    assert await RatingRow.all().count() == 1


async def test_what_a_resident_answered_here_is_not_overwritten(tmp_path: Path) -> None:
    await make.make_city()
    officer = await make.make_staff()
    receipt = await make.make_answered_case(officer)
    await make.make_rating(receipt, 4)
    row = _row(receipt.reference, overall="1")
    assert await _refused(tmp_path, row) == [
        ("2", "code", "differs_from_stored", receipt.reference)
    ]
    assert (await RatingRow.get()).overall == 4


async def test_a_past_case_is_rated_by_its_number(tmp_path: Path) -> None:
    await _city(tmp_path)
    await _import("ratings", _file(tmp_path, [_row("W1-261005-0002", kind="case", overall="3")]))
    closure = await ClosureRow.get().select_related("promise")
    assert (closure.promise.kind, closure.promise.code) == ("case", "W1-261005-0002")


BAD: list[tuple[str, Sequence[dict[str, str]], tuple[str, ...]]] = [
    (
        "nothing of that code",
        [_row("W1-261005-0009")],
        ("2", "code", "no_such_promise", "W1-261005-0009"),
    ),
    (
        "a code of both kinds",
        [_row("W1-261005-0002")],
        ("2", "code", "code_ambiguous", "W1-261005-0002"),
    ),
    ("an unknown kind", [_row(kind="file")], ("2", "kind", "not_allowed", "file")),
    ("still running", [_row("W1-261005-0003")], ("2", "code", "not_finished", "W1-261005-0003")),
    (
        "before the result",
        [_row(given_at="2026-10-05 23:00")],
        ("2", "code", "before_result", "W1-261005-0001"),
    ),
    (
        "in the future",
        [_row(given_at="2026-10-21")],
        ("2", "given_at", "in_the_future", "2026-10-21"),
    ),
    ("no time", [_row(given_at="")], ("2", "given_at", "missing", "")),
    ("six stars", [_row(overall="6")], ("2", "overall", "out_of_range", "6")),
    ("no stars", [_row(overall="")], ("2", "overall", "missing", "")),
    ("half solved", [_row(solved="half")], ("2", "solved", "not_a_choice", "half")),
    ("no language of ours", [_row(language="fr")], ("2", "language", "not_a_choice", "fr")),
    ("three contacts", [_row(contacts="3")], ("2", "contacts", "out_of_range", "3")),
    ("no code", [_row("D 1")], ("2", "code", "bad_code", "D 1")),
    ("a second opinion", [_row(), _row(overall="1")], ("3", "code", "repeats_different", "")),
    ("said twice", [_row(), _row()], ("3", "code", "repeats_identical", "")),
]


@pytest.mark.parametrize(("rows", "refusal"), [b[1:] for b in BAD], ids=[b[0] for b in BAD])
async def test_what_cannot_be_is_refused_by_name_and_the_rest_goes_on(
    rows: Sequence[dict[str, str]], refusal: tuple[str, ...], tmp_path: Path
) -> None:
    await _city(tmp_path)
    good = _row("W1-261005-0002", kind="case")
    assert await _refused(tmp_path, *rows, good) == [refusal]
    assert await RatingRow.filter(closure__promise__kind="case").count() == 1
    assert await _refused(tmp_path, *rows, good) == [refusal]


_ROWS = st.builds(
    _row,
    st.sampled_from(("W1-261005-0001", "W1-261005-0002", "W1-261005-0003", "W1-261005-0009")),
    kind=st.sampled_from(("case", "dossier")),
    given_at=st.sampled_from(("2026-10-05 10:00", "2026-10-08 10:00")),
    overall=st.sampled_from("12345"),
)


@given(
    st.lists(_ROWS, unique_by=lambda row: (row["kind"], row["code"])),
    st.randoms(use_true_random=False),
)
@settings(max_examples=20)
async def test_the_order_of_rows_changes_nothing(
    tmp_path: Path, rows: list[dict[str, str]], random: Any
) -> None:
    outcomes = []
    for _ in range(2):
        async with in_transaction() as undone:
            await _city(tmp_path)
            summary = await _import("ratings", _file(tmp_path, rows))
            told = RatingRow.all().order_by("closure__promise__code", "closure__promise__kind")
            values = await told.values_list(
                "closure__promise__code", "closure__closed_at", "overall", "given_at"
            )
            outcomes.append((summary.taken, summary.refused, values))
            await undone.rollback()
        random.shuffle(rows)
    assert outcomes[0] == outcomes[1]
