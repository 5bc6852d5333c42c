"""Official score sheets, recounted from the points of their groups; beside verify.py.

The points are given; totals, bands, places, and which groups weigh too heavily follow from them.
Points are published with nine decimals, so what lies on the very edge may fall either way.
"""

import csv
import io
import json
import math
from collections import defaultdict
from fractions import Fraction
from itertools import groupby
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import cell

Row = dict[str, Any]

LEAST_WEIGHT = Fraction(7, 10)
DELTA = Fraction(1, 4)  # the weights may be a quarter other than the official ones
EDGE = Fraction(1, 10**7)
CLOSE = 1e-7

WHOLE = ("present", "applying", "score", "geometric_mean", "subtotal", "grade")
PLACES = ("place", "place_low", "place_high")


def check_packs(folder: Path, ranking: Row) -> list[str]:
    """packs.csv and packs.json; editions from before both were there have nothing to check."""
    if not (folder / "packs.json").exists():
        return []
    sheets = {sheet["pack"]: sheet for sheet in json.loads((folder / "packs.json").read_bytes())}
    text = (folder / "packs.csv").read_text("utf-8")
    rows = list(csv.DictReader(io.StringIO(text)))
    peers = {cell(line["code"]): line["peer_group"] for line in ranking["agencies"]}
    faults = []
    members: dict[tuple[str, str], dict[str, list[Row]]] = defaultdict(dict)
    for (code, pack), own in groupby(rows, key=lambda row: (row["code"], row["pack"])):
        if code not in peers or pack not in sheets or code in members[pack, peers[code]]:
            return [f"packs.csv: {code} on {pack} stands twice or nowhere else"]
        members[pack, peers[code]][code] = list(own)
    for pack, sheet in sheets.items():
        heavy: list[str] = []
        for (of, _), lines in sorted(members.items()):
            if of == pack:
                faults += _check_peers(sheet, lines)
                heavy += _heavy(list(_complete(lines).values()))
        if [*dict.fromkeys(heavy)] != sheet["dominating"]:
            faults.append(f"packs.json: {pack}: other groups weigh too heavily")
    return faults


def _check_peers(sheet: Row, lines: dict[str, list[Row]]) -> list[str]:
    faults = []
    for code, own in lines.items():
        expected = _figures(sheet, own)
        faults += [
            f"packs.csv: {code}: {sheet['pack']} {name}: published {row[name]}, recounted {value}"
            for name, value in expected.items()
            for row in own
            if not _is_so(row[name], value)
        ]
        total = sum(Fraction(row["maximum"]) for row in own)
        if sheet["maximum"] is not None and abs(total - Fraction(sheet["maximum"])) > EDGE:
            faults.append(f"packs.csv: {code}: {sheet['pack']} maxima do not add up")
        if any(Fraction(row["points"] or 0) > Fraction(row["maximum"]) for row in own):
            faults.append(f"packs.csv: {code}: {sheet['pack']} more points than there are")
    return faults + _check_places(sheet["pack"], lines)


def _figures(sheet: Row, own: list[Row]) -> Row:
    """What the groups of one agency come to."""
    there = [(Fraction(row["points"]), Fraction(row["maximum"])) for row in own if row["points"]]
    weight = sum((of for _, of in there), Fraction())
    whole = sum((Fraction(row["maximum"]) for row in own), Fraction())
    is_scored = bool(there) and weight / whole >= LEAST_WEIGHT
    score = 100 * sum((of for of, _ in there), Fraction()) / weight if is_scored else None
    chosen = [row for row in own if row["group"] in sheet["subtotal"]]
    has_all = bool(chosen) and all(row["points"] for row in chosen)
    some = sum(Fraction(row["points"] or 0) for row in chosen)
    return {
        "present": len(there),
        "applying": len(own),
        "score": score,
        "geometric_mean": _geometric_mean(there, weight) if is_scored else None,
        "subtotal": 100 * some / sum(Fraction(row["maximum"]) for row in chosen)
        if has_all
        else None,
        "grade": _grades(sheet, score) if score is not None and len(there) == len(own) else "",
    }


def _geometric_mean(there: list[tuple[Fraction, Fraction]], weight: Fraction) -> float:
    if not all(points for points, _ in there):
        return 0.0
    return 100 * math.exp(
        math.fsum(float(of / weight) * math.log(points / of) for points, of in there)
    )


def _grades(sheet: Row, score: Fraction) -> tuple[str, ...]:
    """The band of a total; on the edge of two, both."""
    total = score * Fraction(sheet["maximum"]) / 100
    reached = [
        next(band["code"] for band in sheet["grades"] if at >= Fraction(band["at_least"]))
        for at in (total + EDGE, max(Fraction(0), total - EDGE))
    ]
    return tuple(reached)


def _is_so(found: str, expected: Any) -> bool:
    if expected is None or isinstance(expected, str):
        return found == (expected or "")
    if isinstance(expected, tuple):
        return found in expected
    if isinstance(expected, int):
        return found == str(expected)
    return found != "" and math.isclose(float(found), expected, rel_tol=CLOSE, abs_tol=CLOSE)


def _complete(lines: dict[str, list[Row]]) -> dict[str, list[Row]]:
    """Those with every group: only they have a place."""
    found = {code: own for code, own in lines.items() if all(row["points"] for row in own)}
    return found if len(found) > 1 else {}


def _check_places(pack: str, lines: dict[str, list[Row]]) -> list[str]:
    complete = _complete(lines)
    scores = {code: Fraction(own[0]["score"]) for code, own in complete.items()}
    faults = []
    for code, own in lines.items():
        told = {tuple(row[name] for name in PLACES) for row in own}
        is_right = told == {("", "", "")}
        if code in complete:
            others = [theirs for other, theirs in complete.items() if other != code]
            place = 1 + sum(score > scores[code] for score in scores.values())
            is_right = len(told) == 1 and _is_placed(own, others, place)
        if not is_right:
            faults.append(f"packs.csv: {code}: {pack} place: published {sorted(told)}")
    return faults


def _is_placed(own: list[Row], others: list[list[Row]], place: int) -> bool:
    """The place, and around it all that other weights could make of it."""
    first, low, high = (int(own[0][name]) for name in PLACES)
    better, worse = ([_surely(a, b) for a, b in pairs] for pairs in _pairs(own, others))
    p = len(others) + 1
    best = min(place, 1 + better.count(True)), min(place, p - better.count(False))
    last = max(place, 1 + worse.count(False)), max(place, p - worse.count(True))
    return first == place and best[0] <= low <= best[1] and last[0] <= high <= last[1]


def _pairs(own: list[Row], others: list[list[Row]]) -> tuple[list[Any], list[Any]]:
    """Who might be better than this one, and than whom it might be."""
    return [(theirs, own) for theirs in others], [(own, theirs) for theirs in others]


def _surely(one: list[Row], other: list[Row]) -> bool | None:
    """Whether one is better whatever the weights within a quarter; None: on the very edge."""
    gaps = [Fraction(a["points"]) - Fraction(b["points"]) for a, b in zip(one, other, strict=True)]
    over = sum(gaps) - DELTA * sum(map(abs, gaps))
    return None if abs(over) <= EDGE and any(gaps) else over > 0


def _heavy(complete: list[list[Row]]) -> list[str]:
    """The groups that carry over half of the differences between the totals."""
    if not complete:
        return []
    totals = [sum(Fraction(row["points"]) for row in own) for own in complete]
    spread = _covariance(totals, totals)
    codes = [row["group"] for row in complete[0]]
    parts = [[Fraction(own[i]["points"]) for own in complete] for i in range(len(codes))]
    return [
        code
        for code, part in zip(codes, parts, strict=True)
        if spread and _covariance(part, totals) / spread > Fraction(1, 2) + EDGE
    ]


def _covariance(one: list[Any], other: list[Any]) -> Fraction:
    middle = Fraction(sum(one), len(one)), Fraction(sum(other), len(other))
    return sum(
        ((a - middle[0]) * (b - middle[1]) for a, b in zip(one, other, strict=True)), Fraction()
    )
