"""One total, what is missing from it, and how far its order hangs on the weights."""

from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import composite, packs
from ranking.method.composite import BadScore, GroupScore

MAXIMA = [18, 20, 22, 22, 18]
WEIGHTS = [Fraction(maximum) for maximum in MAXIMA]
PACK_766 = next(pack for pack in packs.bundled() if pack.code == "vn-766")


def scores(*points: float | None, inapplicable: int | None = None) -> list[GroupScore]:
    return [
        GroupScore(
            code=f"g{i}",
            points=None if some is None else Fraction(str(some)),
            maximum=Fraction(maximum),
            applies=i != inapplicable,
        )
        for i, (some, maximum) in enumerate(zip(points, MAXIMA, strict=True))
    ]


def percentages(*rows: tuple[int, ...]) -> list[list[Fraction]]:
    return [[Fraction(cell) for cell in row] for row in rows]


@pytest.mark.parametrize(
    ("rate", "target", "expected"),
    [("0.45", "0.5", "9"), ("0.5", "0.5", "10"), ("0.9", "0.5", "10"), ("0.45", None, "4.5")],
)
def test_the_t_rule(rate, target, expected):
    found = composite.points(
        Fraction(rate), maximum=Fraction(10), target=Fraction(target) if target else None
    )
    assert found == Fraction(expected)


@pytest.mark.parametrize(
    ("rate", "maximum", "target"), [("1.1", 1, "1"), ("-1", 1, "1"), ("1", 1, "0"), ("1", -1, "1")]
)
def test_the_t_rule_refuses_what_is_no_rate(rate, maximum, target):
    with pytest.raises(BadScore):
        composite.points(Fraction(rate), maximum=Fraction(maximum), target=Fraction(target))


def test_the_published_week_of_the_satisfaction_group():
    group = next(group for group in PACK_766.groups if group.code == "MDHL")
    rates = {"5.2": Fraction("0.9998"), "5.3": Fraction("0.99"), "5.4": Fraction("0.9393")}
    found = composite.group_score(group, rates)
    assert found.points == Fraction("17.9388")
    assert round(float(found.percentage), 2) == 99.66  # 17.94/18 would print 99.67


@pytest.mark.parametrize("rates", [{}, {"5.2": Fraction(1), "5.3": None, "5.4": Fraction(1)}])
def test_a_missing_rate_leaves_the_group_without_points(rates):
    group = next(group for group in PACK_766.groups if group.code == "MDHL")
    found = composite.group_score(group, rates)
    assert found.points is None
    assert found.percentage is None


def test_a_criterion_without_items_is_not_computed_from_rates():
    pack = next(pack for pack in packs.bundled() if pack.code == "vn-61")
    assert composite.group_score(pack.groups[0], {}).points is None


def test_a_missing_group_is_neither_zero_nor_the_mean():
    found = composite.total(scores(15, 18, None, 17, 16))
    assert float(found.score) == pytest.approx(84.61538461538461)
    assert found.weight_present == Fraction(78, 100)
    assert (found.present, found.applying, found.is_complete) == (4, 5, False)


def test_without_seven_tenths_of_the_weight_there_is_no_score():
    assert composite.total(scores(15, 18, None, None, 16)).score is None
    assert composite.total(scores(None, None, None, None, None)).weight_present == 0
    assert composite.total([]) == composite.Total(None, None, Fraction(0), 0, 0)
    exactly = [
        GroupScore("a", Fraction(7), Fraction(7)),
        GroupScore("b", None, Fraction(3)),
    ]
    assert composite.total(exactly).score == 100


def test_a_group_the_law_does_not_put_to_the_agency_is_not_missing():
    found = composite.total(scores(15, 18, None, 17, 16, inapplicable=2))
    assert float(found.score) == pytest.approx(84.61538461538461)
    assert (found.present, found.applying, found.is_complete) == (4, 4, True)


def test_the_geometric_mean_does_not_let_a_good_group_buy_off_a_bad_one():
    balanced = composite.total(scores(9, 10, 11, 11, 9))
    assert balanced.score == 50
    assert balanced.geometric_mean == pytest.approx(50)
    assert composite.total(scores(18, 20, 22, 22, 0)).geometric_mean == 0


def test_the_subtotal_needs_both_its_groups():
    groups = scores(15, 19, 20, 17, 9)
    assert composite.subtotal(groups, ["g1", "g4"]) == Fraction(2800, 38)
    assert composite.subtotal(groups, []) is None
    assert composite.subtotal(groups, ["g1", "elsewhere"]) is None
    assert composite.subtotal(scores(1, None, 1, 1, 1), ["g1", "g4"]) is None


@pytest.mark.parametrize(("points", "maximum"), [(-1, 1), (2, 1), (0, 0)])
def test_impossible_points_are_refused(points, maximum):
    with pytest.raises(BadScore):
        GroupScore("a", Fraction(points), Fraction(maximum))


def test_a_place_that_every_weighting_gives_is_one_place():
    table = percentages((90, 90, 90, 90, 90), (80, 80, 80, 80, 80), (70, 70, 70, 70, 70))
    assert composite.weight_robust_ranges(table, WEIGHTS) == ((1, 1), (2, 2), (3, 3))


def test_a_place_that_hangs_on_the_weights_is_a_range():
    table = percentages((90, 80), (80, 90), (70, 70))
    weights = [Fraction(1), Fraction(1)]
    assert composite.weight_robust_ranges(table, weights) == ((1, 2), (1, 2), (3, 3))


@pytest.mark.parametrize(("first", "is_better"), [(166, False), (167, True)])
def test_better_under_every_weighting_is_strict_and_exact(first, is_better):
    # d = (first - 100, -40): within 25% it is robust iff 0.75 (first - 100) > 1.25 x 40, so > 66.67
    table = [[Fraction(first, 2), Fraction(30)], [Fraction(50), Fraction(50)]]
    ranges = composite.weight_robust_ranges(table, [Fraction(1), Fraction(1)])
    assert (ranges[0] == (1, 1)) == is_better


def test_exactly_balanced_is_not_better():
    table = percentages((50, 0), (0, 30))
    weights = [Fraction(3), Fraction(3)]
    assert composite.weight_robust_ranges(table, weights)[0] == (1, 2)


@pytest.mark.parametrize(
    ("table", "weights", "delta"),
    [
        ([[1, 2]], [1], 0),
        ([[101]], [1], 0),
        ([[-1]], [1], 0),
        ([[1]], [0], 0),
        ([], [], 0),
        ([[1, 1]], [1, 10**6], 0),
        ([[1]], [1], 1),
        ([[1]], [1], Fraction(1, 101)),
    ],
)
def test_a_table_that_cannot_be_weighed_is_refused(table, weights, delta):
    with pytest.raises(BadScore):
        composite.weight_robust_ranges(
            percentages(*table), [Fraction(w) for w in weights], delta=Fraction(delta)
        )


def test_no_agencies_no_ranges():
    assert composite.weight_robust_ranges([], WEIGHTS) == ()
    assert [found.places for found in composite.influences([], WEIGHTS)] == [()] * 5


def test_a_group_that_carries_the_total_is_named():
    table = percentages((90, 60), (80, 60), (70, 61), (60, 61))
    first, second = composite.influences(table, [Fraction(1), Fraction(1)])
    assert first.dominates
    assert not second.dominates
    assert first.variance_share + second.variance_share == pytest.approx(1)
    assert first.correlation == pytest.approx(0.9998, abs=1e-3)
    assert second.correlation < 0
    assert (first.places, second.places) == ((3, 3, 1, 1), (1, 2, 3, 4))


def test_where_nothing_varies_nothing_carries():
    (found,) = composite.influences(percentages((50,), (50,)), [Fraction(1)])
    assert found == composite.Influence(None, None, (1, 1))
    assert not found.dominates


rows = st.lists(st.lists(st.integers(0, 100), min_size=3, max_size=3), min_size=1, max_size=7).map(
    lambda table: percentages(*map(tuple, table))
)
weightings = st.lists(st.integers(75, 125), min_size=3, max_size=3)
NOMINAL = [Fraction(18), Fraction(20), Fraction(22)]


@given(rows, weightings)
def test_every_weighting_within_a_quarter_places_an_agency_in_its_range(table, factors):
    weights = [weight * factor for weight, factor in zip(NOMINAL, factors, strict=True)]
    totals = [sum(w * cell for w, cell in zip(weights, row, strict=True)) for row in table]
    ranges = composite.weight_robust_ranges(table, NOMINAL)
    for total, (best, worst) in zip(totals, ranges, strict=True):
        assert best <= 1 + sum(other > total for other in totals) <= worst


@given(rows, st.randoms())
def test_the_order_of_agencies_is_irrelevant(table, random):
    order = list(range(len(table)))
    random.shuffle(order)
    shuffled = composite.weight_robust_ranges([table[i] for i in order], NOMINAL)
    once = composite.weight_robust_ranges(table, NOMINAL)
    assert list(shuffled) == [once[i] for i in order]


@given(st.lists(st.one_of(st.none(), st.integers(0, 18)), min_size=5, max_size=5))
def test_the_geometric_mean_never_exceeds_the_score(points):
    found = composite.total(scores(*points))
    if found.score is not None:
        assert 0 <= found.geometric_mean <= float(found.score) + 1e-9 <= 100 + 1e-9
