"""What may be compared with what: the small pooled, every share adjusted for its mix of services.

For one peer group: agencies too small to be shown are pooled by their parent unit, the mix of
services is taken out within each part whose services have enough in common (`case_mix`), and it is
said who cannot be compared at all. Source: the published method, sections 3 and 8.
"""

import itertools
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from fractions import Fraction

from ranking.counts import strata
from ranking.frozen.edition_detail import Pool, Stratum
from ranking.method import case_mix, rounding
from ranking.method.case_mix import Cell, SubGroup

FEWEST = 3
"""Agencies a part needs, and a stratum to be common."""

# No agency's code begins so: codes are printable.
_POOL = "\x1f"


@dataclass(frozen=True, slots=True)
class Small:
    """An agency too small to be shown but not to be pooled."""

    parent: str
    n: int
    strata: tuple[Stratum, ...]


@dataclass(frozen=True, slots=True)
class Mixed:
    """One agency after the adjustment: `share` is what it is ranked on, to 9 decimals."""

    raw: Fraction
    expected: float
    share: float
    part: int
    is_comparable: bool


@dataclass(frozen=True, slots=True)
class Part:
    """One part of a peer group: how its shares were adjusted."""

    number: int
    mean: float
    rates: Mapping[tuple[str, str, str], case_mix.Rate]
    agreement: float | None
    uses_two_way: bool


@dataclass(frozen=True, slots=True)
class Compared:
    """A peer group's agencies by code, and its parts, the largest first."""

    agencies: Mapping[str, Mixed]
    parts: tuple[Part, ...]


def pools(small: Iterable[Small]) -> tuple[Pool, ...]:
    """The small ones by parent unit; one alone is left out: its pool would be itself."""
    ordered = sorted(small, key=lambda of: of.parent)
    found = []
    for parent, members in itertools.groupby(ordered, key=lambda of: of.parent):
        own = list(members)
        if len(own) > 1:
            cells = strata.merged(cell for of in own for cell in of.strata)
            found.append(
                Pool(
                    parent=parent,
                    agencies=len(own),
                    n=sum(of.n for of in own),
                    x=sum((cell.x for cell in cells), Fraction(0)),
                    strata=cells,
                )
            )
    return tuple(found)


def compare(agencies: Mapping[str, Sequence[Stratum]], pooled: Sequence[Pool] = ()) -> Compared:
    """Adjust the shares of one peer group; a pool weighs in as one agency more.

    Parts are the connected components in which anybody can be compared, of three agencies at
    least; whoever is in another is not comparable, keeps the share adjusted within their own
    component, and stands in the first part.
    """
    cells = {code: own for code, own in agencies.items() if own}
    cells |= {_POOL + pool.parent: pool.strata for pool in pooled}
    found = case_mix.adjust(
        (_cell(code, stratum) for code, own in cells.items() for stratum in own), fewest=FEWEST
    )
    mixed: dict[str, Mixed] = {}
    parts: list[Part] = []
    for group in found.groups:
        is_part = any(code not in found.not_comparable for code in group.adjusted)
        number = len(parts) + 1 if is_part else 1
        if is_part:
            parts.append(_part(number, group))
        mixed |= _mixed(group, agencies, found.not_comparable, number)
    return Compared(mixed, tuple(parts))


def _cell(code: str, stratum: Stratum) -> Cell:
    key = _POOL.join((stratum.category, stratum.channel, stratum.applicant))
    return Cell(code, key, stratum.category, float(stratum.n), float(stratum.x))


def _part(number: int, group: SubGroup) -> Part:
    rates: dict[tuple[str, str, str], case_mix.Rate] = {}
    for key, rate in group.standardised.rates.items():
        category, channel, applicant = key.split(_POOL)
        rates[category, channel, applicant] = rate
    mean = group.standardised.mean
    assert mean is not None  # noqa: S101 -- a part has answers
    return Part(number, mean, rates, group.agreement, group.uses_two_way)


def _mixed(
    group: SubGroup,
    agencies: Mapping[str, Sequence[Stratum]],
    not_comparable: frozenset[str],
    number: int,
) -> dict[str, Mixed]:
    found: dict[str, Mixed] = {}
    for code, share in group.adjusted.items():
        if code not in agencies:
            continue
        n = sum((stratum.n for stratum in agencies[code]), Fraction(0))
        x = sum((stratum.x for stratum in agencies[code]), Fraction(0))
        found[code] = Mixed(
            raw=x / n,
            expected=group.standardised.agencies[code].expected,
            # nine decimals before anything is decided on it: no machine's last digit decides
            share=rounding.share9(share),
            part=number,
            is_comparable=code not in not_comparable,
        )
    return found
