"""Every agency's figures on both indicators, recounted from the files; beside verify.py."""

from collections import defaultdict
from decimal import Decimal
from fractions import Fraction
from typing import Any

from ranking.verifying import recount, recount_doubts, recount_gaming, recount_mix
from ranking.verifying.recount_found import cell, compare, differ, limit

Row = dict[str, Any]
Strata = dict[tuple[str, str], dict[str, dict[recount_mix.Key, tuple[Fraction, Fraction]]]]

FEWEST = 30  # residents each of two periods needs to be compared
FEWEST_SHOWN = 5  # residents of a cell
COVERAGE = 1e-3  # of marginal sets: above 150 agencies their values are interpolated
MOST_INTEGRALS = 120  # beyond, only the sets are drawn again, not what their values hold
FIGURES = (
    *("reason", "share", "low", "high", "printed", "band", "p_value"),
    *("place", "place_low", "place_high"),
)
INDICATORS = (("", "satisfaction"), ("on_time_", "punctuality"))


def by_unit(lines: list[Row]) -> Strata:
    """Cells by period and peer group, then by agency (a pool under its parent), then by stratum."""
    found: Strata = defaultdict(lambda: defaultdict(dict))
    for line in lines:
        code = (recount_mix.POOL if line["pool"] else "") + line["code"]
        n, x = Fraction(line["n"]), Fraction(line["x"])
        if not 0 <= x <= n or n < FEWEST_SHOWN:
            raise ValueError(f"a stratum of {line['code']} cannot be")
        cells, kind = found[line["period"], line["peer_group"]][code], recount_mix.key(line)
        if kind in cells:
            raise ValueError(f"a stratum of {line['code']} stands twice")
        cells[kind] = (n, x)
    return found


def check_agencies(
    ranking: Row, inputs: list[Row], strata: Strata, config: Row, held: dict[str, int]
) -> list[str]:
    """Every agency's figures on both indicators, and what the indicators share.

    `held` is how many answers about an agency are set aside and not settled yet.
    """
    published = {cell(row["code"]): row for row in ranking["agencies"]}
    if [row["code"] for row in inputs] != list(published):
        return ["inputs.csv and ranking.json do not list the same agencies in the same order"]
    now, faults = check_mix(ranking, inputs, strata)
    asking = recount_gaming.reasons(inputs, config)
    for prefix, name in INDICATORS:
        counts = [
            said(row, now, held, config) | {"asking": asking.get(row["code"])}
            if name == "satisfaction"
            else kept(row)
            for row in inputs
        ]
        shared, expected = standings(counts, config)
        faults += check_shared(ranking[name], shared, name)
        for row in expected:
            code = row.pop("code")
            faults += compare(published[code], row, prefix)
        faults += check_own(counts, published, prefix, config["confidence"])
    threshold, moved = movements(inputs, now, adjusted(strata, "before")[0], config)
    faults += differ("movement_threshold", ranking["satisfaction"]["movement_threshold"], threshold)
    for code, row in moved.items():
        faults += compare(published[code], row, "")
    faults += recount_doubts.check_margins(
        published, now, ranking["satisfaction"]["bh_threshold"], config
    )
    return faults


def adjusted(strata: Strata, period: str) -> tuple[dict[str, Row], dict[str, list[Row]]]:
    """(by agency the figures of the mix, by peer group its parts)."""
    found: dict[str, Row] = {}
    parts: dict[str, list[Row]] = {}
    for (when, group), units in sorted(strata.items()):
        if when == period:
            cells = {
                code: {key: (float(n), float(x)) for key, (n, x) in own.items()}
                for code, own in units.items()
            }
            result, parts[group] = recount_mix.adjust(cells)
            found |= result
    return found, parts


def check_mix(ranking: Row, inputs: list[Row], strata: Strata) -> tuple[dict[str, Row], list[str]]:
    """The adjusted shares as published, once they were found to be right."""
    found, parts = adjusted(strata, "now")
    published = {cell(row["code"]): row for row in ranking["agencies"]}
    faults = []
    for row in inputs:
        code, line = row["code"], published[row["code"]]
        own = strata["now", row["peer_group"]].get(code)
        if own is None:
            if line["share"] is not None:
                faults.append(f"{code}: a share without answers")
            continue
        totals = [sum(cell[i] for cell in own.values()) for i in (0, 1)]
        if row["n"] == "" or [Fraction(row["n"]), Fraction(row["x"])] != totals:
            faults.append(f"{code}: strata.csv does not sum to inputs.csv")
            continue
        figures = found[code]
        for name in ("raw", "expected", "share", "part"):
            faults += differ(f"{code}: {name}", line[name], figures[name])
        figures["share"] = line["share"]
    for group in ranking["satisfaction"]["groups"]:
        faults += check_part(group, parts.get(group["name"], []))
    return found, faults


def check_part(group: Row, parts: list[Row]) -> list[str]:
    """What the agencies of one part share."""
    name = f"satisfaction: {group['name']} {group['part']}"
    if group["part"] > len(parts):
        return [] if group["mean"] is None and group["rates"] is None else [f"{name}: no such part"]
    part = parts[group["part"] - 1]
    faults = [
        fault
        for key in ("mean", "agreement", "uses_two_way")
        for fault in differ(f"{name}: {key}", group[key], part[key])
    ]
    rates = {recount_mix.key(rate): rate for rate in group["rates"]}
    if rates.keys() != part["rates"].keys() or len(rates) != len(group["rates"]):
        return [*faults, f"{name}: other strata"]
    for key, (share, shrunken, n) in part["rates"].items():
        faults += differ(f"{name}: rate of {key}", rates[key]["share"], share)
        faults += differ(f"{name}: shrunken {key}", rates[key]["shrunken"], shrunken)
        faults += differ(f"{name}: residents of {key}", rates[key]["n"], n)
    return faults


def said(row: Row, mixed: dict[str, Row], held: dict[str, int], config: Row) -> Row:
    """What residents said: counts, or None where they are suppressed."""
    base = {"code": row["code"], "group": row["peer_group"], "is_new": row["is_new"] == "yes"}
    if row["n"] == "":
        return {**base, "n": None, "part": 1, "comparable": True}
    n, served = int(row["n"]), int(row["served"])
    aside = held.get(row["code"], 0)
    mix = mixed.get(row["code"], {"share": 0.0, "part": 1, "comparable": True})
    return {
        **base,
        "n": float(n),
        "x": min(n, n * mix["share"]),
        "response": min(1.0, n / served) if served else None,
        "part": mix["part"],
        "comparable": mix["comparable"],
        "doubtful": aside > limit(config, "held_share") * (n + aside),
    }


def kept(row: Row) -> Row:
    """Which promises were kept: effective cases, split dossiers as one, at the same share."""
    due, met = float(row["due"]), float(row["met"])
    parts = [Decimal(row[name]) for name in ("met", "missed_closed", "open_overdue")]
    if Decimal(row["due"]) != sum(parts):
        raise ValueError(f"the promises of {row['code']} do not add up")
    n = float(Decimal(row["due"]) - int(row.get("split_dossiers") or 0)) / float(row["deff"])
    base = {"code": row["code"], "group": row["peer_group"], "is_new": row["is_new"] == "yes"}
    x = min(n, n * (met / due)) if due else 0.0
    return {**base, "n": n, "x": x, "response": None, "part": 1, "comparable": True}


def standings(counts: list[Row], config: Row) -> tuple[Row, list[Row]]:
    """(what the agencies share, one dict of expected values per agency)."""
    expected = {row["code"]: first_figures(row, config) for row in counts}
    groups = defaultdict(list)
    for row in counts:
        groups[row["group"], row["part"]].append(row)
    shared: Row = {"groups": []}
    everybody = []
    for name, part in sorted(groups):
        members = groups[name, part]
        ranked = [r for r in members if expected[r["code"]]["status"] == "ranked"]
        everybody += ranked
        c = recount.critical_value(len(ranked), config["confidence"])
        place(ranked, expected, c, config)
        shared["groups"].append(
            {
                "name": name,
                "part": part,
                "total": len(members),
                "ranked": len(ranked),
                "critical_value": c if ranked else None,
            }
        )
    tails = {r["code"]: recount.two_tails(r["x"], r["n"], config["target"]) for r in everybody}
    p_values = {code: min(1.0, 2 * min(tail)) for code, tail in tails.items()}
    threshold = recount.benjamini_hochberg(p_values.values(), config["false_discovery_rate"])
    shared["bh_threshold"] = threshold
    for code, p in p_values.items():
        below, above = tails[code]
        rejected = threshold is not None and p <= threshold
        label = ("below" if below < above else "above") if rejected else "undetermined"
        expected[code] |= {"p_value": p, "band": label}
    return shared, list(expected.values())


def first_figures(row: Row, config: Row) -> Row:
    """Status, share and interval; nothing else is there for those who are not ranked."""
    figures: Row = dict.fromkeys(FIGURES)
    figures |= {"code": row["code"], "place_printed": False}
    n = row["n"]
    if n is None or 0 < n < config["listed_floor"]:
        return figures | {"status": "suppressed", "reason": "too_few_answers"}
    if n == 0:
        return figures | {"status": "no_answers"}
    low, high = recount.wilson(row["x"], n, config["confidence"])
    share = row["x"] / n
    figures |= {"share": share, "low": low, "high": high, "printed": str(recount.points(share))}
    reason = None
    if n < config["ranked_floor"]:
        reason = "too_few_answers"
    elif row["response"] is not None and row["response"] < config["response_floor"]:
        reason = "low_response"
    elif row.get("asking"):
        reason = row["asking"]
    elif not row["comparable"]:
        reason = "case_mix_not_comparable"
    elif row.get("doubtful"):
        reason = "under_investigation"
    elif row["is_new"]:
        reason = "new_agency"
    status = "listed_not_ranked" if reason else "ranked"
    return figures | {"status": status, "reason": reason}


def place(ranked: list[Row], expected: dict[str, Row], c: float, config: Row) -> None:
    """Places by the printed share, equals sharing the better, and the sets around them."""
    printed = [recount.points(row["x"] / row["n"]) for row in ranked]
    places = [1 + sum(other > own for other in printed) for own in printed]
    x, n = [row["x"] for row in ranked], [row["n"] for row in ranked]
    p = len(ranked)
    sets = recount.sets(x, n, places, [c] * p)
    for row, rank, (low, high) in zip(ranked, places, sets, strict=True):
        is_narrow = high - low + 1 <= Fraction(str(config["place_share"])) * p
        expected[row["code"]] |= {
            "place": rank,
            "place_low": low,
            "place_high": high,
            "place_printed": p >= config["place_group"] and is_narrow,
        }


def check_own(
    counts: list[Row], published: dict[str, Row], prefix: str, confidence: float
) -> list[str]:
    """The sets of one agency alone, drawn with their own values; these hold as often as said."""
    groups = defaultdict(list)
    for row in counts:
        if published[row["code"]][prefix + "status"] == "ranked":
            groups[row["group"], row["part"]].append(row)
    faults = []
    for ranked in groups.values():
        lines = [published[row["code"]] for row in ranked]
        x, n = [row["x"] for row in ranked], [row["n"] for row in ranked]
        values = [line[prefix + "own_critical_value"] for line in lines]
        sets = recount.sets(x, n, [line[prefix + "place"] for line in lines], values)
        for j, (line, own) in enumerate(zip(lines, sets, strict=True)):
            found = (line[prefix + "own_low"], line[prefix + "own_high"])
            if found != own:
                faults.append(
                    f"{line['code']}: {prefix}own set: published {found}, recounted {own}"
                )
            if not 1 < len(ranked) <= MOST_INTEGRALS:
                continue
            if abs(recount.coverage(j, n, values[j]) - confidence) > COVERAGE:
                faults.append(f"{line['code']}: {prefix}own_critical_value does not hold")
    return faults


def movements(
    inputs: list[Row], now: dict[str, Row], before: dict[str, Row], config: Row
) -> tuple[float | None, dict[str, Row]]:
    """(threshold, expected values): whose own share changed more than chance explains."""
    found: dict[str, Row] = {}
    for row in inputs:
        code = row["code"]
        found[code] = dict.fromkeys(
            ("change", "change_low", "change_high", "change_p_value", "arrow")
        )
        if row["n_before"] == "" or min(int(row["n"]), int(row["n_before"])) < FEWEST:
            continue
        n1, n0 = float(row["n"]), float(row["n_before"])
        p1, p0 = now[code]["share"], float(recount.nine(before[code]["share"]))
        found[code] |= recount.change(n1 * p1, n1, n0 * p0, n0, config["confidence"])
    tested = [row["change_p_value"] for row in found.values() if row["change"] is not None]
    threshold = recount.benjamini_hochberg(tested, config["false_discovery_rate"])
    for row in found.values():
        if row["change"] is not None and (threshold is None or row["change_p_value"] > threshold):
            row["arrow"] = None
    return threshold, found


def check_shared(found: Row, expected: Row, name: str) -> list[str]:
    """The threshold, and per group how many are ranked and by which critical value."""
    faults = differ(f"{name}: bh_threshold", found["bh_threshold"], expected["bh_threshold"])
    if len(found["groups"]) != len(expected["groups"]):
        return [*faults, f"{name}: other peer groups"]
    for theirs, ours in zip(found["groups"], expected["groups"], strict=True):
        for key, value in ours.items():
            faults += differ(f"{name}: {ours['name']}: {key}", theirs[key], value)
    return faults
