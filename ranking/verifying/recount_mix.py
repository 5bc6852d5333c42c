"""The adjustment for the mix of services, by the standard library alone; beside verify.py.

Additive indirect standardisation within each connected part of a peer group, small strata drawn
towards their category, checked against a two-way fit.
"""

import math
from collections import defaultdict
from typing import Any

SMALL, EDGE, FEWEST, SERVED, AGREEMENT = 30, 10, 3, 0.80, 0.95
GUARD = 1e-9
POOL = "\x1f"

Key = tuple[str, str, str]
Cells = dict[str, dict[Key, tuple[float, float]]]


def adjust(cells: Cells) -> tuple[dict[str, dict[str, Any]], list[dict[str, Any]]]:
    """(by agency: share, raw, expected, part, comparable; the parts: mean, rates, agreement).

    `cells` are by agency and stratum: residents, and those satisfied.
    """
    has_mix = len({key for own in cells.values() for key in own}) > 1
    found: dict[str, dict[str, Any]] = {}
    parts: list[dict[str, Any]] = []
    for members in components(cells):
        own = {code: cells[code] for code in members}
        common = common_strata(own)
        apart = {code for code in own if has_mix and is_apart(own, code, common)}
        result, part = standardise(own)
        is_part = len(apart) < len(own)
        if is_part:
            parts.append(part)
        for code, figures in result.items():
            number = len(parts) if is_part else 1
            found[code] = figures | {"part": number, "comparable": code not in apart}
    return found, parts


def key(of: dict[str, Any]) -> Key:
    """What names a stratum; earlier editions did not know for whom."""
    return of["category"], of["channel"], of.get("applicant") or ""


def components(cells: Cells) -> list[list[str]]:
    """Agencies joined by strata that each of two serves with ten residents; the largest first."""
    serving = strata_served(cells)
    left, found = set(cells), []
    while left:
        start = min(left)
        members, edge = {start}, [start]
        while edge:
            code = edge.pop()
            for agencies in serving.values():
                if code in agencies:
                    edge += agencies - members
                    members |= agencies
        left -= members
        found.append(sorted(members))
    return sorted(found, key=lambda members: (-len(members), members[0]))


def strata_served(cells: Cells) -> dict[Key, set[str]]:
    """Who serves each stratum with at least ten residents."""
    serving: dict[Key, set[str]] = defaultdict(set)
    for code, own in cells.items():
        for key, (n, _) in own.items():
            if n >= EDGE - GUARD:
                serving[key].add(code)
    return serving


def common_strata(cells: Cells) -> set[Key]:
    """The strata that at least three serve."""
    return {key for key, agencies in strata_served(cells).items() if len(agencies) >= FEWEST}


def is_apart(cells: Cells, code: str, common: set[Key]) -> bool:
    """Too few to compare with, or too little of its work in what others do too."""
    whole = math.fsum(n for n, _ in cells[code].values())
    shared = math.fsum(n for key, (n, _) in cells[code].items() if key in common)
    return len(cells) < FEWEST or shared < SERVED * whole - GUARD


def standardise(cells: Cells) -> tuple[dict[str, dict[str, Any]], dict[str, Any]]:
    """One part: mean + (observed - expected) / n, or the two-way fit where the orders disagree."""
    everything = [cell for own in cells.values() for cell in own.values()]
    mean = math.fsum(x for _, x in everything) / math.fsum(n for n, _ in everything)
    rates = stratum_rates(cells)
    found: dict[str, dict[str, Any]] = {}
    for code, own in sorted(cells.items()):
        n, x = math.fsum(n for n, _ in own.values()), math.fsum(x for _, x in own.values())
        expected = math.fsum(n * rates[key][0] for key, (n, _) in own.items())
        share = min(1.0, max(0.0, mean + (x - expected) / n))
        found[code] = {"raw": x / n, "expected": expected, "share": share}
    fitted = two_way(cells)
    agreement = spearman(
        [round(found[code]["share"], 9) for code in found],
        [round(fitted[code], 9) for code in found],
    )
    uses_two_way = agreement is not None and agreement < AGREEMENT
    if uses_two_way:
        for code, figures in found.items():
            figures["share"] = min(1.0, max(0.0, fitted[code]))
    part = {"mean": mean, "agreement": agreement, "uses_two_way": uses_two_way, "rates": rates}
    return found, part


def stratum_rates(cells: Cells) -> dict[Key, tuple[float, bool, float]]:
    """(rate, whether it was shrunken, residents) by stratum; the moments of a beta-binomial."""
    n: dict[Key, float] = defaultdict(float)
    x: dict[Key, float] = defaultdict(float)
    for own in cells.values():
        for key, (some, satisfied) in own.items():
            n[key] += some
            x[key] += satisfied
    strength = moments([x[key] for key in sorted(n)], [n[key] for key in sorted(n)])
    rates = {}
    for key, size in n.items():
        if size >= SMALL - GUARD:
            rates[key] = x[key] / size, False, size
            continue
        siblings = [other for other in n if other[0] == key[0]]
        parent = math.fsum(x[k] for k in siblings) / math.fsum(n[k] for k in siblings)
        is_one = math.isinf(strength) or not size + strength
        rate = parent if is_one else (x[key] + parent * strength) / (size + strength)
        rates[key] = rate, True, size
    return rates


def moments(x: list[float], n: list[float]) -> float:
    """M, the answers a group weighs as much as; infinite where strata do not differ."""
    total, others = math.fsum(n), len(n) - 1
    mean = math.fsum(x) / total
    room = total - math.fsum(size * size for size in n) / total - others
    variance = mean * (1 - mean)
    if variance <= 0 or room <= 0:
        return math.inf
    scatter = math.fsum(size * (some / size - mean) ** 2 for some, size in zip(x, n, strict=True))
    correlation = (scatter / variance - others) / room
    return max(0.0, 1 / correlation - 1) if correlation > 0 else math.inf


def two_way(cells: Cells) -> dict[str, float]:
    """The agency effects of y = agency + stratum, by alternating weighted means."""
    strata: dict[Key, dict[str, tuple[float, float]]] = defaultdict(dict)
    for code, own in cells.items():
        for key, cell in own.items():
            strata[key][code] = cell
    weight = {key: math.fsum(n for n, _ in own.values()) for key, own in strata.items()}
    total = math.fsum(weight.values())
    a, b = dict.fromkeys(cells, 0.0), dict.fromkeys(strata, 0.0)
    for _ in range(100_000):
        before = dict(a)
        for code, own in cells.items():
            size = math.fsum(n for n, _ in own.values())
            a[code] = math.fsum(x - n * b[key] for key, (n, x) in own.items()) / size
        for key, serving in strata.items():
            b[key] = math.fsum(x - n * a[code] for code, (n, x) in serving.items()) / weight[key]
        middle = math.fsum(weight[key] * b[key] for key in b) / total
        a = {code: value + middle for code, value in a.items()}
        b = {key: value - middle for key, value in b.items()}
        if max(abs(a[code] - before[code]) for code in a) <= 1e-9:
            return a
    raise ValueError("the two-way fit does not settle")


def spearman(one: list[float], other: list[float]) -> float | None:
    """The correlation of ranks, ties at their mean rank; None if either side is all ties."""
    first, second = ranks(one), ranks(other)
    middle = (len(one) + 1) / 2
    pairs = list(zip(first, second, strict=True))
    xy = math.fsum((a - middle) * (b - middle) for a, b in pairs)
    xx = math.fsum((a - middle) ** 2 for a in first)
    yy = math.fsum((b - middle) ** 2 for b in second)
    return max(-1.0, min(1.0, xy / math.sqrt(xx * yy))) if xx and yy else None


def ranks(values: list[float]) -> list[float]:
    """From 1; equal values share their mean rank."""
    places: dict[float, list[int]] = defaultdict(list)
    for place, value in enumerate(sorted(values), start=1):
        places[value].append(place)
    return [sum(places[value]) / len(places[value]) for value in values]
