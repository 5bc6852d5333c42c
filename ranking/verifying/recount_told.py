"""Months of promises, what comments are about, and where agencies come from; beside verify.py.

Editions from before these files existed have nothing to check.
"""

import math
from collections import defaultdict
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import cell, differ, rows_if_any

Row = dict[str, Any]

FEWEST = 5  # residents a topic may speak of


def check_told(folder: Path, ranking: Row, inputs: list[Row]) -> list[str]:
    """The files that tell of an agency beside its ranked figures."""
    return [
        *check_months(rows_if_any(folder, "due_months.csv"), ranking, inputs),
        *check_about(rows_if_any(folder, "about.csv"), ranking),
        *check_origins(rows_if_any(folder, "origins.csv"), ranking),
    ]


def check_months(months: list[Row], ranking: Row, inputs: list[Row]) -> list[str]:
    """The months are all that fell due, and none lies outside the period."""
    if not months:
        return []
    own: dict[str, list[Row]] = defaultdict(list)
    for month in months:
        own[month["code"]].append(month)
    faults = []
    for row in inputs:
        code = row["code"]
        for name in ("due", "met"):
            total = math.fsum(float(month[name]) for month in own[code])
            faults += differ(f"{code}: months {name}", float(row[name]), total)
    first, last = ranking["starts_at"][:7], ranking["ends_at"][:7]
    faults += [
        f"{month['code']}: month {month['month']} is none of the period, or more met than due"
        for month in months
        if not first <= month["month"] <= last
        or len(month["month"]) != len(first)
        or float(month["met"]) > float(month["due"])
    ]
    return faults


def check_about(about: list[Row], ranking: Row) -> list[str]:
    """Topics stand most first, of five residents or more, and only where any figure is shown."""
    shown = {cell(row["code"]) for row in ranking["agencies"] if row["share"] is not None}
    faults = []
    before: Row = {"code": "", "residents": "0"}
    for row in about:
        if row["code"] not in shown or int(row["residents"]) < FEWEST:
            faults.append(f"{row['code']}: {row['topic']} must not be told")
        if row["code"] == before["code"] and int(row["residents"]) > int(before["residents"]):
            faults.append(f"{row['code']}: {row['topic']} is out of order")
        before = row
    return faults


def check_origins(origins: list[Row], ranking: Row) -> list[str]:
    """Every break lies before the end of the period; one office alone is renamed."""
    known = {cell(row["code"]) for row in ranking["agencies"]}
    former: dict[tuple[str, str], list[Row]] = defaultdict(list)
    for row in origins:
        former[row["code"], row["on"]].append(row)
    return [
        f"{code}: its origin on {on} cannot be so"
        for (code, on), offices in former.items()
        if code not in known
        or on > ranking["ends_at"][:10]
        or len({row["kind"] for row in offices}) > 1
        or (offices[0]["kind"] == "renamed" and len(offices) > 1)
    ]
