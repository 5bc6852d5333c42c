"""What is given rather than computed, held against whatever else says it; beside verify.py.

Answers by level against the residents they come from, peer groups against the terms, days overdue
against their table, the period before against the edition that published it. `TRUSTED` is what
remains: nothing in the folder could say otherwise.
"""

import json
from collections import defaultdict
from collections.abc import Iterator
from datetime import date, datetime, timedelta
from fractions import Fraction
from pathlib import Path
from typing import Any

from ranking.verifying.recount_found import LEVELS, cell, differ, rows, rows_if_any

Row = dict[str, Any]

TRUSTED = (
    "names and administrative levels, as the city's register has them",
    "how the answers divide between levels 1, 2 and 3, and between 4 and 5",
    "how many answers are set aside at agencies whose results are not shown",
    "what is told of single months, and why residents were dissatisfied",
    "of what kinds closed cases were, as far as it is told who answered",
    "how many promises were transferred, and what agencies were before",
    "how many objections and replies there were, and what became of them",
    "how many cases were closed and invited, and whose contacts failed or were reused",
    "how many of the dossiers that fell due were split, and how many results did not hold",
    "what residents said when they were called back, and what was found in files",
    "on pages: charts and pictures, days, and the words around the figures",
    "on pages: days and states of plans, how to read it, and earlier editions not lying beside",
)

DAY = 86400
KEYS = {
    "months.csv": ("code", "month"),
    "gaps.csv": ("code", "trait"),
    "responses.csv": ("code", "outcome", "on_time", "channel"),
    "overdue.csv": ("code", "days"),
    "weeks.csv": ("code", "week"),
    "about.csv": ("code", "topic"),
    "origins.csv": ("code", "on", "former_code"),
}
PAUSES = (
    *("paused", "gross_met", "pauses", "pauses_late_begun", "paused_seconds", "open_seconds"),
)


def check_given(folder: Path, ranking: Row, inputs: list[Row], notes: Row) -> list[str]:
    """Every way in which what is given cannot be so."""
    lines = {cell(line["code"]): line for line in ranking["agencies"]}
    return [
        *check_copied(lines, inputs),
        *check_levels(lines),
        *check_peers(folder, lines),
        *check_overdue(folder, lines, inputs),
        *check_before(folder, inputs),
        *check_pauses(inputs),
        *check_weeks(folder, ranking),
        *check_months(folder, lines, ranking),
        *check_known(folder, lines),
        *check_aside(lines, notes),
        *check_when(folder, ranking, notes),
    ]


def check_copied(published: dict[str, Row], inputs: list[Row]) -> list[str]:
    """Counts that stand in both files are the same, and shares of them are right."""
    faults = []
    for row in inputs:
        found = published[row["code"]]
        faults += [
            f"{row['code']}: {name} differs between inputs.csv and ranking.json"
            for name in found.keys() & row.keys()
            if cell(found[name]) != row[name]
        ]
        if row["n"] == "" or not int(row["served"] or 0):
            expected = None
        else:
            expected = min(1.0, int(row["n"]) / int(row["served"]))
        faults += differ(f"{row['code']}: response", found["response"], expected)
    return faults


def check_levels(lines: dict[str, Row]) -> list[str]:
    """Of answers there are no fewer than residents, on either side of being satisfied.

    Where every resident answered once, just as many.
    """
    faults = []
    for code, line in lines.items():
        if line["n"] is None:
            continue
        x, n = Fraction(line["x"]), Fraction(line["n"])
        levels = [line[name] for name in LEVELS]
        answers = None if None in levels else sum(levels)
        for side, least in ((levels[:3], n - x), (levels[3:], x)):
            if None not in side and (sum(side) < least or (answers == n and sum(side) != least)):
                faults.append(f"{code}: levels do not fit the residents")
    return faults


def check_peers(folder: Path, lines: dict[str, Row]) -> list[str]:
    """Everybody stands among the peers that were committed to, in every file."""
    path = folder / "life.json"
    terms = json.loads(path.read_bytes())["terms"] if path.exists() else None
    committed = {
        cell(one["code"]): one["peer_group"] for one in (terms or {"agencies": ()})["agencies"]
    }
    return [
        fault
        for code, line in lines.items()
        for fault in differ(
            f"{code}: peer_group", line["peer_group"], committed.get(code, line["peer_group"])
        )
    ] + [
        f"{row['code']}: strata.csv has it among other peers"
        for row in rows(folder, "strata.csv")
        if not row["pool"] and row["peer_group"] != lines.get(row["code"], row)["peer_group"]
    ]


def check_overdue(folder: Path, lines: dict[str, Row], inputs: list[Row]) -> list[str]:
    """Days overdue from their table, the mean delay from its sum."""
    if not (folder / "overdue.csv").exists():
        return []
    days: dict[str, list[int]] = defaultdict(list)
    for row in rows_if_any(folder, "overdue.csv"):
        days[row["code"]] += [int(row["days"])] * int(row["cases"])
    faults = [f"{code}: overdue, but not listed" for code in sorted(days.keys() - lines.keys())]
    for row in inputs:
        code, line, own = row["code"], lines[row["code"]], sorted(days[row["code"]])
        expected: Row = {
            "overdue_held": len(own),
            "median_days": own[(len(own) - 1) // 2] if own else None,
            "overdue_p90_days": own[-(len(own) // 10) - 1] if own else None,
            "oldest_days": own[-1] if own else None,
        }
        late, seconds = Fraction(row["missed_closed"]), row["late_seconds"]
        expected["mean_late_days"] = (
            float(Fraction(seconds) / DAY / late) if late and seconds else None
        )
        for name, value in expected.items():
            faults += differ(f"{code}: {name}", line[name], value)
        if seconds and not late and float(seconds):
            faults.append(f"{code}: a delay, but nothing late")
    return faults


def check_before(folder: Path, inputs: list[Row]) -> list[str]:
    """The period before stands as the edition published it, where that lies beside this one."""
    now = {code: list(own) for code, own in _strata(folder, "before")}
    faults = [
        f"{row['code']}: n_before and x_before are not the sums of strata.csv"
        for row in inputs
        if _sums(now.get(row["code"], [])) != (row["n_before"], row["x_before"])
        or (row["n_before"] == "" and row.get("edition_before"))
    ]
    for name in sorted({row.get("edition_before") or "" for row in inputs} - {""}):
        beside = folder.parent / name
        if Path(name).name != name or not (beside / "strata.csv").exists():
            continue
        then = dict(_strata(beside, "now"))
        faults += [
            f"{row['code']}: the period before is not as {name} published it"
            for row in inputs
            if row["edition_before"] == name
            and row["n_before"] != ""
            and now.get(row["code"]) != then.get(row["code"])
        ]
    return faults


def _strata(folder: Path, period: str) -> Iterator[tuple[str, list[tuple[str, ...]]]]:
    found: dict[str, list[tuple[str, ...]]] = defaultdict(list)
    for row in rows(folder, "strata.csv"):
        if row["period"] == period and not row["pool"]:
            kind = (row["category"], row["channel"], row.get("applicant") or "")
            found[row["code"]].append((*kind, row["n"], row["x"]))
    yield from ((code, sorted(own)) for code, own in found.items())


def _sums(strata: list[tuple[str, ...]]) -> tuple[str, str]:
    """Residents, and satisfied ones, as inputs.csv writes them."""
    if not strata:
        return "", ""
    n, x = (sum((Fraction(cell[i]) for cell in strata), Fraction()) for i in (-2, -1))
    return str(n), f"{x.numerator}/{x.denominator}"


def check_pauses(inputs: list[Row]) -> list[str]:
    """What is said of pauses, and of closing days, is said of all or of nothing."""
    faults = []
    for row in inputs:
        told = [row[name] for name in PAUSES]
        counts = [0.0 if value == "" else float(value) for value in told]
        cases, _, begun, late, paused, waited = counts
        is_torn = len({value == "" for value in told}) > 1
        is_empty = not begun and (cases or late or paused)
        too_much = late > begun or paused > waited or cases > float(row["due"])
        days = [row[name] for name in ("closed_last_day", "closed_last_three_days")]
        if is_torn or is_empty or too_much or (days[0] == "") != (days[1] == ""):
            faults.append(f"{row['code']}: what is said of its pauses cannot be so")
        if row["is_new"] not in ("yes", "no"):
            faults.append(f"{row['code']}: new or not, inputs.csv does not say")
    return faults


def check_weeks(folder: Path, ranking: Row) -> list[str]:
    """Weeks begin on Mondays, and touch the period."""
    first, last = (date.fromisoformat(ranking[of][:10]) for of in ("starts_at", "ends_at"))
    return [
        f"{row['code']}: {row['week']} is no week of the period"
        for row in rows_if_any(folder, "weeks.csv")
        if (day := date.fromisoformat(row["week"])).weekday()
        or not first - timedelta(days=7) < day <= last + timedelta(days=1)
    ]


def check_known(folder: Path, lines: dict[str, Row]) -> list[str]:
    """The long tables speak of agencies of the edition, of each thing once."""
    faults = []
    for name, keys in KEYS.items():
        seen: set[tuple[str, ...]] = set()
        for row in rows_if_any(folder, name):
            key = tuple(row[of] for of in keys)
            if row["code"] not in lines or key in seen:
                faults.append(f"{name}: {' '.join(key)} stands twice, or for nobody")
            seen.add(key)
    return faults


def check_months(folder: Path, lines: dict[str, Row], ranking: Row) -> list[str]:
    """No month has more residents than the period, and all months have no fewer."""
    first, last = ranking["starts_at"][:7], ranking["ends_at"][:7]
    own: dict[str, list[Row]] = defaultdict(list)
    for row in rows_if_any(folder, "months.csv"):
        own[row["code"]].append(row)
    faults = []
    for code, months in own.items():
        line = lines.get(code)
        if line is None or line["n"] is None:
            faults.append(f"{code}: months of an agency that is not shown")
            continue
        counts = [None if row["n"] == "" else int(row["n"]) for row in months]
        known = [n for n in counts if n is not None]
        is_torn = any(
            not first <= row["month"] <= last or len(row["month"]) != len(first) for row in months
        )
        is_torn |= any((row["n"] == "") != (row["x"] == "") for row in months)
        too_many = any(
            not 0 <= Fraction(row["x"]) <= int(row["n"]) <= line["n"] for row in months if row["n"]
        )
        too_few = not line["rolling"] and len(known) == len(counts) and sum(known) < line["n"]
        if is_torn or too_many or too_few:
            faults.append(f"{code}: months do not fit the residents of the period")
    return faults


def check_aside(lines: dict[str, Row], notes: Row) -> list[str]:
    """In all no fewer answers are set aside than at the agencies that are shown."""
    shown = [line for line in lines.values() if not line["rolling"]]
    return [
        f"notes: {name} are fewer than those listed"
        for name, column in (
            ("ratings_quarantined", "quarantine_held"),
            ("ratings_excluded", "quarantine_excluded"),
        )
        if notes[name] < sum(line[column] for line in shown)
    ]


def check_when(folder: Path, ranking: Row, notes: Row) -> list[str]:
    """What the notes say of days, of agencies left out, and of how it was counted."""
    config = json.loads((folder / "config.json").read_bytes())
    drafted, cutoff, starts, committed = (
        datetime.fromisoformat(of)
        for of in (
            *(ranking["drafted_at"], ranking["data_cutoff"]),
            *(ranking["starts_at"], config["committed_at"]),
        )
    )
    pools = {(row["code"], row["peer_group"]): row["pool"] for row in rows(folder, "strata.csv")}
    pooled = sum(int(pool) for pool in pools.values() if pool)
    expected: Row = {
        "drafted_before_cutoff": drafted < cutoff,
        "config_committed_after_period_began": committed >= starts,
        "agencies_left_out_of_every_sum": notes["agencies_suppressed"] - pooled,
    }
    if ranking["supersedes"] is None:
        expected["agencies_kept_as_in_the_edition_corrected"] = 0
    version = config["parameters"]["method_version"]
    return [
        fault for name, value in expected.items() for fault in differ(name, notes[name], value)
    ] + [
        fault
        for name, of in (("config.json", config), ("ranking.json", ranking))
        for fault in differ(f"{name}: method_version", of["method_version"], version)
    ]
