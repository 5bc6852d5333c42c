from dataclasses import replace
from decimal import Decimal

import pytest
from hypothesis import assume, given
from hypothesis import strategies as st

from ranking import errors
from ranking.method import config as configs
from ranking.method import standings
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.eligibility import Reason, Status
from ranking.method.standings import Counts

CONFIG = Config()


def rows_of(*agencies, config=CONFIG):
    table = standings.rank_table(agencies, config)
    return {row.id: row for group in table.groups for row in group.rows}


def agency(id_, x, n, **more):
    return Counts(id=id_, n=n, x=x, **more)


def test_a_small_table_by_hand():
    table = standings.rank_table(
        [
            agency("D", 0, 0),
            agency("C", 49, 50),
            agency("B", 170, 200),
            agency("A", 1681, 1800),
            agency("F", 3, 12),
        ],
        CONFIG,
    )
    (group,) = table.groups
    assert [row.id for row in group.rows] == ["A", "B", "C", "D", "F"]
    assert group.ranked == 2
    assert group.critical_value == pytest.approx(1.959964)
    assert [(row.rank, row.rank_low, row.rank_high) for row in group.rows[:2]] == [
        (1, 1, 1),
        (2, 2, 2),
    ]
    assert [row.band for row in group.rows] == [Band.ABOVE, Band.BELOW, None, None, None]
    assert [row.place_printed for row in group.rows] == [True, True, False, False, False]
    assert table.bh_threshold == group.rows[1].p_value == pytest.approx(2 * 0.016326565931766394)


def test_the_unranked_have_a_status_and_no_place():
    rows = rows_of(agency("C", 49, 50), agency("D", 0, 0), agency("F", 3, 12))
    assert [(row.status, row.reason) for row in rows.values()] == [
        (Status.LISTED_NOT_RANKED, Reason.TOO_FEW_ANSWERS),
        (Status.NO_ANSWERS, None),
        (Status.SUPPRESSED, Reason.TOO_FEW_ANSWERS),
    ]
    for row in rows.values():
        assert (row.rank, row.rank_low, row.rank_high, row.p_value) == (None,) * 4
    assert (rows["D"].share, rows["D"].low, rows["D"].high) == (None, None, None)


def test_where_nobody_is_ranked_nothing_is_compared():
    table = standings.rank_table([agency("D", 0, 0)], CONFIG)
    assert table.bh_threshold is None
    assert table.groups[0].critical_value is None


def test_an_empty_table_has_no_groups():
    assert standings.rank_table([], CONFIG).groups == ()


def test_a_single_agency_is_first_of_one_and_its_place_is_not_printed():
    row = rows_of(agency("A", 95, 100))["A"]
    assert (row.rank, row.rank_low, row.rank_high) == (1, 1, 1)
    assert not row.place_printed


def test_equal_figures_share_a_place_even_where_shares_differ_a_little():
    rows = rows_of(agency("A", 9341, 10_000), agency("B", 9344, 10_000), agency("C", 9300, 10_000))
    assert [rows[id_].rank for id_ in "ABC"] == [1, 1, 3]


def test_the_printed_set_grows_to_hold_the_printed_place():
    # both print 93.4 %: place 1 is shared although B is clearly the worse of the two
    rows = rows_of(agency("A", 934_490_000, 10**9), agency("B", 933_510_000, 10**9))
    assert (rows["B"].rank, rows["B"].rank_low, rows["B"].rank_high) == (1, 1, 2)


def test_a_place_is_printed_only_if_its_set_covers_at_most_half():
    rows = rows_of(
        agency("A", 990, 1000), agency("B", 985, 1000), agency("C", 800, 1000),
        agency("D", 500, 1000), agency("E", 495, 1000), config=CONFIG,
    )  # fmt: skip
    assert [(rows[i].rank_low, rows[i].rank_high) for i in "ABCDE"] == [
        (1, 2), (1, 2), (3, 3), (4, 5), (4, 5)
    ]  # fmt: skip
    assert [rows[i].place_printed for i in "ABCDE"] == [True] * 5
    wide = rows_of(agency("A", 990, 1000), agency("B", 985, 1000), agency("C", 800, 1000))
    assert [wide[i].place_printed for i in "ABC"] == [False, False, True]


def test_the_part_a_set_may_cover_is_the_decimal_it_is_written_as():
    """As floats 0.29 times 100 is a hair under 29."""
    rows = rows_of(
        *(agency(f"A{i:02}", 990_000 if i < 29 else 500_000, 1_000_000) for i in range(100)),
        config=replace(CONFIG, place_share=0.29),
    )
    assert (rows["A00"].rank_low, rows["A00"].rank_high, rows["A00"].place_printed) == (1, 29, True)
    assert not rows["A99"].place_printed


def test_bands_are_decided_unrounded():
    # 89.95 % prints 90.0 %, and with a million answers is still below
    row = rows_of(agency("A", 899_500, 1_000_000), config=CONFIG)["A"]
    assert row.band is Band.UNDETERMINED  # p = 0.096
    row = rows_of(agency("A", 8_995_000, 10_000_000), config=CONFIG)["A"]
    assert row.band is Band.BELOW


def test_all_at_a_hundred_per_cent_are_first_and_above():
    rows = rows_of(*(agency(id_, 100, 100) for id_ in "ABC"))
    assert {(row.rank, row.rank_low, row.rank_high, row.high) for row in rows.values()} == {
        (1, 1, 3, 1.0)
    }
    assert {row.band for row in rows.values()} == {Band.ABOVE}


def test_peer_groups_are_ranked_apart_and_share_one_threshold():
    table = standings.rank_table(
        [agency("A", 95, 100, group="ward"), agency("B", 5, 100, group="department")], CONFIG
    )
    assert [group.name for group in table.groups] == ["department", "ward"]
    assert [group.rows[0].rank for group in table.groups] == [1, 1]
    assert [group.critical_value for group in table.groups] == [0.0, 0.0]


def test_reasons_and_response_keep_an_agency_off_the_table():
    rows = rows_of(
        agency("A", 95, 100, response_rate=0.09),
        agency("B", 95, 100, reasons=(Reason.UNDER_INVESTIGATION,)),
        agency("C", 95, 100, response_rate=0.3),
    )
    assert [rows[id_].reason for id_ in "ABC"] == [
        Reason.LOW_RESPONSE,
        Reason.UNDER_INVESTIGATION,
        None,
    ]


def test_one_agency_twice_is_refused():
    with pytest.raises(errors.DuplicateAgency) as refused:
        standings.rank_table([agency("A", 1, 2), agency("A", 1, 2, group="other")], CONFIG)
    assert refused.value.id == "A"


@pytest.mark.parametrize(("x", "n"), [(float("nan"), 9), (3, float("inf")), (3, 2), (-1, 2)])
def test_counts_that_cannot_be_are_refused(x, n):
    with pytest.raises(errors.InvalidCounts):
        agency("A", x, n)


@pytest.mark.parametrize("rate", [float("nan"), -0.1, 1.1])
def test_a_response_rate_that_cannot_be_is_refused(rate):
    with pytest.raises(errors.NotANumber):
        agency("A", 1, 2, response_rate=rate)


@pytest.mark.parametrize(
    ("values", "places"),
    [
        ([], []),
        ([95, 93, 93, 90], [1, 2, 2, 4]),
        ([Decimal("90.0"), Decimal("90.1")], [2, 1]),
        ([3, 4, 7, 7, 10, 11, 15, 15, 15, 15], [10, 9, 7, 7, 6, 5, 1, 1, 1, 1]),
    ],
)
def test_equals_share_the_better_place(values, places):
    assert standings.competition(values) == places


sizes = st.one_of(st.integers(0, 3000), st.floats(0, 3000))


@st.composite
def tables(draw, groups=("", "w")):
    rows = draw(st.lists(st.tuples(sizes, st.floats(0, 1), st.sampled_from(groups)), max_size=12))
    return [
        Counts(id=f"{i:02}", n=n, x=int(n * share) if isinstance(n, int) else n * share, group=g)
        for i, (n, share, g) in enumerate(rows)
    ]


@given(tables(), st.randoms(use_true_random=False))
def test_the_order_of_input_is_irrelevant(table, random):
    mixed = list(table)
    random.shuffle(mixed)
    assert standings.rank_table(mixed, CONFIG) == standings.rank_table(table, CONFIG)


@given(tables())
def test_every_place_lies_in_its_set_and_every_agency_in_the_table(table):
    found = standings.rank_table(table, CONFIG)
    assert sorted(row.id for group in found.groups for row in group.rows) == [c.id for c in table]
    for group in found.groups:
        for row in group.rows:
            if row.status is Status.RANKED:
                assert 1 <= row.rank_low <= row.rank <= row.rank_high <= group.ranked
                assert row.low <= row.share <= row.high or row.share == pytest.approx(row.low)
            else:
                assert row.rank is row.band is row.p_value is None
            assert (row.n == 0) == (row.share is None) == (row.low is None)


@given(tables(groups=("",)), tables(groups=("w",)))
def test_another_peer_group_changes_no_rank(table, others):
    def places(agencies):
        rows = rows_of(*agencies)
        return [(rows[c.id].rank, rows[c.id].rank_low, rows[c.id].rank_high) for c in table]

    renamed = [replace(counts, id=f"other {counts.id}") for counts in others]
    assert places(table) == places([*table, *renamed])


@given(tables(groups=("",)), st.data())
def test_one_answer_turned_satisfied_never_hurts(table, data):
    unhappy = [counts for counts in table if counts.n - counts.x >= 1]
    assume(unhappy)
    chosen = data.draw(st.sampled_from(unhappy))
    happier = [replace(c, x=c.x + 1) if c is chosen else c for c in table]

    def better(agencies):
        shares = {c.id: c.x / c.n for c in agencies if c.n > 0}
        return sum(share > shares[chosen.id] for share in shares.values())

    before, after = rows_of(*table)[chosen.id], rows_of(*happier)[chosen.id]
    assert after.share > before.share
    assert (after.rank or 0) <= (before.rank or 0)
    assert better(happier) <= better(table)


@given(st.integers(1, 12), st.integers(0, 100))
def test_equal_counts_are_all_first_with_every_place_open(p, x):
    rows = rows_of(*(agency(str(i), x, 100) for i in range(p)))
    assert {(row.rank, row.rank_low, row.rank_high) for row in rows.values()} == {(1, 1, p)}


@given(tables())
def test_a_lower_floor_only_adds_to_the_ranked(table):
    def ranked(config):
        return {id_ for id_, row in rows_of(*table, config=config).items() if row.rank}

    assert ranked(CONFIG) <= ranked(configs.with_floor(CONFIG, 10))
