"""Spot checks recounted: as many were drawn as committed to, and what came of them adds up.

Beside verify.py. Which results were drawn nobody can tell from these files; the seed of the draw
stands in life.json, and whoever may see the results can draw them again.
"""

import hashlib
import math
from collections import Counter
from datetime import date, timedelta
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import differ, limit, rows

Row = dict[str, Any]

OUTCOMES = ("agrees", "differs", "not_reached", "waiting")
SAID = (("silent", "silent_satisfied"), ("raters", "raters_alike"))
FEWEST = 5  # of fewer nothing is told
KINDS = ("call_back", "file")


def check_drawn(folder: Path, ranking: Row, parameters: Row) -> list[str]:
    """Editions from before there were spot checks have nothing to check."""
    path = folder / "spot_checks.csv"
    if not path.exists():
        return []
    drawings = rows(folder, "spot_checks.csv")
    faults = [fault for row in drawings for fault in check_drawing(row, ranking, parameters)]
    found = [(row["kind"], row["starts_on"]) for row in drawings]
    kinds = [row["kind"] for row in ranking["spot_checks"]]
    if len(set(found)) < len(found) or kinds != [of for of in KINDS if of in dict(found)]:
        faults.append("spot_checks: drawings and sums are not of the same kinds, or stand twice")
    for name in ("of", "drawn"):
        sums: Counter[str] = Counter()
        for row in drawings:
            sums[row["kind"]] += int(row[name])
        for told in ranking["spot_checks"]:
            faults += differ(f"spot_checks: {name}", told[name], sums[told["kind"]])
    return faults + [fault for row in ranking["spot_checks"] for fault in check_sums(row)]


def check_drawing(row: Row, ranking: Row, parameters: Row) -> list[str]:
    """So many of so many, from a day of the period on which a week or the period begins."""
    of, day = int(row["of"]), date.fromisoformat(row["starts_on"])
    first, last = (date.fromisoformat(ranking[name][:10]) for name in ("starts_at", "ends_at"))
    expected = (
        math.ceil(limit(parameters, "call_back_share") * of)
        if row["kind"] == "call_back"
        else min(of, int(limit(parameters, "file_audits")))
    )
    faults = differ(f"spot_checks of {day}: drawn", int(row["drawn"]), expected)
    begins = first <= day <= first + timedelta(days=1)
    is_week = row["kind"] == "call_back" and not day.weekday() and day <= last
    if not (begins or (is_week and day > first)):
        faults.append(f"spot_checks: nothing is drawn from {day} on")
    return faults


def check_sums(row: Row) -> list[str]:
    """What came of them is all that was drawn; what was said comes from whoever was reached."""
    counts = [row[name] for name in (*OUTCOMES, "drawn")]
    if any(type(count) is not int or count < 0 for count in counts):
        return [f"spot_checks: {row['kind']} is no count"]
    faults = differ(f"spot_checks: {row['kind']}", row["drawn"], sum(counts[:-1]))
    told = 0
    for whole, part in SAID:
        if (row[whole] is None) != (row[part] is None):
            faults.append(f"spot_checks: {whole} and {part} are not told together")
        elif row[whole] is not None:
            told += row[whole]
            if not (row[whole] >= FEWEST and 0 <= row[part] <= row[whole]):
                faults.append(f"spot_checks: {part} cannot be so many of {row[whole]}")
            if type(row[whole]) is not int or type(row[part]) is not int:
                faults.append(f"spot_checks: {part} is no count")
    if told > row["agrees"] + row["differs"] or (told and row["kind"] != "call_back"):
        faults.append("spot_checks: more residents said something than were reached")
    return faults


def check_seed(life: Row) -> list[str]:
    """The seed of the draw has the digest that was committed to before the period."""
    digest = (life["terms"] or {}).get("seed_digest", "")
    seed = life.get("seed")
    if seed is None:
        return []
    if hashlib.sha256(seed.encode()).hexdigest() == digest:
        return []
    return ["life.json: the seed of the spot checks is not the one committed to"]
