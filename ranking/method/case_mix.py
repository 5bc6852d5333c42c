"""Comparing agencies as if they served the same mix: additive indirect standardisation.

Adjusts for what the resident brought (stratum = service category x channel x person/business),
never for what the agency did. Everything here is for one peer group. "Residents" are effective
residents, sums of the weights 1/m, so that the open files let anyone recompute them.

Sources: the published method, section 8; indirect standardisation, Breslow & Day (1987), chapter
2.
"""

import math
from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ranking import errors
from ranking.method import intervals, rounding, shrinkage, two_way

# Counts are sums of weights 1/m: thirty thirds may come to a hair under ten.
_GUARD = 1e-9


@dataclass(eq=False)
class TwoCategories(errors.RankingError):
    """A stratum that was said to belong to two service categories."""

    stratum: str
    categories: tuple[str, ...]


@dataclass(eq=False)
class StratumTooSmall(errors.RankingError):
    """Direct standardisation with fewer residents in a stratum than it needs."""

    stratum: int
    n: float


@dataclass(frozen=True, slots=True)
class Cell:
    """What one agency's residents said in one stratum: n of them (weighted), x satisfied.

    `category` is the service category the stratum refines. Raises `InvalidCounts`.
    """

    agency: str
    stratum: str
    category: str
    n: float
    x: float

    def __post_init__(self) -> None:
        intervals.check_counts(self.x, self.n)


@dataclass(frozen=True, slots=True)
class Rate:
    """A stratum's rate p_s over all answers of the group, and whether it had to be shrunken."""

    n: float
    share: float
    is_shrunken: bool


@dataclass(frozen=True, slots=True)
class Adjusted:
    """One agency: n*, observed O, expected E, raw share O/n*, adjusted share."""

    n: float
    observed: float
    expected: float
    raw: float
    share: float


@dataclass(frozen=True, slots=True)
class Standardised:
    """One group: its mean, its strata's rates, and its agencies in alphabetical order."""

    mean: float | None
    rates: Mapping[str, Rate]
    agencies: Mapping[str, Adjusted]


@dataclass(frozen=True, slots=True)
class SubGroup:
    """The agencies that are ranked together, how they were adjusted, and the two-way check.

    `adjusted` is what to rank on: the indirect shares, or those of the two-way fit where the two
    orders disagree (`uses_two_way`, to be printed). `agreement` is Spearman's correlation of both,
    None where either is all ties.
    """

    standardised: Standardised
    adjusted: Mapping[str, float]
    agreement: float | None
    uses_two_way: bool


@dataclass(frozen=True, slots=True)
class CaseMix:
    """A peer group cut into comparable sub-groups, the largest first, and those left over.

    `not_comparable` agencies keep their adjusted share (they are listed), within their component.
    """

    groups: tuple[SubGroup, ...]
    not_comparable: frozenset[str]


def adjust(
    cells: Iterable[Cell],
    *,
    small: float = 30,
    edge: float = 10,
    fewest: int = 3,
    served: float = 0.80,
    agreement: float = 0.95,
) -> CaseMix:
    """The whole of section 8 for one peer group: components, adjustment, two-way check.

    Each connected component is standardised on its own. An agency in a component of fewer than
    `fewest` agencies, or with under `served` of its residents in strata that at least `fewest`
    agencies serve, is not comparable; its answers still count towards the rates, as those of the
    unranked always do. Where all answers are of one stratum there is no mix to take out, and so
    nobody to be set apart. Raises `TwoCategories`, `NotSettled`.
    """
    cells = _merged(cells)
    has_mix = len({cell.stratum for cell in cells}) > 1
    by_agency = _by_agency(cells)
    groups: list[SubGroup] = []
    apart: set[str] = set()
    for component in _components(cells, edge):
        own = [cell for agency in sorted(component) for cell in by_agency[agency]]
        if has_mix:
            apart |= _apart(own, component, edge, fewest, served)
        groups.append(_checked(own, small, agreement))
    return CaseMix(tuple(groups), frozenset(apart))


def standardise(cells: Iterable[Cell], *, small: float = 30) -> Standardised:
    """Additive indirect standardisation: adjusted = clamp(mean + (O - E)/n*), E = sum w p_s.

    p_s is the stratum's rate over all answers given, ranked or not; under `small` residents it is
    shrunken to its category's rate with the M of the group's strata (`shrinkage.moments`; M
    infinite: the category's rate). Without shrunken strata sum(O - E) = 0. Agencies without an
    answer are left out; no answers, no mean. Raises `TwoCategories`.
    """
    return _standardise(_merged(cells), small)


def adjusted(own: Sequence[Cell], rates: Mapping[str, Rate], mean: float) -> Adjusted:
    """The figures of one agency with any answer, against these rates and this mean."""
    n, observed = _totals(own)
    expected = math.fsum(cell.n * rates[cell.stratum].share for cell in own)
    share = _clamp(mean + (observed - expected) / n)
    return Adjusted(n, observed, expected, observed / n, share)


def stratum_rates(cells: Iterable[Cell], *, small: float = 30) -> dict[str, Rate]:
    """The rate p_s of each stratum with any answer, as `standardise` uses it."""
    return _rates(_merged(cells), small)


def components(cells: Iterable[Cell], *, edge: float = 10) -> tuple[frozenset[str], ...]:
    """The connected components of the graph agency - stratum, as sets of agencies.

    An agency and a stratum are joined by at least `edge` residents. Largest first, then by name.
    """
    return _components(_merged(cells), edge)


def direct(
    x: Sequence[float], n: Sequence[float], standard: Sequence[float], *, small: float = 30
) -> float:
    """Direct standardisation: sum of the standard's weights times the stratum's own shares.

    Only where every stratum has at least `small` residents (else `StratumTooSmall`, with the
    position of the first): a side check, never the headline.
    """
    for stratum, size in enumerate(n):
        if not size >= max(small, _GUARD) - _GUARD:
            raise StratumTooSmall(stratum, size)
    weighted = (w * some / size for some, size, w in zip(x, n, standard, strict=True))
    return math.fsum(weighted) / math.fsum(standard)


def _standardise(cells: Sequence[Cell], small: float) -> Standardised:
    rates = _rates(cells, small)
    if not cells:
        return Standardised(None, {}, {})
    mean = _share(cells)
    by_agency = _by_agency(cells)
    agencies = {agency: adjusted(own, rates, mean) for agency, own in by_agency.items()}
    return Standardised(mean, rates, agencies)


def _rates(cells: Sequence[Cell], small: float) -> dict[str, Rate]:
    strata: dict[str, list[Cell]] = defaultdict(list)
    categories: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        strata[cell.stratum].append(cell)
        categories[cell.category].append(cell)
    for stratum, own in strata.items():
        if len(names := {cell.category for cell in own}) > 1:
            raise TwoCategories(stratum, tuple(sorted(names)))
    totals = {stratum: _totals(own) for stratum, own in sorted(strata.items())}
    fitted = shrinkage.moments([x for _, x in totals.values()], [n for n, _ in totals.values()])
    strength = fitted.strength if fitted else math.inf
    rates: dict[str, Rate] = {}
    for stratum, (n, x) in totals.items():
        if n >= small - _GUARD:
            rates[stratum] = Rate(n, x / n, is_shrunken=False)
            continue
        parent = _share(categories[strata[stratum][0].category])
        share = shrinkage.Prior(parent, strength).shrunken(x, n)
        rates[stratum] = Rate(n, share, is_shrunken=True)
    return rates


def _components(cells: Sequence[Cell], edge: float) -> tuple[frozenset[str], ...]:
    group = {cell.agency: {cell.agency} for cell in cells}
    for agencies in _serving(cells, edge).values():
        apart = {id(group[agency]): group[agency] for agency in agencies}
        joined = max(apart.values(), key=len)
        for other in apart.values():
            joined |= other
            group.update(dict.fromkeys(other, joined))
    distinct = {id(members): members for members in group.values()}
    ordered = sorted(distinct.values(), key=lambda members: (-len(members), min(members)))
    return tuple(frozenset(members) for members in ordered)


def _checked(cells: Sequence[Cell], small: float, agreement: float) -> SubGroup:
    result = _standardise(cells, small)
    indirect = {agency: own.share for agency, own in result.agencies.items()}
    fitted = two_way.fit((cell.agency, cell.stratum, cell.n, cell.x) for cell in cells)
    found = two_way.spearman(
        [rounding.share9(share) for share in indirect.values()],
        [rounding.share9(fitted[agency]) for agency in indirect],
    )
    uses_two_way = found is not None and found < agreement
    chosen = {agency: _clamp(fitted[agency]) for agency in indirect} if uses_two_way else indirect
    return SubGroup(result, chosen, found, uses_two_way)


def _apart(
    cells: Sequence[Cell], component: frozenset[str], edge: float, fewest: int, served: float
) -> set[str]:
    """The agencies of one component whose mix cannot be compared."""
    if len(component) < fewest:
        return set(component)
    serving = _serving(cells, edge)
    common = {stratum for stratum, agencies in serving.items() if len(agencies) >= fewest}
    return {
        agency
        for agency, own in _by_agency(cells).items()
        if math.fsum(cell.n for cell in own if cell.stratum in common)
        < served * math.fsum(cell.n for cell in own) - _GUARD
    }


def _serving(cells: Iterable[Cell], edge: float) -> dict[str, set[str]]:
    serving: dict[str, set[str]] = defaultdict(set)
    for cell in cells:
        if cell.n >= edge - _GUARD:
            serving[cell.stratum].add(cell.agency)
    return serving


def _merged(cells: Iterable[Cell]) -> list[Cell]:
    """One cell for each agency, stratum and category that has answers, in a fixed order."""
    same: dict[tuple[str, str, str], list[Cell]] = defaultdict(list)
    for cell in cells:
        same[cell.agency, cell.stratum, cell.category].append(cell)
    totals = ((key, *_totals(own)) for key, own in sorted(same.items()))
    return [Cell(*key, n, x) for key, n, x in totals if n]


def _by_agency(cells: Iterable[Cell]) -> dict[str, list[Cell]]:
    own: dict[str, list[Cell]] = defaultdict(list)
    for cell in cells:
        own[cell.agency].append(cell)
    return own


def _totals(cells: Sequence[Cell]) -> tuple[float, float]:
    return math.fsum(cell.n for cell in cells), math.fsum(cell.x for cell in cells)


def _share(cells: Sequence[Cell]) -> float:
    n, x = _totals(cells)
    return x / n


def _clamp(share: float) -> float:
    return min(1.0, max(0.0, share))
