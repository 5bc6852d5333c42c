"""What is published against what was recounted, a line for each difference; beside verify.py."""

import csv
import io
from fractions import Fraction
from pathlib import Path
from typing import Any

Row = dict[str, Any]

TOLERANCE = 2e-9  # shares are published with nine decimals
RELATIVE = 1e-6  # p-values and critical values: two ways to compute them
LEVELS = tuple(f"level_{level}" for level in range(1, 6))

# What held against gaming before it stood among the parameters of a period.
USUAL = {
    "invited_share": 0.98,  # invitations for each closed case
    "reused_times": 2,  # so often as its peers may contacts stand for many people
    "held_share": 0.1,  # of the answers, set aside and not settled
    "bump_level": 0.05,
    "retired_share": 0.95,  # of the ranked are above: the indicator has done its work
    "call_back_share": 0.01,
    "file_audits": 200,
    "crowd_on_one": 5,  # people for whom one device answered on a day
    "top_source": 0.1,  # of the answers of a period, from one device
}


def rows(folder: Path, name: str) -> list[Row]:
    """The lines of a CSV file."""
    return list(csv.DictReader(io.StringIO((folder / name).read_text("utf-8"))))


def rows_if_any(folder: Path, name: str) -> list[Row]:
    """The lines of a CSV file, none where editions did not have it yet."""
    return rows(folder, name) if (folder / name).exists() else []


def limit(parameters: Row, name: str) -> Fraction:
    """A threshold against gaming as config.json has it, taken as the decimal it is written as."""
    return Fraction(str(parameters.get("limits", USUAL)[name]))


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
        off = abs(float(found) - expected)
        by_ratio = off <= RELATIVE * abs(expected)
        if name.endswith(("p_value", "threshold")):  # it may be as small as anything
            same = by_ratio
        else:
            same = off <= TOLERANCE or (by_ratio and name.endswith("critical_value"))
    else:
        same = type(found) is type(expected) and found == expected
    return [] if same else [f"{name}: published {found}, recounted {expected}"]


def cell(value: Any) -> str:
    """A value as it stands in a CSV file; text that a spreadsheet would compute is quoted."""
    if value is None:
        return ""
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, str) and value[:1] in ("=", "+", "-", "@", "\t", "\r"):
        return "'" + value
    return str(value)
