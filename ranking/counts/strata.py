"""What an agency's residents said by kind of service, so merged that no cell speaks of too few.

Small cells are merged before anything is computed, so what is published is all that the figures
were made from. A stratum is a service category, a channel, and whether it was for a person or a
business: what the resident brought. One of fewer than five residents joins the busiest of its
category; a category joins the agency's other small ones; and if even these are too few, they join
its largest cell.

Source: Hundepool et al. (2012) Statistical Disclosure Control, chapters 4 and 5.
"""

from collections import defaultdict
from collections.abc import Iterable, Mapping, Sequence
from fractions import Fraction

from ranking.frozen.edition_detail import Stratum
from ranking.method import disclosure

OTHER = ("", "", "")
"""The stratum of the categories that are too small to stand alone."""

Key = tuple[str, str, str]
Counts = tuple[Fraction, Fraction]


def merged(cells: Iterable[Stratum], *, k: int = disclosure.K) -> tuple[Stratum, ...]:
    """The cells with at least `k` residents each, in order of name; the totals stay as they were.

    Fewer than `k` in all give one cell: whoever asks must not show it.
    """
    totals = _totals(cells)
    categories: dict[str, list[Key]] = defaultdict(list)
    for key in totals:
        categories[key[0]].append(key)
    joins: dict[Key, Key] = {}
    for keys in categories.values():
        is_small = sum(totals[key][0] for key in keys) < k
        largest = OTHER if is_small else _largest(keys, totals)
        joins |= {key: largest for key in keys if is_small or totals[key][0] < k}
    found = _joined(totals, joins)
    if OTHER in found and found[OTHER][0] < k and len(found) > 1:
        rest = [key for key in found if key != OTHER]
        found = _joined(found, {OTHER: _largest(rest, found)})
    return _strata(found)


def as_before(
    cells: Iterable[Stratum], earlier: Sequence[Stratum], *, k: int = disclosure.K
) -> tuple[Stratum, ...] | None:
    """The cells in the strata another publication used, so that no difference speaks of too few.

    Of every stratum either nothing changed, or at least `k` residents or satisfied ones did;
    strata that changed less join the largest. None where the agency as a whole changed by fewer:
    then it must stand as it stood.
    """
    old, found = _totals(earlier), _into(_totals(cells), _totals(earlier))
    while True:
        small = sorted(key for key in old if _tells(found.get(key), old[key], k))
        if not small:
            return _strata(found)
        if len(old) == 1:
            return None
        rest = [key for key in old if key != small[0]]
        join = {small[0]: _largest(rest, old)}
        old, found = _joined(old, join), _joined(found, join)


def _tells(now: Counts | None, before: Counts, k: int) -> bool:
    n, x = now or (Fraction(0), Fraction(0))
    return 0 < max(abs(n - before[0]), abs(x - before[1])) < k or 0 < n < k


def _into(totals: Mapping[Key, Counts], targets: Mapping[Key, Counts]) -> dict[Key, Counts]:
    """Each cell into the stratum it belonged to: its own, its category's largest, the others."""
    joins: dict[Key, Key] = {}
    for key in totals:
        same = [target for target in targets if target[0] == key[0]]
        if key not in targets:
            rest = OTHER if OTHER in targets else _largest(list(targets), targets)
            joins[key] = _largest(same, targets) if same else rest
    return _joined(totals, joins)


def _totals(cells: Iterable[Stratum]) -> dict[Key, Counts]:
    found: dict[Key, Counts] = {}
    for cell in cells:
        key = (cell.category, cell.channel, cell.applicant)
        found[key] = _with(found.get(key), (cell.n, cell.x))
    return {key: counts for key, counts in sorted(found.items()) if counts[0]}


def _joined(totals: Mapping[Key, Counts], joins: Mapping[Key, Key]) -> dict[Key, Counts]:
    found: dict[Key, Counts] = {}
    for key, counts in totals.items():
        target = joins.get(key, key)
        found[target] = _with(found.get(target), counts)
    return found


def _with(before: Counts | None, more: Counts) -> Counts:
    return more if before is None else (before[0] + more[0], before[1] + more[1])


def _largest(keys: Sequence[Key], totals: Mapping[Key, Counts]) -> Key:
    return min(keys, key=lambda key: (-totals[key][0], key))


def _strata(totals: Mapping[Key, Counts]) -> tuple[Stratum, ...]:
    return tuple(
        Stratum(category=category, channel=channel, n=n, x=x, applicant=applicant)
        for (category, channel, applicant), (n, x) in sorted(totals.items())
    )
