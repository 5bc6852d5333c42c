"""Official score sheets beside the headline: another government brings its own as a file."""

from datetime import date
from fractions import Fraction
from pathlib import Path

import pytest

from ranking.counts import measuring
from ranking.counts.measuring import Measured
from ranking.figures import secondary
from ranking.frozen.edition_detail import Stratum
from ranking.method import measures, packs
from ranking.method.packs import InvalidPack
from tests.web import editions

OWN = """
code = "own"
name = { vi = "Riêng", en = "Own" }
effective_from = 2026-01-01
maximum = 10
[act]
number = "1"
issued_on = 2025-12-01
name = { vi = "Quyết định", en = "Decision" }
[[groups]]
code = "T"
name = { vi = "Đúng hạn", en = "On time" }
maximum = 4
items = [{ code = "t", maximum = 4, measure = "dossiers_on_time", name = { vi = "a", en = "a" } }]
[[groups]]
code = "S"
name = { vi = "Hài lòng", en = "Satisfied" }
maximum = 6
[[groups.items]]
code = "s"
maximum = 6
target = 0.9
measure = "dossiers_satisfied"
name = { vi = "b", en = "b" }
[[grades]]
code = "good"
name = { vi = "Tốt", en = "Good" }
at_least = 5
[[grades]]
code = "poor"
name = { vi = "Yếu", en = "Poor" }
at_least = 0
"""


def test_a_folder_adds_a_sheet_without_code(tmp_path: Path):
    (tmp_path / "own.toml").write_text(OWN, encoding="utf-8")
    found = packs.binding(packs.available(tmp_path), on=date(2026, 9, 30))
    assert [pack.code for pack in found] == ["own", "vn-61", "vn-766"]
    assert [pack.code for pack in packs.binding(packs.available(), on=date(2026, 9, 30))] == [
        "vn-61",
        "vn-766",
    ]


def test_a_measure_nobody_counts_is_refused():
    with pytest.raises(InvalidPack) as refused:
        packs.parse(OWN.replace("dossiers_on_time", "beauty"), source="own.toml")
    assert [fault.kind for fault in refused.value.faults] == ["unknown_measure"]


def test_only_the_complete_are_placed_and_a_gap_is_no_zero():
    sheet = packs.parse(OWN, source="own.toml")
    gathered = [
        editions.gathered("A", measures=_known(1, Fraction(9, 10))),
        editions.gathered("B", measures=_known(Fraction(1, 2), Fraction(45, 100))),
        editions.gathered("C", measures={"dossiers_on_time": Fraction(1)}),
        editions.gathered("D"),
    ]
    _, found = secondary.secondary(gathered, [sheet])
    (a,), (b,), (c,) = found["A"], found["B"], found["C"]
    assert (a.score, a.grade, a.place, a.place_low, a.place_high) == (100, "good", 1, 1, 1)
    assert (b.score, b.grade, b.place) == (50, "good", 2)
    assert (c.score, c.place, c.present, c.applying) == (None, None, 1, 2)
    assert found["D"] == ()


def _known(on_time: Fraction | int, satisfied: Fraction) -> dict[str, Fraction]:
    return {"dossiers_on_time": Fraction(on_time), "dossiers_satisfied": satisfied}


@pytest.mark.parametrize(
    ("due", "met", "share"), [(0, 0, 1), (10, 10, 1), (10, 9, Fraction(1, 2)), (10, 8, 0)]
)
def test_feedback_is_prompt_when_none_was_late(due: int, met: int, share: Fraction | int):
    assert measures.prompt(due, met) == share


@pytest.mark.parametrize(("dossiers", "is_told"), [(0, True), (2, False), (4, False), (5, True)])
def test_what_was_said_of_one_kind_gives_away_no_few_who_spoke_of_the_other(
    dossiers: int, *, is_told: bool
):
    """The whole is published: 32 residents less 30 would be two people's answers."""
    said = [
        Stratum(category="case:", channel="web", n=Fraction(30), x=Fraction(27)),
        Stratum(category="dossier:", channel="web", n=Fraction(dossiers), x=Fraction(0)),
    ]
    found = measuring.shares(Measured(), said, fewest=30)
    assert found == ({"feedback_satisfied": Fraction(9, 10)} if is_told else {})
