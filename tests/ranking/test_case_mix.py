"""Agencies are compared as if they served the same mix, and only where that can be known."""

import math

import numpy as np
import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import case_mix, two_way
from ranking.method.case_mix import Cell


def cell(agency: str, stratum: str, n: float, x: float) -> Cell:
    return Cell(agency, stratum, stratum.partition("/")[0], n, x)


SIMPSON = [
    cell("A", "easy", 100, 95),
    cell("A", "hard", 900, 720),
    cell("B", "easy", 900, 828),
    cell("B", "hard", 100, 70),
]


def test_the_office_with_the_hard_work_is_not_the_worse_one():
    found = case_mix.standardise(SIMPSON)
    a, b = found.agencies["A"], found.agencies["B"]
    assert (a.raw, b.raw) == (0.815, 0.898)
    assert (a.share, b.share) == (pytest.approx(0.8682), pytest.approx(0.8448))
    assert (a.expected, b.expected) == (pytest.approx(803.3), pytest.approx(909.7))
    assert found.mean == pytest.approx(0.8565)
    assert not found.rates["easy"].is_shrunken


def test_no_cells_no_mean():
    assert case_mix.standardise([]) == case_mix.Standardised(None, {}, {})
    assert case_mix.adjust([]) == case_mix.CaseMix((), frozenset())
    assert case_mix.stratum_rates([cell("A", "easy", 0, 0)]) == {}
    assert two_way.fit([]) == {}


def test_an_adjusted_share_stays_a_share():
    found = case_mix.standardise(
        [
            cell("best", "hard", 100, 100),
            cell("rest", "hard", 100, 10),
            cell("rest", "easy", 900, 900),
        ]
    )
    assert found.agencies["best"].share == 1


def test_one_residents_weighted_answers():
    # r1 rated easy twice satisfied and hard once not; r2 hard yes, r3 easy yes, r4 hard no.
    cells = [cell("A", "easy", 2 / 3 + 1, 2 / 3 + 1), cell("A", "hard", 1 / 3 + 2, 1)]
    found = case_mix.standardise(cells, small=0).agencies["A"]
    assert found.n == pytest.approx(4)
    assert found.observed == pytest.approx(8 / 3)


def test_a_small_stratum_borrows_from_its_category():
    cells = [
        cell("A", "land/online", 400, 300),
        cell("A", "land/desk", 300, 270),
        cell("B", "copies/online", 500, 490),
        cell("B", "land/phone", 29, 29),
        cell("B", "copies/desk", 30, 30),
    ]
    rates = case_mix.stratum_rates(cells)
    land = 599 / 729
    assert rates["land/phone"].is_shrunken
    assert land < rates["land/phone"].share < 1
    assert rates["copies/desk"] == case_mix.Rate(30, 1.0, is_shrunken=False)


def test_where_strata_do_not_differ_a_small_one_gets_its_categorys_rate():
    cells = [cell("A", "land/desk", 90, 81), cell("B", "land/online", 10, 9)]
    assert case_mix.stratum_rates(cells)["land/online"].share == pytest.approx(0.9)


def test_thirty_thirds_are_ten_residents():
    third = [cell("A", "easy", 1 / 3, 0)] * 30
    assert case_mix.components([*third, cell("B", "easy", 10, 1)]) == (frozenset("AB"),)
    assert case_mix.components([*third[1:], cell("B", "easy", 10, 1)]) == (
        frozenset("A"),
        frozenset("B"),
    )


def test_a_stratum_has_one_category():
    with pytest.raises(case_mix.TwoCategories) as refused:
        case_mix.stratum_rates([Cell("A", "s", "land", 1, 1), Cell("B", "s", "copies", 1, 1)])
    assert refused.value.categories == ("copies", "land")


def test_agencies_that_share_no_work_are_not_ranked_together():
    cells = [cell(agency, "land", 200, 180) for agency in "ABC"]
    cells += [cell(agency, "water", 200, 150) for agency in "DEFG"]
    cells += [cell("H", "forest", 200, 100), cell("A", "water", 9, 0)]
    found = case_mix.adjust(cells)
    assert [set(group.adjusted) for group in found.groups] == [set("DEFG"), set("ABC"), {"H"}]
    assert found.not_comparable == {"H"}
    assert found.groups[0].standardised.mean == 0.75
    assert found.groups[1].standardised.agencies["B"].share == pytest.approx(540 / 609)


def test_a_pair_with_one_kind_of_service_has_nothing_to_adjust():
    assert not case_mix.adjust([cell("A", "x", 50, 9), cell("B", "x", 50, 9)]).not_comparable


def test_a_pair_of_agencies_is_too_few():
    more = cell("B", "y", 50, 9)
    assert case_mix.adjust([cell("A", "x", 50, 9), cell("B", "x", 50, 9), more]).not_comparable == {
        "A",
        "B",
    }


@pytest.mark.parametrize(("alone", "is_apart"), [(25, False), (26, True)])
def test_most_of_an_agencys_work_must_be_done_elsewhere_too(alone, is_apart):
    cells = [cell(agency, "land", 100, 90) for agency in "ABC"] + [cell("C", "own", alone, alone)]
    assert ("C" in case_mix.adjust(cells).not_comparable) == is_apart


def crossed(shares: dict[str, dict[str, tuple[int, float]]]) -> list[Cell]:
    return [
        cell(agency, stratum, n, n * share)
        for agency, strata in shares.items()
        for stratum, (n, share) in strata.items()
    ]


# Good offices sit on the easy service: there the indirect way takes the service's ease for granted
# from their own good results. True effects: A, B +0.10; C, D 0; easy 0.85, hard 0.50.
SORTED = crossed(
    {
        "A": {"easy": (950, 0.95), "hard": (50, 0.60)},
        "B": {"easy": (900, 0.95), "hard": (100, 0.60)},
        "C": {"easy": (100, 0.85), "hard": (900, 0.50)},
        "D": {"easy": (40, 0.85), "hard": (960, 0.50)},
        "E": {"easy": (500, 0.88), "hard": (500, 0.53)},
    }
)


def test_the_two_way_fit_finds_effects_that_add_up():
    effects = two_way.fit((c.agency, c.stratum, c.n, c.x) for c in SORTED)
    assert effects["A"] - effects["C"] == pytest.approx(0.10, abs=1e-6)
    assert effects["B"] - effects["E"] == pytest.approx(0.07, abs=1e-6)
    assert effects["C"] == pytest.approx(effects["D"], abs=1e-6)


full_tables = st.lists(
    st.lists(
        st.integers(1, 200).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n))),
        min_size=3,
        max_size=3,
    ),
    min_size=2,
    max_size=6,
)


@given(full_tables)
def test_the_two_way_fit_is_weighted_least_squares(table):
    cells = [
        (f"a{j}", f"s{i}", n, x) for j, row in enumerate(table) for i, (n, x) in enumerate(row)
    ]
    weights = np.array([n for _, _, n, _ in cells], dtype=float)
    design = np.zeros((len(cells), len(table) + 3))
    for place, (agency, stratum, _, _) in enumerate(cells):
        design[place, [int(agency[1:]), len(table) + int(stratum[1:])]] = 1
    shares = np.array([x / n for _, _, n, x in cells])
    root = np.sqrt(weights)
    solved, *_ = np.linalg.lstsq(design * root[:, None], shares * root, rcond=None)
    of_stratum = (design * weights[:, None]).sum(axis=0)[len(table) :]
    middle = (of_stratum * solved[len(table) :]).sum() / of_stratum.sum()
    effects = two_way.fit(cells)
    assert list(effects.values()) == pytest.approx(solved[: len(table)] + middle, abs=1e-6)


def test_a_group_whose_orders_disagree_uses_the_two_way_fit():
    (strict,) = case_mix.adjust(SORTED, agreement=0.99).groups
    assert strict.agreement is not None
    assert strict.agreement < 0.99
    assert strict.uses_two_way
    assert strict.adjusted["A"] - strict.adjusted["C"] == pytest.approx(0.10, abs=1e-6)
    (lenient,) = case_mix.adjust(SORTED, agreement=-1).groups
    assert not lenient.uses_two_way
    assert lenient.adjusted["A"] == lenient.standardised.agencies["A"].share


def test_equal_agencies_agree_by_having_no_order():
    (group,) = case_mix.adjust([cell(agency, "land", 100, 90) for agency in "ABC"]).groups
    assert group.agreement is None
    assert not group.uses_two_way
    assert set(group.adjusted.values()) == {0.9}


def test_a_fit_that_does_not_settle_is_not_published():
    with pytest.raises(two_way.NotSettled) as refused:
        two_way.fit([(c.agency, c.stratum, c.n, c.x) for c in SORTED], rounds=2)
    assert refused.value.rounds == 2
    assert refused.value.change > 1e-9


@pytest.mark.parametrize(
    ("one", "other", "correlation"),
    [
        ([1, 2, 3], [10, 20, 30], 1),
        ([1, 2, 3], [3, 2, 1], -1),
        ([1, 2, 2, 4], [1, 2, 3, 4], 0.9486832980505138),
        ([1, 1], [1, 2], None),
        ([], [], None),
    ],
)
def test_spearman_gives_ties_their_mean_rank(one, other, correlation):
    assert two_way.spearman(one, other) == (
        None if correlation is None else pytest.approx(correlation)
    )


def test_direct_standardisation_reverses_simpsons_order():
    a = case_mix.direct([81, 192], [87, 263], [357, 343])
    b = case_mix.direct([234, 55], [270, 80], [357, 343])
    assert (a, b) == (pytest.approx(0.8325462173856037), pytest.approx(0.778875))


@pytest.mark.parametrize("size", [0, 29, math.nan])
def test_direct_standardisation_needs_every_stratum(size):
    with pytest.raises(case_mix.StratumTooSmall) as refused:
        case_mix.direct([30, 0], [30, size], [1, 1])
    assert refused.value.stratum == 1


@pytest.mark.parametrize(("n", "x"), [(1, 2), (1, -1), (math.nan, 0), (math.inf, 0)])
def test_impossible_cells_are_refused(n, x):
    with pytest.raises(errors.InvalidCounts):
        cell("A", "easy", n, x)


counts = st.integers(0, 300).flatmap(lambda n: st.tuples(st.just(n), st.integers(0, n)))
tables = st.dictionaries(
    st.tuples(st.sampled_from("ABCDE"), st.sampled_from(["x/1", "x/2", "y/1"])), counts, min_size=1
).map(lambda table: [cell(a, s, n, x) for (a, s), (n, x) in table.items()])


@given(tables, st.randoms())
def test_the_order_of_cells_is_irrelevant_and_halves_may_come_apart(cells, random):
    halves = [
        Cell(c.agency, c.stratum, c.category, c.n / 2, c.x / 2) for c in cells for _ in range(2)
    ]
    random.shuffle(halves)
    assert case_mix.adjust(halves) == case_mix.adjust(cells)


@given(tables)
def test_what_one_gains_by_adjustment_others_lose(cells):
    found = case_mix.standardise(cells, small=0)
    gaps = [one.observed - one.expected for one in found.agencies.values()]
    assert math.fsum(gaps) == pytest.approx(0, abs=1e-9)


@given(tables)
def test_every_agency_with_answers_is_in_one_group_and_has_a_share(cells):
    found = case_mix.adjust(cells)
    members = [agency for group in found.groups for agency in group.adjusted]
    assert sorted(members) == sorted({c.agency for c in cells if c.n})
    assert all(0 <= share <= 1 for group in found.groups for share in group.adjusted.values())
    assert found.not_comparable <= set(members)


@given(tables)
def test_one_answer_turned_satisfied_never_lowers_its_agency(cells):
    some = next((c for c in cells if c.x < c.n), None)
    assume(some is not None)
    better = [
        Cell(c.agency, c.stratum, c.category, c.n, c.x + 1) if c is some else c for c in cells
    ]
    # A small stratum is drawn towards its category by how much all strata differ, which is a step.
    before = case_mix.standardise(cells, small=0).agencies[some.agency].share
    after = case_mix.standardise(better, small=0).agencies[some.agency].share
    assert after >= before - 1e-12
