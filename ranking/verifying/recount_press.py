"""Whom the press sheet names, and whether it may; beside verify.py.

Named are those whose true place lies surely among the first, or the last, of their peer group,
and those whose own share changed by more than chance. Editions from before the sheet have none.
"""

import json
from pathlib import Path
from typing import Any

Row = dict[str, Any]

AT_MOST = 5  # named at either end
FIGURES = ("share", "low", "high", "place_low", "place_high")
CHANGES = ("change", "change_low", "change_high")
FACTS = (
    *("edition", "period", "timezone", "starts_at", "ends_at", "data_cutoff", "drafted_at"),
    *("published_at", "method_version", "config_digest", "supersedes", "layout"),
)
INDICATORS = (("satisfaction", ""), ("promises", "on_time_"))


def check_press(folder: Path, ranking: Row) -> list[str]:
    """What press.json says of agencies follows from their lines in ranking.json."""
    path = folder / "press.json"
    if not path.exists():
        return []
    press = json.loads(path.read_bytes())
    lines = ranking["agencies"]
    expected: Row = {
        name: list(filter(None, (_group(lines, group, prefix) for group in _groups(lines))))
        for name, prefix in INDICATORS
    }
    for name, arrow in (("better_than_before", "up"), ("worse_than_before", "down")):
        expected[name] = [_moved(line) for line in lines if line["arrow"] == arrow]
    faults = [
        f"press.json and ranking.json differ in {name}"
        for name in FACTS
        if press.get(name) != ranking.get(name)
    ]
    return faults + [
        f"press.json: {name} does not follow from ranking.json"
        for name, value in expected.items()
        if _by_group(press[name]) != _by_group(value)
    ]


def _groups(lines: list[Row]) -> list[str]:
    return sorted({line["peer_group"] for line in lines})


def _by_group(found: list[Row]) -> list[Row]:
    return sorted(found, key=lambda row: str(row.get("group", "")))


def _group(lines: list[Row], group: str, prefix: str) -> Row | None:
    ranked = [
        line
        for line in lines
        if line["peer_group"] == group
        and line[prefix + "status"] == "ranked"
        and (prefix or line["part"] == 1)
    ]
    if len(ranked) < 2:
        return None
    first = [(line, line[prefix + "place_high"]) for line in _of(ranked, prefix, "above")]
    last = [
        (line, len(ranked) + 1 - line[prefix + "place_low"])
        for line in _of(ranked, prefix, "below")
    ]
    return {
        "group": group,
        "ranked": len(ranked),
        "first": _end(first, len(ranked), prefix),
        "last": _end(last, len(ranked), prefix),
    }


def _of(ranked: list[Row], prefix: str, band: str) -> list[Row]:
    return [line for line in ranked if line[prefix + "band"] == band]


def _end(reach: list[tuple[Row, int]], ranked: int, prefix: str) -> Row | None:
    """The widest end of at most half of the group in which no more than five surely are."""
    for within in range(ranked // 2, 0, -1):
        named = [(line, far) for line, far in reach if far <= within]
        if 0 < len(named) <= AT_MOST:
            return {
                "within": max(far for _, far in named),
                "agencies": [_agency(line, prefix) for line, _ in named],
            }
    return None


def _agency(line: Row, prefix: str = "") -> Row:
    named = {name: line[name] for name in ("code", "name_vi", "name_en")}
    return named | {name: line[prefix + name] for name in FIGURES}


def _moved(line: Row) -> Row:
    return _agency(line) | {name: line[name] for name in CHANGES}
