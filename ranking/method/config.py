"""All that an edition depends on besides its data, fixed before its period begins.

Defaults are those of method.md, section 1. The digest is what is committed to in public.
"""

import dataclasses
import hashlib
import json
from collections.abc import Callable
from dataclasses import dataclass, field
from typing import Any, Self

from ranking import errors
from ranking.method import limits, rounding
from ranking.method.limits import Limits, Looks


def _between(low: float, high: float) -> Callable[[Any], bool]:
    return lambda value: low <= value <= high  # NaN fails both


# The limits of `confidence` and `target` lie far outside any use, and inside what the numerical
# solutions reach with nine correct decimals.
_RULES: dict[str, tuple[type, Callable[[Any], bool]]] = {
    "method_version": (str, bool),
    "confidence": (float, _between(0.5, 0.9999)),
    "target": (float, _between(0.001, 0.999)),
    "false_discovery_rate": (float, _between(0.0001, 0.5)),
    "ranked_floor": (int, _between(0, 1_000_000_000)),
    "listed_floor": (int, _between(0, 1_000_000_000)),
    "pooled_floor": (int, _between(0, 1_000_000_000)),
    "response_floor": (float, _between(0.0, 1.0)),
    "response_flag": (float, _between(0.0, 1.0)),
    "window": (str, lambda value: value in {"month", "quarter", "year"}),
    "rolling_windows": (int, _between(1, 12)),
    "place_share": (float, _between(0.0, 1.0)),
    "place_group": (int, _between(1, 1_000_000_000)),
    "cutoff_days": (int, _between(0, 365)),
    "rounding": (str, lambda value: value == rounding.RULE),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Config:
    """One frozen set of parameters. Raises `InvalidConfig`, naming the first wrong field."""

    method_version: str = "1"
    confidence: float = 0.95
    target: float = 0.90
    """The share against which the bands are tested, per indicator."""
    false_discovery_rate: float = 0.05
    """q of Benjamini and Hochberg."""
    ranked_floor: int = 100
    """Effective residents n* needed to be ranked."""
    listed_floor: int = 30
    """n* needed to be shown with an interval."""
    pooled_floor: int = 5
    """n* needed to be pooled into the parent unit's line; below, suppressed for privacy."""
    response_floor: float = 0.10
    response_flag: float = 0.20
    window: str = "quarter"
    rolling_windows: int = 4
    """Windows taken together where one alone stays under `ranked_floor`."""
    place_share: float = 0.5
    """A place is printed if its rank set covers at most this share of the ranked agencies ..."""
    place_group: int = 2
    """... and at least so many are ranked in the peer group."""
    cutoff_days: int = 15
    rounding: str = rounding.RULE
    limits: Limits | None = field(default=None, metadata={"later": True})
    """Thresholds against gaming; None in what was committed to before they were terms."""

    def __post_init__(self) -> None:
        for name, (kind, allowed) in _RULES.items():
            value = getattr(self, name)
            if type(value) is not kind or not allowed(value):
                raise errors.InvalidConfig(name, value)
        if self.listed_floor > self.ranked_floor:
            raise errors.InvalidConfig("listed_floor", self.listed_floor)
        if self.pooled_floor > self.listed_floor:
            raise errors.InvalidConfig("pooled_floor", self.pooled_floor)

    def to_json(self) -> str:
        """Canonical: keys in order, no spaces, UTF-8 as it is; equal values, equal text."""
        parameters = dataclasses.asdict(self)
        if self.limits is None:  # as it was written before there were any
            del parameters["limits"]
        elif self.limits.looks is None:
            del parameters["limits"]["looks"]
        return json.dumps(parameters, sort_keys=True, separators=(",", ":"), ensure_ascii=False)

    @classmethod
    def from_json(cls, text: str | bytes) -> Self:
        """The value `to_json` wrote. A missing or unknown key is refused: nothing is assumed."""
        try:
            found = json.loads(text)
        except ValueError as fault:
            raise errors.InvalidConfig("json", text) from fault
        if not isinstance(found, dict):
            raise errors.InvalidConfig("json", text)
        among = found.pop("limits", None)
        for name in sorted(found.keys() ^ _RULES.keys()):
            raise errors.InvalidConfig(name, found.get(name))
        return cls(**found, limits=_limits(among))

    @property
    def held_to(self) -> Limits:
        """The thresholds that hold: those committed to, or else the published method's own."""
        return self.limits or limits.OWN

    def digest(self) -> str:
        """SHA-256 of the canonical JSON, in hexadecimal."""
        return hashlib.sha256(self.to_json().encode()).hexdigest()


def _limits(found: object) -> Limits | None:
    if found is None:
        return None
    if not isinstance(found, dict):
        raise errors.InvalidConfig("limits", found)
    looks = found.pop("looks", None)
    if looks is not None:
        looks = Looks(**_named(Looks, "looks", looks))
    return Limits(**_named(Limits, "limits", found | {"looks": looks}))


def _named(kind: type[Limits | Looks], name: str, found: object) -> dict[str, Any]:
    """Every threshold of a kind and no other. Raises `InvalidConfig`."""
    names = {one.name for one in dataclasses.fields(kind)}
    if not isinstance(found, dict) or found.keys() != names:
        raise errors.InvalidConfig(name, found)
    return found


def with_limits(config: Config) -> Config:
    """The same, its thresholds spelled out: nothing is committed to without them."""
    return dataclasses.replace(config, limits=limits.spelled_out(config.held_to))


def with_floor(config: Config, ranked_floor: int) -> Config:
    """Another floor for being ranked; the lower floors never stand above it."""
    return dataclasses.replace(
        config,
        ranked_floor=ranked_floor,
        listed_floor=min(config.listed_floor, ranked_floor),
        pooled_floor=min(config.pooled_floor, ranked_floor),
    )
