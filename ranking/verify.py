"""Recount a published edition from its own files: python verify.py FOLDER

Checks that no byte differs from the manifest and that every figure of ranking.json and ranking.csv
follows from inputs.csv and config.json by the published method. Needs Python 3.11 and nothing else;
it shares no code with the program that made the edition, so that a fault would have to be made
twice. Exit 0: all is well; 1: the lines printed say what is not.
"""

import csv
import hashlib
import io
import json
import math
import sys
from collections import defaultdict
from collections.abc import Iterable
from decimal import ROUND_HALF_UP, Decimal
from fractions import Fraction
from pathlib import Path
from statistics import NormalDist
from typing import Any

Row = dict[str, Any]

MANIFEST = "manifest.json"
FEWEST = 30  # residents each of two periods needs to be compared
TOLERANCE = 2e-9  # shares are published with nine decimals
RELATIVE = 1e-6  # p-values and critical values: two ways to compute them
FIGURES = (
    *("reason", "share", "low", "high", "printed", "band", "p_value"),
    *("place", "place_low", "place_high"),
)
INDICATORS = (("", "satisfaction"), ("on_time_", "punctuality"))


def main(arguments: list[str]) -> int:
    """Verify one folder and say what was found; the exit code."""
    if len(arguments) != 1:
        sys.stderr.write("usage: verify.py FOLDER\n")
        return 2
    faults = verify(Path(arguments[0]))
    good = "The edition is as it was published, and every figure follows from its inputs."
    sys.stdout.write("\n".join(faults or [good]) + "\n")
    return 1 if faults else 0


def verify(folder: Path) -> list[str]:
    """All that is wrong with the edition in a folder, a line each; nothing is wrong with []."""
    faults = check_files(folder)
    if faults:
        return faults
    try:
        return check_figures(folder)
    except (ValueError, KeyError, TypeError, IndexError, ArithmeticError, csv.Error) as fault:
        return [f"the data files cannot be read: {type(fault).__name__}: {fault}"]


# --- files ---------------------------------------------------------------------------------------


def check_files(folder: Path) -> list[str]:
    """The files of the folder are those of its manifest, byte for byte."""
    try:
        content = (folder / MANIFEST).read_bytes()
        manifest = json.loads(content)
        listed = dict(manifest["files"])
    except (OSError, ValueError, KeyError, TypeError) as fault:
        return [f"{MANIFEST} cannot be read: {type(fault).__name__}"]
    faults = []
    if json.dumps(manifest, indent=2, ensure_ascii=False).encode() + b"\n" != content:
        faults.append(f"{MANIFEST} is not written as it was")
    there = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if not path.is_dir()}
    faults += [f"{name} is missing" for name in sorted(listed.keys() - there)]
    faults += [f"{name} is not in the manifest" for name in sorted(there - {MANIFEST, *listed})]
    for name in sorted(listed.keys() & there):
        found = (folder / name).read_bytes()
        expected = {"sha256": hashlib.sha256(found).hexdigest(), "size": len(found)}
        if listed[name] != expected:
            faults.append(f"{name} has been changed")
    return faults


def check_figures(folder: Path) -> list[str]:
    """The figures, and what is said in two places is said alike."""
    manifest = json.loads((folder / MANIFEST).read_bytes())
    config = json.loads((folder / "config.json").read_bytes())
    ranking = json.loads((folder / "ranking.json").read_bytes())
    table = (folder / "ranking.csv").read_text("utf-8")
    inputs = list(csv.DictReader(io.StringIO((folder / "inputs.csv").read_text("utf-8"))))
    faults = []
    for name, value in manifest.items():
        if name != "files" and ranking.get(name) != value:
            faults.append(f"{MANIFEST} and ranking.json differ in {name}")
    parameters = config["parameters"]
    canonical = json.dumps(
        parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False
    ).encode()
    if hashlib.sha256(canonical).hexdigest() != config["digest"]:
        faults.append("config.json does not have the digest that was committed to")
    if ranking["config_digest"] != config["digest"]:
        faults.append("ranking.json was made under another configuration")
    faults += check_table(ranking["agencies"], table)
    faults += check_agencies(ranking, inputs, parameters)
    return faults


def check_table(agencies: list[Row], table: str) -> list[str]:
    """The CSV file says what the JSON file says."""
    columns = list(agencies[0]) if agencies else []
    written = io.StringIO()
    writer = csv.writer(written, lineterminator="\n")
    if columns:
        writer.writerow(columns)
    writer.writerows([cell(row[name]) for name in columns] for row in agencies)
    return [] if not columns or written.getvalue() == table else ["ranking.csv differs"]


def cell(value: Any) -> str:
    """A value as it stands in a CSV file; text that a spreadsheet would compute is quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return str(value)


# --- figures -------------------------------------------------------------------------------------


def check_agencies(ranking: Row, inputs: list[Row], config: Row) -> list[str]:
    """Every agency's figures on both indicators, and what the indicators share."""
    published = {cell(row["code"]): row for row in ranking["agencies"]}
    if [row["code"] for row in inputs] != list(published):
        return ["inputs.csv and ranking.json do not list the same agencies in the same order"]
    faults = []
    for prefix, name in INDICATORS:
        counts = [COUNTS[name](row) for row in inputs]
        shared, expected = standings(counts, config)
        faults += check_shared(ranking[name], shared, name)
        for row in expected:
            faults += compare(published[row.pop("code")], row, prefix)
    faults += check_copied(published, inputs)
    threshold, moved = movements(inputs, config)
    faults += differ("movement_threshold", ranking["satisfaction"]["movement_threshold"], threshold)
    for code, row in moved.items():
        faults += compare(published[code], row, "")
    return faults


def said(row: Row) -> Row:
    """What residents said: counts, or None where they are suppressed."""
    base = {"code": row["code"], "group": row["peer_group"], "is_new": row["is_new"] == "yes"}
    if row["n"] == "":
        return {**base, "n": None}
    n, served = int(row["n"]), int(row["served"])
    response = min(1.0, n / served) if served else None
    return {**base, "n": float(n), "x": float(Fraction(row["x"])), "response": response}


def kept(row: Row) -> Row:
    """Which promises were kept: due/deff effective cases at the same share."""
    due, met = int(row["due"]), int(row["met"])
    if due != met + int(row["missed_closed"]) + int(row["open_overdue"]):
        raise ValueError(f"the promises of {row['code']} do not add up")
    n = due / float(row["deff"])
    x = min(n, n * (met / due)) if due else 0.0
    base = {"code": row["code"], "group": row["peer_group"], "is_new": row["is_new"] == "yes"}
    return {**base, "n": n, "x": x, "response": None}


COUNTS = {"satisfaction": said, "punctuality": kept}


def standings(counts: list[Row], config: Row) -> tuple[Row, list[Row]]:
    """(what the agencies share, one dict of expected values per agency)."""
    expected = {row["code"]: first_figures(row, config) for row in counts}
    groups = defaultdict(list)
    for row in counts:
        groups[row["group"]].append(row)
    shared: Row = {"groups": []}
    everybody = []
    for name in sorted(groups):
        ranked = [r for r in groups[name] if expected[r["code"]]["status"] == "ranked"]
        everybody += ranked
        c = critical_value(len(ranked), config["confidence"])
        place(ranked, expected, c, config)
        total = len(groups[name])
        shared["groups"].append(
            {
                "name": name,
                "total": total,
                "ranked": len(ranked),
                "critical_value": c if ranked else None,
            }
        )
    tails = {r["code"]: two_tails(r["x"], r["n"], config["target"]) for r in everybody}
    p_values = {code: min(1.0, 2 * min(tail)) for code, tail in tails.items()}
    threshold = benjamini_hochberg(p_values.values(), config["false_discovery_rate"])
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
    low, high = wilson(row["x"], n, config["confidence"])
    share = row["x"] / n
    figures |= {"share": share, "low": low, "high": high, "printed": str(points(share))}
    reason = None
    if n < config["ranked_floor"]:
        reason = "too_few_answers"
    elif row["response"] is not None and row["response"] < config["response_floor"]:
        reason = "low_response"
    elif row["is_new"]:
        reason = "new_agency"
    status = "listed_not_ranked" if reason else "ranked"
    return figures | {"status": status, "reason": reason}


def place(ranked: list[Row], expected: dict[str, Row], c: float, config: Row) -> None:
    """Places by the printed share, equals sharing the better, and the sets around them."""
    printed = [points(row["x"] / row["n"]) for row in ranked]
    angle = [math.asin(math.sqrt((r["x"] + 3 / 8) / (r["n"] + 3 / 4))) for r in ranked]
    variance = [1 / (4 * (r["n"] + 1 / 2)) for r in ranked]
    p = len(ranked)
    for j, row in enumerate(ranked):
        better = worse = 0
        for k in range(p):
            gap, bar = angle[k] - angle[j], c * math.sqrt(variance[j] + variance[k])
            better += gap > bar
            worse += gap < -bar
        rank = 1 + sum(other > printed[j] for other in printed)
        low, high = min(1 + better, rank), max(p - worse, rank)
        is_narrow = high - low + 1 <= config["place_share"] * p
        expected[row["code"]] |= {
            "place": rank,
            "place_low": low,
            "place_high": high,
            "place_printed": p >= config["place_group"] and is_narrow,
        }


def movements(inputs: list[Row], config: Row) -> tuple[float | None, dict[str, Row]]:
    """(threshold, expected values): whose own share changed more than chance explains."""
    found: dict[str, Row] = {}
    for row in inputs:
        found[row["code"]] = dict.fromkeys(
            ("change", "change_low", "change_high", "change_p_value", "arrow")
        )
        if row["n_before"] == "" or min(int(row["n"]), int(row["n_before"])) < FEWEST:
            continue
        n1, n0 = float(row["n"]), float(row["n_before"])
        x1, x0 = float(Fraction(row["x"])), float(Fraction(row["x_before"]))
        p1, p0, pooled = x1 / n1, x0 / n0, (x1 + x0) / (n1 + n0)
        spread = pooled * (1 - pooled) * (1 / n1 + 1 / n0)
        z = (p1 - p0) / math.sqrt(spread) if spread > 0 else 0.0
        (l1, u1), (l0, u0) = (wilson(x, n, config["confidence"]) for x, n in ((x1, n1), (x0, n0)))
        found[row["code"]] |= {
            "change": p1 - p0,
            "change_low": p1 - p0 - math.hypot(p1 - l1, u0 - p0),
            "change_high": p1 - p0 + math.hypot(u1 - p1, p0 - l0),
            "change_p_value": math.erfc(abs(z) / math.sqrt(2)),
            "arrow": "up" if z > 0 else "down" if z < 0 else None,
        }
    tested = [row["change_p_value"] for row in found.values() if row["change"] is not None]
    threshold = benjamini_hochberg(tested, config["false_discovery_rate"])
    for row in found.values():
        if row["change"] is not None and (threshold is None or row["change_p_value"] > threshold):
            row["arrow"] = None
    return threshold, found


# --- statistics ----------------------------------------------------------------------------------


def wilson(x: float, n: float, confidence: float) -> tuple[float, float]:
    """Both ends of the Wilson interval."""
    z = NormalDist().inv_cdf((1 + confidence) / 2)
    centre = (x + z * z / 2) / (n + z * z)
    half = z * math.sqrt(x * (1 - x / n) + z * z / 4) / (n + z * z)
    return 0.0 if x == 0 else max(0.0, centre - half), 1.0 if x == n else min(1.0, centre + half)


def points(share: float) -> Decimal:
    """Half up to 9 decimals, then half up to 0.1 percentage point."""
    nine = Decimal(share).quantize(Decimal("1e-9"), ROUND_HALF_UP)
    return (nine * 100).quantize(Decimal("0.1"), ROUND_HALF_UP)


def two_tails(x: float, n: float, target: float) -> tuple[float, float]:
    """P(X <= x) and P(X >= x) if the true share were the target; x and n need not be whole."""
    below = 1.0 if x == n else incomplete_beta(n - x, x + 1, 1 - target)
    above = 1.0 if x == 0 else incomplete_beta(x, n - x + 1, target)
    return below, above


def incomplete_beta(a: float, b: float, x: float) -> float:
    """The regularised incomplete beta function by its continued fraction (Numerical Recipes)."""
    if x >= (a + 1) / (a + b + 2):
        return 1 - incomplete_beta(b, a, 1 - x)
    front = math.lgamma(a + b) - math.lgamma(a) - math.lgamma(b)
    front += a * math.log(x) + b * math.log1p(-x)
    c, d = 1.0, 1 / nonzero(1 - (a + b) * x / (a + 1))
    value, m = d, 0
    while True:
        m += 1
        for term in (
            m * (b - m) * x / ((a + 2 * m - 1) * (a + 2 * m)),
            -(a + m) * (a + b + m) * x / ((a + 2 * m) * (a + 2 * m + 1)),
        ):
            d = 1 / nonzero(1 + term * d)
            c = nonzero(1 + term / c)
            value *= d * c
        if abs(d * c - 1) < 1e-14 or m > 100_000:
            return min(1.0, math.exp(front) * value / a)


def nonzero(value: float) -> float:
    """A divisor: never exactly 0."""
    return value if abs(value) > 1e-300 else 1e-300


def benjamini_hochberg(p_values: Iterable[float], q: float) -> float | None:
    """The largest p that is rejected; None if none is."""
    ordered = sorted(p_values)
    passed = [p for i, p in enumerate(ordered, start=1) if p <= i * q / len(ordered)]
    return max(passed, default=None)


def critical_value(p: int, confidence: float) -> float:
    """Tukey and Kramer's value for p agencies: the quantile of the range of p normals / sqrt 2."""
    if p <= 1:
        return 0.0
    step = 23 / 2999
    nodes = [-9 + step * i for i in range(3000)]
    density = [math.exp(-z * z / 2) / math.sqrt(2 * math.pi) * step for z in nodes]
    upper = [cdf(z) for z in nodes]

    def coverage(c: float) -> float:
        return p * math.fsum(
            weight * (of - cdf(z - c * math.sqrt(2))) ** (p - 1)
            for z, weight, of in zip(nodes, density, upper, strict=True)
        )

    low, high = 0.0, 12.0
    while high - low > 1e-10:
        middle = (low + high) / 2
        low, high = (middle, high) if coverage(middle) < confidence else (low, middle)
    return (low + high) / 2


def cdf(z: float) -> float:
    """The normal distribution."""
    return math.erfc(-z / math.sqrt(2)) / 2


# --- comparing -----------------------------------------------------------------------------------


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
        if row["n"] == "" or not int(row["served"]):
            expected = None
        else:
            expected = min(1.0, int(row["n"]) / int(row["served"]))
        faults += differ(f"{row['code']}: response", found["response"], expected)
    return faults


def check_shared(found: Row, expected: Row, name: str) -> list[str]:
    """The threshold, and per group how many are ranked and by which critical value."""
    faults = differ(f"{name}: bh_threshold", found["bh_threshold"], expected["bh_threshold"])
    if len(found["groups"]) != len(expected["groups"]):
        return [*faults, f"{name}: other peer groups"]
    for theirs, ours in zip(found["groups"], expected["groups"], strict=True):
        for key, value in ours.items():
            faults += differ(f"{name}: {ours['name']}: {key}", theirs[key], value)
    return faults


def compare(found: Row, expected: Row, prefix: str) -> list[str]:
    """The values of one agency against those recounted."""
    return [
        fault
        for name, value in expected.items()
        for fault in differ(f"{found['code']}: {prefix}{name}", found[prefix + name], value)
    ]


def differ(name: str, found: Any, expected: Any) -> list[str]:
    """A line that says so, if the two differ by more than two ways of computing may."""
    if isinstance(expected, float) and isinstance(found, int | float | str):
        number = float(found)
        same = abs(number - expected) <= TOLERANCE or (
            abs(number - expected) <= RELATIVE * abs(expected)
            and name.endswith(("p_value", "threshold", "critical_value"))
        )
    else:
        same = type(found) is type(expected) and found == expected
    return [] if same else [f"{name}: published {found}, recounted {expected}"]


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
