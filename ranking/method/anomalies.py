"""Signs that answers were arranged: bursts, concentration, copied text, pile-ups, thin margins.

Nothing here accuses or deletes. Each function gives a number with a published threshold; people
look, two of them, before anything is set aside. The thresholds are fixed for an edition in its
configuration; the defaults are those of the published method.
"""

import math
import unicodedata
from collections import Counter
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from fractions import Fraction

import numpy as np
from scipy import special

from ranking import errors
from ranking.method import bands, elementary

Number = int | float | Decimal | Fraction


@dataclass(eq=False)
class BadMeasure(errors.RankingError):
    """A number the measure is not defined for: negative, NaN, or outside its range."""

    name: str
    value: object


# Bursts


def poisson_reference(usual: float, alarming: float) -> float:
    """The k = (l1 - l0) / ln(l1 / l0), the reference value that best tells rate l1 from l0.

    Rates are counts per agency-day, 0 < l0 < l1 (the method takes l1 = 2 l0). Source: Lucas (1985)
    Technometrics 27:129-144. Raises `BadMeasure` otherwise.
    """
    if not 0 < usual < alarming < math.inf:
        raise BadMeasure("rates", (usual, alarming))
    return (alarming - usual) / math.log(alarming / usual)


def cusum(values: Iterable[float], *, reference: float) -> tuple[float, ...]:
    """S_i = max(0, S_(i-1) + x_i - k), from S_0 = 0: the upper cumulative sum after each value.

    The lower one of Page's chart is `cusum([-x, ...], reference=-(target - k))`.
    """
    path: list[float] = []
    total = 0.0
    for value in values:
        total = max(0.0, total + value - reference)
        path.append(total)
    return tuple(path)


def first_alarm(path: Sequence[float], *, threshold: float = 10.0) -> int | None:
    """The index, from 0, of the first sum strictly above the threshold; None if there is none."""
    return next((index for index, total in enumerate(path) if total > threshold), None)


def dispersion(counts: Sequence[int]) -> float:
    """Sample variance / mean of past daily counts (the last 90 days), at least 1.

    1 is Poisson; it is also the answer where nothing can be told (fewer than two days, no counts).
    """
    if len(counts) < 2 or not sum(counts):
        return 1.0
    mean = Fraction(sum(counts), len(counts))
    variance = sum((count - mean) ** 2 for count in counts) / (len(counts) - 1)
    return max(1.0, float(variance / mean))


def burst_tail(count: int, *, mean: float, dispersion: float = 1.0) -> float:
    """P(X >= count) for a day with this mean: Poisson, or negative binomial if overdispersed.

    Negative binomial with variance = dispersion x mean: size r = mean/(dispersion - 1), tail
    I_(1 - 1/dispersion)(count, r). A count of 0 has probability 1; a mean of 0 allows only it.
    Raises `BadMeasure` for a negative count or mean, or a dispersion below 1.
    """
    if count < 0:
        raise BadMeasure("count", count)
    if not 0 <= mean < math.inf:
        raise BadMeasure("mean", mean)
    if not 1 <= dispersion < math.inf:
        raise BadMeasure("dispersion", dispersion)
    if count == 0:
        return 1.0
    if mean == 0:
        return 0.0
    if dispersion == 1:
        return float(special.gammainc(count, mean))
    size = mean / (dispersion - 1)
    return float(special.betainc(count, size, 1 - 1 / dispersion))


# Concentration


@dataclass(frozen=True, slots=True)
class Concentration:
    """How answers spread over devices, networks or referrers.

    `hhi` is the sum of squared shares, `entropy` in nats, `effective_number` exp(entropy): the
    number of equally busy sources that would look the same (Hill number of order 1).
    `inverse_hhi` is the Hill number of order 2.
    """

    total: int
    top_share: float
    hhi: float
    entropy: float

    @property
    def effective_number(self) -> float:
        return elementary.one(elementary.exp, self.entropy)

    @property
    def inverse_hhi(self) -> float:
        return 1 / self.hhi

    def is_suspicious(self, *, top: float = 0.10, fraction: float = 0.20) -> bool:
        """The busiest source holds more than `top`, or effective number < `fraction` of answers.

        A guard of 1e-9 keeps twenty equally busy sources of a hundred answers at exactly 20.
        """
        return self.top_share > top or self.effective_number < fraction * self.total - 1e-9


def concentration(counts: Iterable[int]) -> Concentration | None:
    """The concentration of answers per source; sources without answers change nothing.

    None when there is no answer at all. Raises `BadMeasure` for a negative count.
    """
    used = sorted(count for count in counts if count)
    total = sum(used)
    if not used:
        return None
    if used[0] < 0:
        raise BadMeasure("count", used[0])
    counted = np.array(used, dtype=np.float64)
    return Concentration(
        total=total,
        top_share=used[-1] / total,
        hhi=sum(count * count for count in used) / (total * total),
        # log(total) - sum(c log c)/total would lose digits where one source holds nearly all.
        entropy=math.fsum((counted / total * elementary.log(total / counted)).tolist()),
    )


# Copied text


def trigrams(text: str) -> frozenset[str]:
    """The set of three-character runs of a text freed of case, marks, spacing and punctuation.

    A text shorter than three characters is its own single run; an empty one has none.
    """
    plain = _plain(text)
    if len(plain) < 3:
        return frozenset({plain} - {""})
    return frozenset(plain[start : start + 3] for start in range(len(plain) - 2))


def jaccard(one: frozenset[str], other: frozenset[str]) -> Fraction:
    """Shared runs / all runs, exactly; 0 if both are empty: silence copies nobody."""
    union = len(one | other)
    return Fraction(len(one & other), union) if union else Fraction(0)


def copied(
    texts: Mapping[str, str],
    *,
    similarity: Fraction = Fraction(9, 10),
    residents: int = 5,
    shortest: int = 20,
) -> tuple[tuple[str, ...], ...]:
    """Clusters of at least `residents` people who wrote nearly the same, for review.

    `texts` is one comment per resident. Two are linked if their trigram Jaccard is at least
    `similarity`; a cluster is whatever is linked, directly or through others. Comments with fewer
    than `shortest` trigrams are left out: many people honestly write "rất tốt". Clusters and their
    members come in alphabetical order.
    """
    groups: dict[frozenset[str], list[str]] = {}
    for resident, text in texts.items():
        runs = trigrams(text)
        if len(runs) >= max(1, shortest):
            groups.setdefault(runs, []).append(resident)
    clusters: dict[int, list[str]] = {}
    kinds = sorted(groups, key=len)
    for kind, cluster in zip(kinds, _linked(kinds, similarity), strict=True):
        clusters.setdefault(cluster, []).extend(groups[kind])
    return tuple(sorted(tuple(sorted(who)) for who in clusters.values() if len(who) >= residents))


def _linked(kinds: Sequence[frozenset[str]], similarity: Fraction) -> list[int]:
    """For sets in order of size, the number of the cluster each belongs to.

    Two sets that are alike enough share one of the rarest runs of each; only those that do are
    compared. Source: Bayardo, Ma & Srikant (2007), WWW, the prefix filter.
    """
    cluster = list(range(len(kinds)))

    def head(index: int) -> int:
        while cluster[index] != index:
            index = cluster[index]
        return index

    common = Counter(run for kind in kinds for run in kind)
    seen: dict[str, list[int]] = {}
    for index, kind in enumerate(kinds):
        rarest = sorted(kind, key=lambda run: (common[run], run))
        rarest = rarest[: len(kind) - math.ceil(similarity * len(kind)) + 1]
        for other in sorted({known for run in rarest for known in seen.get(run, ())}):
            mine, its = head(index), head(other)
            if mine != its and jaccard(kind, kinds[other]) >= similarity:
                cluster[max(mine, its)] = min(mine, its)
        for run in rarest:
            seen.setdefault(run, []).append(index)
    return [head(index) for index in range(len(kinds))]


def _plain(text: str) -> str:
    folded = unicodedata.normalize("NFKD", text.casefold()).replace("đ", "d")
    return "".join(character for character in folded if character.isalnum())


# Deadline pile-up


def last_day_pile_ups(closed: Sequence[Sequence[int]]) -> list[tuple[float, float] | None]:
    """Of each agency the share of closures on the last day of the last days before the deadline,
    and its tail; all in one stroke, for agencies are many.

    Each counts the closures of each of those days, the deadline's day last (three days in the
    method); of all agencies the same number of days. The tail is P(X >= last) for X
    binomial(total, 1/days): without dressing every day is alike. None without a closure. Raises
    `BadMeasure` for a negative count or fewer than two days.
    """
    if not closed:
        return []
    days = len(closed[0])
    for one in closed:
        if len(one) != days or days < 2 or min(one) < 0:
            raise BadMeasure("closed", tuple(one))
    tails = bands.tails([one[-1] for one in closed], [sum(one) for one in closed], 1 / days)
    return [
        (one[-1] / sum(one), tail) if sum(one) else None
        for one, tail in zip(closed, tails.above.tolist(), strict=True)
    ]


# Fragility


def fives_needed(x: Number, n: Number, *, target: Number) -> int | None:
    """The fewest further satisfied answers that bring x/n to the target: ceil((tn - x)/(1 - t)).

    0 if it is there already; None if n is 0, or if the target is 1 and somebody was dissatisfied.
    Computed exactly; a float stands for the decimal it prints as, so 0.9 is nine tenths.
    Raises `BadMeasure` unless 0 <= x <= n and 0 <= target <= 1.
    """
    satisfied, answers, share = _counts(x, n, target)
    missing = share * answers - satisfied
    if not answers or (share == 1 and missing):
        return None
    return max(0, math.ceil(missing / (1 - share))) if missing else 0


def ones_to_lose(x: Number, n: Number, *, target: Number) -> int | None:
    """The fewest further dissatisfied answers that bring it below: smallest k with x/(n+k) < t.

    0 if it is below already; None if n is 0, or if no number can (a target of 0). Exact, as
    `fives_needed`, and with its errors.
    """
    satisfied, answers, share = _counts(x, n, target)
    if not answers or not share:
        return None
    return max(0, math.floor(satisfied / share - answers) + 1)


def _counts(x: Number, n: Number, target: Number) -> tuple[Fraction, Fraction, Fraction]:
    satisfied, answers, share = _exact("x", x), _exact("n", n), _exact("target", target)
    if not 0 <= satisfied <= answers:
        raise BadMeasure("counts", (x, n))
    if not 0 <= share <= 1:
        raise BadMeasure("target", target)
    return satisfied, answers, share


def _exact(name: str, value: Number) -> Fraction:
    try:
        return Fraction(str(value))
    except ValueError as error:
        raise BadMeasure(name, value) from error
