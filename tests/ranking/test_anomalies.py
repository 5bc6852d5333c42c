"""Signs that answers were arranged; people look before anything is set aside."""

import itertools
import math
from fractions import Fraction

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import anomalies
from ranking.method.anomalies import BadMeasure

# Bursts


def test_a_doubled_rate_alarms_on_its_third_day():
    k = anomalies.poisson_reference(4, 8)
    assert k == pytest.approx(5.7707801635558535)
    path = anomalies.cusum([3, 5, 4, 6, 2, 9, 12, 11, 3, 4], reference=k)
    assert path[6] == pytest.approx(9.458439672888293)
    assert anomalies.first_alarm(path) == 7


def test_the_alarm_is_strictly_above_the_threshold():
    assert anomalies.first_alarm([10.0]) is None
    assert anomalies.first_alarm([10.0, 10.1, 12]) == 1
    assert anomalies.first_alarm([]) is None


@pytest.mark.parametrize("rates", [(0, 1), (2, 2), (3, 2), (1, math.inf), (math.nan, 2)])
def test_the_alarming_rate_lies_above_the_usual_one(rates):
    with pytest.raises(BadMeasure):
        anomalies.poisson_reference(*rates)


@pytest.mark.parametrize(
    ("count", "dispersion", "tail"),
    [
        (20, 1, 5.180168937011945e-06),
        (15, 1, 0.0014003538333618914),
        (20, 2, 0.0020386576652526855),
        (12, 2, 0.0717315673828125),
        (0, 1, 1),
        (0, 2, 1),
    ],
)
def test_a_burst_is_rarer_if_days_differ_little(count, dispersion, tail):
    found = anomalies.burst_tail(count, mean=6, dispersion=dispersion)
    assert found == pytest.approx(tail, abs=1e-12)


def test_without_any_rate_no_answer_is_expected():
    assert anomalies.burst_tail(1, mean=0) == 0
    assert anomalies.burst_tail(0, mean=0) == 1


@pytest.mark.parametrize(
    ("count", "mean", "dispersion"),
    [(-1, 1, 1), (1, -1, 1), (1, math.nan, 1), (1, 1, 0.9), (1, 1, math.inf)],
)
def test_impossible_bursts_are_refused(count, mean, dispersion):
    with pytest.raises(BadMeasure):
        anomalies.burst_tail(count, mean=mean, dispersion=dispersion)


@pytest.mark.parametrize(
    ("counts", "expected"),
    [([], 1), ([5], 1), ([0, 0, 0], 1), ([4, 4, 4], 1), ([0, 10], 10), ([1, 5, 9], 3.2)],
)
def test_dispersion_is_variance_over_mean_and_at_least_one(counts, expected):
    assert anomalies.dispersion(counts) == expected


@given(st.lists(st.integers(0, 50)), st.floats(0.1, 20))
def test_a_sum_is_never_negative_and_falls_by_at_most_the_reference(values, reference):
    path = anomalies.cusum(values, reference=reference)
    assert len(path) == len(values)
    before = 0.0
    for value, total in zip(values, path, strict=True):
        assert total == max(0, before + value - reference)
        before = total


@given(st.integers(1, 100), st.floats(0.1, 50))
def test_more_is_rarer_and_dispersion_one_is_the_limit(count, mean):
    tail = anomalies.burst_tail(count, mean=mean)
    assert anomalies.burst_tail(count + 1, mean=mean) <= tail
    nearly = anomalies.burst_tail(count, mean=mean, dispersion=1 + 1e-7)
    assert nearly == pytest.approx(tail, abs=1e-4)


# Concentration


def test_concentration_of_three_devices():
    found = anomalies.concentration([3, 5, 2, 0])
    assert found.hhi == 0.38
    assert found.top_share == 0.5
    assert found.effective_number == pytest.approx(2.8000940728538315)
    assert found.inverse_hhi == pytest.approx(2.6315789473684212)


def test_no_answers_no_concentration():
    assert anomalies.concentration([]) is None
    assert anomalies.concentration([0, 0]) is None


def test_a_negative_count_is_refused():
    with pytest.raises(BadMeasure):
        anomalies.concentration([3, -1])


@pytest.mark.parametrize(
    ("counts", "is_suspicious"),
    [
        ([1] * 100, False),
        ([10] + [1] * 90, False),
        ([11] + [1] * 89, True),
        ([5] * 20, False),
        ([6] * 16 + [4], True),
    ],
)
def test_a_busy_device_or_few_of_them_are_suspicious(counts, is_suspicious):
    assert anomalies.concentration(counts).is_suspicious() == is_suspicious


@given(st.lists(st.integers(1, 1000), min_size=1, max_size=30))
def test_effective_numbers_lie_between_one_and_the_sources(counts):
    found = anomalies.concentration(counts)
    assert found == anomalies.concentration(counts[::-1])
    assert 1 - 1e-9 <= found.inverse_hhi <= found.effective_number + 1e-9
    assert found.effective_number <= len(counts) + 1e-9


# Copied text

PRAISE = "Cán bộ phường rất nhiệt tình, hướng dẫn tận tình chu đáo."


def test_case_marks_spaces_and_punctuation_do_not_hide_a_copy():
    plain = "can bo phuong RAT NHIET TINH huong dan tan tinh chu dao"
    assert anomalies.jaccard(anomalies.trigrams(PRAISE), anomalies.trigrams(plain)) == 1
    assert anomalies.trigrams("Đường") == {"duo", "uon", "ong"}


@pytest.mark.parametrize(("text", "runs"), [("", set()), (" .", set()), ("ok", {"ok"})])
def test_the_shortest_texts(text, runs):
    assert anomalies.trigrams(text) == runs


def test_silence_copies_nobody():
    nothing = anomalies.trigrams("")
    assert anomalies.jaccard(nothing, nothing) == 0
    assert anomalies.copied({str(i): "" for i in range(9)}, shortest=0) == ()


def test_likeness_is_an_exact_fraction():
    assert anomalies.jaccard(frozenset("abc"), frozenset("bcd")) == Fraction(1, 2)


def test_five_residents_with_nearly_one_text_are_a_cluster():
    texts = {f"r{i}": PRAISE for i in range(4)} | {"r4": PRAISE + " Ok", "other": "Chờ quá lâu" * 3}
    assert anomalies.copied(texts) == (("r0", "r1", "r2", "r3", "r4"),)
    del texts["r0"]
    assert anomalies.copied(texts) == ()


def test_other_words_of_the_same_length_are_no_copy():
    other = "Hồ sơ bị trả lại ba lần mà không ai nói rõ vì sao thiếu gì"
    texts = {f"a{i}": PRAISE for i in range(5)} | {f"b{i}": other for i in range(5)}
    a, b = anomalies.copied(texts)
    assert (a[0], b[0]) == ("a0", "b0")


def test_a_chain_of_small_changes_is_one_cluster():
    long = "abcdefghijklmnopqrstuvwxyz0123456789" * 2
    base = [long[: 30 + 2 * step] for step in range(5)]
    found = anomalies.copied({str(i): text for i, text in enumerate(base)})
    assert found == (("0", "1", "2", "3", "4"),)
    ends = anomalies.jaccard(anomalies.trigrams(base[0]), anomalies.trigrams(base[4]))
    assert ends < Fraction(9, 10)


def test_what_many_honestly_write_is_no_copy():
    assert anomalies.copied({str(i): "Rất tốt" for i in range(50)}) == ()


@given(st.dictionaries(st.text(max_size=3), st.sampled_from([PRAISE, PRAISE + "!!x", "Chậm"])))
def test_the_order_of_residents_is_irrelevant(texts):
    backwards = dict(reversed(list(texts.items())))
    assert anomalies.copied(backwards) == anomalies.copied(texts)


def _by_every_pair(texts: dict[str, str]) -> set[tuple[str, ...]]:
    """Clusters found by comparing each with each."""
    runs = {who: anomalies.trigrams(text) for who, text in texts.items()}
    cluster = {who: who for who in texts}
    for one, other in itertools.combinations(texts, 2):
        if anomalies.jaccard(runs[one], runs[other]) >= Fraction(3, 5):
            old, new = cluster[other], cluster[one]
            cluster = {who: new if known == old else known for who, known in cluster.items()}
    members: dict[str, list[str]] = {}
    for who in sorted(texts):
        members.setdefault(cluster[who], []).append(who)
    return {tuple(of) for of in members.values() if len(of) >= 2}


@given(st.lists(st.text("ab", min_size=4, max_size=12), max_size=12))
def test_comparing_only_who_shares_a_rare_run_misses_nobody(written):
    texts = {str(number): text for number, text in enumerate(written)}
    found = anomalies.copied(texts, similarity=Fraction(3, 5), residents=2, shortest=1)
    assert set(found) == _by_every_pair(texts)


# Deadline pile-up


def test_closures_heaped_on_the_last_day():
    [(share, tail)] = anomalies.last_day_pile_ups([[10, 12, 58]])
    assert share == 0.725
    assert tail == pytest.approx(9.419256311112464e-13, abs=1e-15)


@pytest.mark.parametrize(
    ("closed", "expected"),
    [([5, 5, 0], (0, 1)), ([0, 0, 1], (1, pytest.approx(1 / 3))), ([0, 0, 0], None)],
)
def test_the_edges_of_a_pile_up(closed, expected):
    assert anomalies.last_day_pile_ups([closed]) == [expected]


@pytest.mark.parametrize("closed", [[], [5], [1, -1, 3]])
def test_impossible_closures_are_refused(closed):
    with pytest.raises(BadMeasure):
        anomalies.last_day_pile_ups([closed])


@given(st.integers(0, 40), st.integers(0, 40), st.integers(0, 40))
def test_the_tail_is_the_exact_binomial_one(first, second, last):
    total = first + second + last
    [found] = anomalies.last_day_pile_ups([[first, second, last]])
    if found:
        ways = sum(math.comb(total, i) * 2 ** (total - i) for i in range(last, total + 1))
        assert found[1] == pytest.approx(float(Fraction(ways, 3**total)), rel=1e-12)


# Fragility


@pytest.mark.parametrize(
    ("x", "n", "fives", "ones"),
    [
        (170, 200, 100, 0),
        (34, 40, 20, 0),
        (850, 1000, 500, 0),
        (95, 100, 0, 6),
        (90, 100, 0, 1),
        (0, 1, 9, 0),
        (1, 1, 0, 1),
        (2.5, 3, 2, 0),
    ],
)
def test_how_many_answers_decide(x, n, fives, ones):
    assert anomalies.fives_needed(x, n, target=0.9) == fives
    assert anomalies.ones_to_lose(x, n, target=0.9) == ones


def test_where_no_number_of_answers_decides_there_is_none():
    assert anomalies.fives_needed(0, 0, target=0.9) is None
    assert anomalies.ones_to_lose(0, 0, target=0.9) is None
    assert anomalies.fives_needed(9, 10, target=1) is None
    assert anomalies.fives_needed(10, 10, target=1) == 0
    assert anomalies.ones_to_lose(5, 10, target=0) is None


@pytest.mark.parametrize(
    ("x", "n", "target"),
    [
        (11, 10, 0.9),
        (-1, 10, 0.9),
        (1, 10, 1.1),
        (1, 10, -0.1),
        (math.nan, 10, 0.9),
        (1, math.inf, 0.9),
        (1, 10, math.nan),
    ],
)
def test_impossible_counts_and_targets_are_refused(x, n, target):
    for fragility in (anomalies.fives_needed, anomalies.ones_to_lose):
        with pytest.raises(BadMeasure):
            fragility(x, n, target=target)


@given(
    st.integers(1, 5000).flatmap(lambda n: st.tuples(st.integers(0, n), st.just(n))),
    st.integers(1, 99).map(lambda percent: Fraction(percent, 100)),
)
def test_one_answer_fewer_would_not_have_decided(counts, target):
    x, n = counts
    fives = anomalies.fives_needed(x, n, target=target)
    assert Fraction(x + fives, n + fives) >= target
    assert fives == 0 or Fraction(x + fives - 1, n + fives - 1) < target
    ones = anomalies.ones_to_lose(x, n, target=target)
    assert Fraction(x, n + ones) < target
    assert ones == 0 or Fraction(x, n + ones - 1) >= target
    assert (fives == 0) != (ones == 0)
