"""The result without some answers: how the band hangs by them, and what it must not tell."""

import itertools
from decimal import Decimal
from fractions import Fraction

from hypothesis import given
from hypothesis import strategies as st

from ranking.counts.gathered import Answers
from ranking.counts.tallies import Effective
from ranking.figures import margins
from ranking.frozen.edition_body import Score
from ranking.method import disclosure
from ranking.method.bands import Band
from ranking.method.config import Config
from ranking.method.eligibility import Status

NAMES = ("counter", "busiest_day", "busiest_device")
LEFT = st.tuples(st.integers(0, 300), st.integers(0, 300))


def answered(n: int, x: int, *left: tuple[int, int]) -> Answers:
    """So many residents, satisfied ones, and both without some of them."""
    without = zip(NAMES, left, strict=False)
    return Answers(
        Effective(n, Fraction(x)),
        served=n,
        without=tuple((name, m, Fraction(y)) for name, (m, y) in without),
    )


def told(answers: Answers, band: Band) -> dict[str, tuple[int, Band]]:
    score = Score(
        status=Status.RANKED,
        band=band,
        share=Decimal(int(answers.counts.x)) / answers.counts.n,
    )
    rule = margins.rule(0.05, Config(), [(answers, score)])
    return {of.without: (of.n, of.band) for of in margins.variants(answers, score, rule)}


def test_a_band_that_one_tablet_made_is_told_beside_it():
    answers = answered(300, 285, (300, 285), (290, 275), (200, 185))
    assert told(answers, Band.ABOVE) == {
        "busiest_day": (290, Band.ABOVE),
        "busiest_device": (200, Band.UNDETERMINED),
    }


def test_what_two_results_together_would_say_of_fewer_than_five_is_not_told():
    """The busiest device was busy on the busiest day: three others would be all that differs."""
    answers = answered(300, 285, (300, 285), (260, 248), (263, 250))
    assert list(told(answers, Band.ABOVE)) == ["busiest_day"]


@given(st.integers(5, 300), st.lists(LEFT, min_size=3, max_size=3))
def test_no_two_results_differ_by_fewer_than_five_residents(n: int, left: list[tuple[int, int]]):
    bounded = [(min(n, m), min(n, m, y)) for m, y in left]
    found = told(answered(n, n, *bounded), Band.ABOVE)
    counts = [n, *(m for m, _ in found.values())]
    for one, other in itertools.combinations(counts, 2):
        assert one == other or abs(one - other) >= disclosure.K
    assert all(disclosure.K <= m <= n - disclosure.K for m, _ in found.values())
