"""The thresholds against gaming as a form or a file says them; shares are typed as percentages.

Whoever leaves one out leaves it as it is: a file from before it was a term does.
"""

import dataclasses
import re
from collections.abc import Iterable, Mapping
from decimal import Decimal, InvalidOperation
from typing import Any

from feedback.drafts import Reader
from feedback.errors import NotAFact
from ranking.method.limits import Limits

_SHARES = (
    "invited_share",
    "held_share",
    "top_source",
    "effective_share",
    "bump_level",
    "retired_share",
    "call_back_share",
)
_COUNTS: Mapping[str, tuple[int, int]] = {
    "reused_times": (1, 100),
    "crowd_residents": (1, 999),
    "crowd_on_one": (5, 999),
    "file_audits": (0, 9_999),
}
_LOOK_SHARES = ("burst_risk", "copied_likeness")
_LOOK_COUNTS: Mapping[str, tuple[int, int]] = {
    "burst_days": (30, 366),
    "burst_answers": (5, 999),
    "burst_sum": (1, 999),
    "hasty_seconds": (0, 3_600),
    "copied_residents": (2, 999),
    "copied_trigrams": (3, 999),
}
FIXED = ("contact_people", "reopened_days", "again_days", "bump_reach")
SHARES = (*_SHARES, *_LOOK_SHARES)
COUNTS = (*_COUNTS, *_LOOK_COUNTS)
ALL = (*SHARES, *COUNTS)


def by_name(of: Limits) -> dict[str, Any]:
    """Every threshold against gaming by its name."""
    plain = {name: getattr(of, name) for name in (*_SHARES, *_COUNTS, *FIXED)}
    return plain | dataclasses.asdict(of.nightly)


def read(reader: Reader, given: Mapping[str, object], before: Limits) -> Limits:
    """What is said of them, and the rest as before."""
    found = _said(reader, given, _SHARES, _COUNTS)
    looks = _said(reader, given, _LOOK_SHARES, _LOOK_COUNTS)
    if reader.faults:
        return before
    if looks:
        found["looks"] = dataclasses.replace(before.nightly, **looks)
    return dataclasses.replace(before, **found)


def _said(
    reader: Reader,
    given: Mapping[str, object],
    shares: Iterable[str],
    counts: Mapping[str, tuple[int, int]],
) -> dict[str, Any]:
    found: dict[str, Any] = {name: share(reader, name) for name in shares if given.get(name)}
    for name in (one for one in counts if given.get(one)):
        found[name] = count(reader, name, *counts[name])
    return found


def share(reader: Reader, field: str) -> float:
    """A percentage as a share of 1; what is none is a fault of the reader's."""
    text = reader.text(field, at_most=10, required=True).replace(",", ".")
    try:
        share = Decimal(text or "0") / 100 if re.fullmatch(r"[0-9.]*", text) else Decimal(2)
    except InvalidOperation:
        share = Decimal(2)
    if text and not 0 <= share <= 1:
        reader.fault(field, "not_a_share")
    return float(share)


def count(reader: Reader, field: str, low: int, high: int) -> int:
    """A whole number from `low` to `high`; what is none is a fault of the reader's."""
    number = reader.number(field, low, high, required=True)
    if reader.faults and (reader.faults[-1].field, reader.faults[-1].reason) == (
        field,
        "out_of_range",
    ):
        reader.faults[-1] = NotAFact(field, "not_in_range")
    return number or 0
