"""Margins, quarantine, silence, delays and notes, recounted from the files; beside verify.py."""

import math
from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from statistics import median
from typing import Any

from ranking.verifying import recount, recount_cases, recount_mix
from ranking.verifying.recount_found import cell, differ

Row = dict[str, Any]
Mix = dict[str, Row]

VARIANTS = ("without_busiest_day", "without_busiest_device", "without_counter")
NOTHING: Row = {"centre": None, "phi": None, "tau2": None}
CAP = 5  # a weight counts at most this many times the median
COUNTED = (
    *("corrections_requested", "corrections_approved", "corrections_declined"),
    *("corrections_late_to_on_time", "promises_late", "promises_late_with_apology"),
)


def check_margins(published: Mix, mixed: Mix, threshold: str | None, config: Row) -> list[str]:
    """How much each result hangs by, and what it is with and without some answers."""
    faults = []
    for code, line in published.items():
        if line["n"] is None or code not in mixed:
            continue
        x, n, target = Fraction(line["x"]), line["n"], Fraction(str(config["target"]))
        fives = max(0, math.ceil((target * n - x) / (1 - target)))
        ones = max(0, math.floor(x / target - n) + 1)
        faults += differ(f"{code}: fives_needed", line["fives_needed"], fives)
        faults += differ(f"{code}: ones_to_lose", line["ones_to_lose"], ones)
        faults += differ(f"{code}: meets_target", line["meets_target"], x / n >= target)
        bands = set()
        for name in (*VARIANTS, "quarantine"):
            fields = variant(line, name)
            if fields["n"] is None:
                continue
            shift = Fraction(fields["x"]) / fields["n"] - x / n
            share = min(1.0, max(0.0, float(Fraction(str(line["share"])) + shift)))
            faults += differ(f"{code}: {name} share", fields["share"], share)
            expected = band(fields["share"], fields["n"], threshold, config)
            if line["band"] is not None:
                faults += differ(f"{code}: {name} band", fields["band"], expected)
            if name != "quarantine":
                bands.add(expected)
        faults += differ(f"{code}: sensitive", line["sensitive"], bool(bands - {line["band"]}))
    return faults


def variant(line: Row, name: str) -> Row:
    """The fields of one further result."""
    if name == "quarantine":
        return {key: line[f"quarantine_{key}_with"] for key in ("n", "x", "share", "band")}
    return {key: line[f"{name}_{key}"] for key in ("n", "x", "share", "band")}


def band(share: float, n: int, threshold: str | None, config: Row) -> str:
    """Against the threshold of the edition."""
    below, above = recount.two_tails(min(n, n * share), n, config["target"])
    if threshold is None or min(1.0, 2 * min(below, above)) > float(threshold):
        return "undetermined"
    return "below" if below < above else "above"


def check_funnels(ranking: Row) -> list[str]:
    """How far each lies from its peers, on raw shares, and what the peers share."""
    groups: dict[str, list[Row]] = defaultdict(list)
    for line in ranking["agencies"]:
        if line["share"] is not None:
            groups[line["peer_group"]].append(line)
    faults = []
    shared = dict.fromkeys((group["name"] for group in ranking["satisfaction"]["groups"]), NOTHING)
    for name, lines in groups.items():
        n = [float(line["n"]) for line in lines]
        centre, phi, tau2, z = recount.funnel([float(Fraction(line["x"])) for line in lines], n)
        shared[name] = {"centre": centre, "phi": phi, "tau2": tau2}
        for line, own, size in zip(lines, z, n, strict=True):
            wide = own / (2 * math.sqrt(size)) / math.sqrt(1 / (4 * size) + tau2)
            faults += differ(f"{line['code']}: funnel_z", line["funnel_z"], own)
            faults += differ(f"{line['code']}: funnel_adjusted_z", line["funnel_adjusted_z"], wide)
    for group in ranking["satisfaction"]["groups"]:
        found = group["funnel"] or NOTHING
        for key, value in shared[group["name"]].items():
            faults += differ(f"satisfaction: {group['name']}: funnel {key}", found[key], value)
    return faults


def check_cases(ranking: Row, weeks: list[Row], days: list[Row], inputs: list[Row]) -> list[str]:
    """Design effects from the weeks, waiting times from the life table, pauses from their sums."""
    published = {cell(row["code"]): row for row in ranking["agencies"]}
    own: dict[str, list[tuple[float, float]]] = {row["code"]: [] for row in inputs}
    for week in weeks:
        own[week["code"]].append((float(week["due"]), float(week["met"])))
    groups: dict[str, dict[str, list[tuple[float, float]]]] = defaultdict(dict)
    for row in inputs:
        groups[row["peer_group"]][row["code"]] = own[row["code"]]
    rhos = {group["name"]: group["rho"] for group in ranking["punctuality"]["groups"]}
    deffs = {row["code"]: row["deff"] for row in inputs}
    faults = []
    for name, agencies in groups.items():
        rho, deff = recount_cases.design(agencies)
        faults += differ(f"punctuality: {name}: rho", rhos[name], rho)
        for code, value in deff.items():
            faults += differ(f"{code}: deff", float(deffs[code]), value)
    table: dict[str, list[dict[str, int]]] = defaultdict(list)
    for day in days:
        table[day["code"]].append({key: int(day[key]) for key in day if key != "code"})
    for row in inputs:
        code = row["code"]
        faults += check_weeks(row, own[code])
        for key, value in (recount_cases.waiting(table[code]) | delays(row)).items():
            faults += differ(f"{code}: {key}", published[code][key], value)
    return faults + check_flags(published, inputs)


def check_weeks(row: Row, weeks: list[tuple[float, float]]) -> list[str]:
    """The weeks are all that fell due."""
    due, met = (math.fsum(week[i] for week in weeks) for i in (0, 1))
    return differ(f"{row['code']}: weeks due", float(row["due"]), due) + differ(
        f"{row['code']}: weeks met", float(row["met"]), met
    )


def delays(row: Row) -> Row:
    """The shares of pauses, refusals and closures on the last day."""
    due, has = float(row["due"]), row["gross_met"] != ""
    piled, three = row["closed_last_day"], row["closed_last_three_days"]
    open_seconds = int(row["open_seconds"] or 0)
    return {
        "refused_share": float(row["refused"]) / due if due else None,
        "gross_share": float(row["gross_met"]) / due if due and has else None,
        "paused_time_share": int(row["paused_seconds"]) / open_seconds if open_seconds else None,
        "pauses_late_share": int(row["pauses_late_begun"]) / int(row["pauses"])
        if int(row["pauses"] or 0)
        else None,
        "last_day_share": int(piled) / int(three) if piled else None,
        "last_day_tail": recount.binomial_tail(int(piled), int(three), 1 / 3) if piled else None,
    }


def check_flags(published: Mix, inputs: list[Row]) -> list[str]:
    """Whose pauses change its share by over 15 points, or by twice what the median peer's do."""
    groups: dict[str, dict[str, Fraction]] = defaultdict(dict)
    for row in inputs:
        if row["gross_met"] != "":
            gap = Fraction(row["met"]) - Fraction(row["gross_met"])
            groups[row["peer_group"]][row["code"]] = gap / Fraction(row["due"])
    faults = []
    for gaps in groups.values():
        usual = median(gaps.values())
        for code, gap in gaps.items():
            expected = gap > Fraction(15, 100) or (usual > 0 and gap > 2 * usual)
            faults += differ(f"{code}: pauses_flagged", published[code]["pauses_flagged"], expected)
    return faults


def check_gaps(ranking: Row, gaps: list[Row], responses: list[Row]) -> list[str]:
    """Who answered among all closed cases, and the share weighed to all of them."""
    faults = []
    for row in gaps:
        name = f"{row['code']}: {row['trait']}"
        of, among = (
            Fraction(int(row[f"{key}_with"]), int(row[key])) for key in ("rated", "closed")
        )
        faults += differ(f"{name} gap", float(row["gap"]), float(of - among))
        faults += differ(
            f"{name} flagged", row["flagged"] == "yes", abs(of - among) > Fraction(1, 10)
        )
    faults += check_answered(gaps, responses)
    cells: dict[str, list[tuple[int, int, int]]] = defaultdict(list)
    for row in responses:
        counts = (int(row["closed"]), int(row["rated"]), int(row["satisfied"]))
        cells[row["code"]].append(counts)
    for line in ranking["agencies"]:
        own = cells.get(cell(line["code"]))
        share, n = weighed(own) if own else (None, None)
        faults += differ(f"{line['code']}: post_stratified", line["post_stratified"], share)
        faults += differ(f"{line['code']}: post_stratified_n", line["post_stratified_n"], n)
    return faults


def check_answered(gaps: list[Row], responses: list[Row]) -> list[str]:
    """All that is told of who answered is of the same cases; a weighed share has its reason.

    Cells of outcomes about which nobody answered are not told, so they may come to fewer closed.
    """
    faults = []
    for code in sorted({row["code"] for row in (*gaps, *responses)}):
        own = [row for row in gaps if row["code"] == code]
        cells = [row for row in responses if row["code"] == code]
        told = {(int(row["closed"]), int(row["rated"])) for row in own}
        sums = [sum(int(row[name]) for row in cells) for name in ("closed", "rated")]
        is_flagged = any(row["flagged"] == "yes" for row in own)
        fits = all(sums[0] <= closed and sums[1] == rated for closed, rated in told)
        if len(told) > 1 or (cells and not (is_flagged and fits)):
            faults.append(f"{code}: gaps.csv and responses.csv do not fit")
    return faults


def weighed(cells: list[tuple[int, int, int]]) -> tuple[float, float]:
    """Each kind of case by all that were closed, no weight above five times the median."""
    weights = sorted(Fraction(closed, rated) for closed, rated, _ in cells for _ in range(rated))
    most = CAP * median(weights)
    capped = [(min(Fraction(c, r), most), r, s) for c, r, s in cells]
    total = sum((w * r for w, r, _ in capped), Fraction())
    squares = sum((w * w * r for w, r, _ in capped), Fraction())
    return float(sum((w * s for w, _, s in capped), Fraction()) / total), float(total**2 / squares)


def check_notes(ranking: Row, notes: Row, inputs: list[Row], strata: Any) -> list[str]:
    """What the notes say in all is the sum of what is said one by one."""
    pooled = sum(
        (
            n
            for (when, _), units in strata.items()
            if when == "now"
            for code, own in units.items()
            if code.startswith(recount_mix.POOL)
            for n, _ in own.values()
        ),
        Fraction(),
    )
    told = sum(int(row["n"]) for row in inputs if row["n"] != "")
    sums = {
        "agencies": len(inputs),
        "agencies_suppressed": sum(r["status"] == "suppressed" for r in ranking["agencies"]),
        "residents_counted": told + int(pooled),
    }
    for name, column in (
        ("promises_due", "due"),
        ("promises_met", "met"),
        ("withdrawn_before_due", "withdrawn"),
        ("received", "received"),
        ("received_without_promise", "without_promise"),
    ):
        sums[name] = whole(sum((Decimal(row[column]) for row in inputs), Decimal()))
    for name in COUNTED:
        known = [line[name] for line in notes["corrections_by_agency"] if line[name] is not None]
        if known or notes[name] is not None:
            sums[name] = sum(known)
    faults = [
        f for name, value in sums.items() for f in differ(f"notes: {name}", notes[name], value)
    ]
    for name in ("edition", "supersedes", "reason"):
        faults += differ(f"notes: {name}", notes[name], ranking[name])
    for line in notes["quarantine_by_agency"]:
        published: Row = next((r for r in ranking["agencies"] if r["code"] == line["code"]), {})
        for name, value in line.items():
            if name != "code":
                key = f"quarantine_{name}"
                faults += differ(f"{line['code']}: {key}", published.get(key), value)
    if sum(notes["exclusions_by_reason"].values()) != notes["ratings_excluded"]:
        faults.append("notes: the reasons of exclusions do not add up")
    return faults


def whole(value: Decimal) -> int | float:
    """A count of cases as it is published."""
    return int(value) if value == value.to_integral_value() else float(value)
