"""What is held against gaming, recounted: who was asked, and who answered; beside verify.py.

Editions from before these were counted have nothing to check.
"""

import json
import math
from collections import defaultdict
from fractions import Fraction
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import cell, differ, limit, rows

Row = dict[str, Any]

BIN, BARS, POINT = Fraction(1, 200), 10, Fraction(1, 100)
KINDS = ("device", "network")
RETURNED = tuple(f"results_{of}" for of in ("given", "came_back", "reopened", "appealed", "again"))
ASKED = (
    *("cases_closed", "cases_invited"),
    *("contacts_missing", "contacts_bounced", "contacts_reused"),
)


def reasons(inputs: list[Row], config: Row) -> dict[str, str]:
    """Who is not ranked for how residents were asked, and why."""
    least, times = limit(config, "invited_share"), limit(config, "reused_times")
    groups: dict[str, dict[str, tuple[int, int]]] = defaultdict(dict)
    found: dict[str, str] = {}
    for row in inputs:
        if row.get("cases_closed") and int(row["n"]):
            closed, invited, reused = (int(row[name]) for name in (*ASKED[:2], ASKED[-1]))
            groups[row["peer_group"]][row["code"]] = closed, reused
            if closed and Fraction(invited, closed) < least:
                found[row["code"]] = "invitations_missing"
    for own in groups.values():
        of_all, in_all = (sum(counts[i] for counts in own.values()) for i in (0, 1))
        for code, (closed, reused) in own.items():
            much = reused > (1 - least) * closed
            others = of_all - closed, in_all - reused
            if much and reused * others[0] > times * others[1] * closed:
                found.setdefault(code, "contacts_reused")
    return found


def check_gaming(folder: Path, ranking: Row, inputs: list[Row]) -> list[str]:
    """Every way in which what is told of asking and answering cannot be so."""
    return [
        *check_asked(inputs),
        *check_response_before(folder, ranking, inputs),
        *check_sources(folder, ranking),
        *check_split(inputs),
        *check_returned(ranking, inputs),
        *check_quality(folder, ranking),
    ]


def check_asked(inputs: list[Row]) -> list[str]:
    """No part is above its whole; all is told of whoever is shown, and nothing of the others."""
    faults = []
    for row in inputs:
        told = [row.get(name, "") for name in ASKED]
        if not any(told):
            continue
        closed, invited, missing, bounced, reused = map(int, told)
        if (
            min(invited, missing, bounced, reused) < 0
            or max(invited, missing + bounced, reused) > closed
        ):
            faults.append(f"{row['code']}: more invitations or contacts than closed cases")
        if row["n"] == "":
            faults.append(f"{row['code']}: invitations of an agency that is not shown")
    return faults


def check_response_before(folder: Path, ranking: Row, inputs: list[Row]) -> list[str]:
    """The response of the period before, where its edition lies beside this one."""
    faults = []
    for row in inputs:
        told = row.get("response_before") or ""
        if told and not (row["n"] != "" and 0 <= Fraction(told) <= 1):
            faults.append(f"{row['code']}: response_before cannot be so")
    for name in _editions_before(folder, ranking):
        then = json.loads((folder.parent / name / "ranking.json").read_bytes())
        known = {cell(line["code"]): line["response"] for line in then["agencies"]}
        for row in inputs:
            if row.get("response_before"):
                found = float(row["response_before"])
                faults += differ(f"{row['code']}: response_before", found, known.get(row["code"]))
    return faults


def check_quality(folder: Path, ranking: Row) -> list[str]:
    """Whether results crowd over the target, and whether the indicators tell anybody apart."""
    if "cliff" not in ranking:
        return []
    config = json.loads((folder / "config.json").read_bytes())["parameters"]
    target = Fraction(str(config["target"]))
    retired = limit(config, "retired_share")
    lines = ranking["agencies"]
    gaps = [Fraction(str(line["raw"])) - target for line in lines if line["raw"] is not None]
    over, under = (sum(low <= gap < low + POINT for gap in gaps) for low in (0, -POINT))
    both = over + under
    tail = Fraction(sum(math.comb(both, k) for k in range(over, both + 1)), 2**both)
    expected: Row = {
        "bars": [sum(gap // BIN == i for gap in gaps) for i in range(-BARS, BARS)],
        "below": under,
        "above": over,
        "tail": float(tail),
        "bump": tail <= limit(config, "bump_level"),
    }
    faults = [
        fault
        for name, value in expected.items()
        for fault in differ(f"cliff: {name}", ranking["cliff"][name], value)
    ]
    for indicator, prefix in (("satisfaction", ""), ("punctuality", "on_time_")):
        bands = [line[prefix + "band"] for line in lines if line[prefix + "band"] is not None]
        above = bands.count("above")
        told = {"ranked": len(bands), "above": above, "to_retire": above > retired * len(bands)}
        for name, value in told.items():
            faults += differ(f"{indicator}: {name}", ranking[indicator][name], value)
    return faults


def check_returned(ranking: Row, inputs: list[Row]) -> list[str]:
    """Results that did not hold: no fewer than of any one kind, no more than of all together."""
    lines = {cell(line["code"]): line for line in ranking["agencies"]}
    faults = []
    for row in inputs:
        if "results_given" not in row:
            continue
        told = [row[name] for name in RETURNED]
        if row["n"] == "" and any(told):
            faults.append(f"{row['code']}: results of an agency that is not shown")
            continue
        given, back, *kinds = (int(value or 0) for value in told)
        unsolved = int(row["results_unsolved"] or 0)
        if not max(kinds) <= back <= min(given, sum(kinds)) or unsolved > given:
            faults.append(f"{row['code']}: results that did not hold do not add up")
        share = back / given if given else None
        found = lines[row["code"]]["came_back_share"]
        faults += differ(f"{row['code']}: came_back_share", found, share)
    return faults


def check_split(inputs: list[Row]) -> list[str]:
    """Of what was split, one at least stays."""
    return [
        f"{row['code']}: more split dossiers than promises due"
        for row in inputs
        if (split := int(row.get("split_dossiers") or 0)) and not 0 < split < float(row["due"])
    ]


def check_sources(folder: Path, ranking: Row) -> list[str]:
    """How answers spread over where they came from, from the numbers of sources."""
    path = folder / "sources.csv"
    if not path.exists():
        return []
    crowds: dict[tuple[str, str], list[tuple[int, int]]] = defaultdict(list)
    for row in rows(folder, "sources.csv"):
        counts = int(row["residents"]), int(row["sources"])
        if min(counts) < 1 or row["kind"] not in KINDS:
            raise ValueError(f"sources of {row['code']} cannot be")
        crowds[row["code"], row["kind"]].append(counts)
    lines = {cell(line["code"]): line for line in ranking["agencies"]}
    faults = [
        f"{code}: sources of nobody that is shown"
        for code, _ in crowds
        if not (code in lines and lines[code]["share"] is not None)
    ]
    for code, line in lines.items():
        for kind in KINDS:
            expected = spread(crowds[code, kind])
            for name, value in expected.items():
                faults += differ(f"{code}: {kind}_{name}", line[f"{kind}_{name}"], value)
    return faults


def spread(crowds: list[tuple[int, int]]) -> Row:
    """Top share, sum of squares and exp(entropy) of so many sources of so many residents each."""
    total = sum(residents * sources for residents, sources in crowds)
    if not total:
        return dict.fromkeys(("top_share", "hhi", "effective"))
    shares = [(residents / total, sources) for residents, sources in sorted(crowds)]
    return {
        "top_share": shares[-1][0],
        "hhi": math.fsum(share * share * sources for share, sources in shares),
        "effective": math.exp(-math.fsum(s * math.log(s) * sources for s, sources in shares)),
    }


def _editions_before(folder: Path, ranking: Row) -> list[str]:
    """The latest edition beside this one whose period ended as this one's began."""
    found = {}
    for path in folder.parent.glob("*/manifest.json"):
        try:
            facts = json.loads(path.read_bytes())
            is_before = facts["ends_at"] == ranking["starts_at"]
            published = str(facts["published_at"])
        except (OSError, ValueError, KeyError, TypeError):
            continue  # whatever it is, it is no edition
        if is_before and published <= str(ranking["drafted_at"]):
            found[published] = path.parent.name
    return [found[max(found)]] if found else []
