"""The thresholds against gaming, fixed for a period before it begins. Pure.

Source: the published method, sections 9 and 13. Where a count is kept day by day and cannot be made
anew under another threshold, only the method's own value is taken: it stands here so that whoever
reads the terms of a period finds all it is counted by.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass, field, replace
from fractions import Fraction
from typing import Any

from ranking import errors
from ranking.method import disclosure


def _share(value: Any) -> bool:
    return type(value) is float and 0 <= value <= 1  # NaN fails both


def _whole(low: int, high: int) -> Callable[[Any], bool]:
    return lambda value: type(value) is int and low <= value <= high


def _only(own: object) -> Callable[[Any], bool]:
    return lambda value: type(value) is type(own) and value == own


_Rules = Mapping[str, Callable[[Any], bool]]


def _check(of: object, rules: _Rules) -> None:
    for name, allowed in rules.items():
        if not allowed(getattr(of, name)):
            raise errors.InvalidConfig(name, getattr(of, name))


_LOOKS: _Rules = {
    "burst_days": _whole(30, 366),
    "burst_answers": _whole(disclosure.K, 1_000_000),
    "burst_sum": _whole(1, 1_000_000),
    "burst_risk": _share,
    "hasty_seconds": _whole(0, 86_400),
    "copied_likeness": _share,
    "copied_residents": _whole(2, 1_000_000),
    "copied_trigrams": _whole(3, 1_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Looks:
    """What answers are held for that are looked at night by night, at what their own period says.

    Raises `InvalidConfig`, naming the first wrong one.
    """

    burst_days: int = 90
    """Days before, from which the usual number of a day is known."""
    burst_answers: int = 10
    """Answers of a day under which there is no burst, however few are usual."""
    burst_sum: int = 10
    """Over which the cumulative sum for a doubled rate gives alarm."""
    burst_risk: float = 0.01
    """Of all bursts found at most so many may be by chance."""
    hasty_seconds: int = 60
    """After the result, in which nobody is satisfied so soon; 0: at no time."""
    copied_likeness: float = 0.9
    """Of all runs of three letters that two comments have, those they share."""
    copied_residents: int = 5
    """Who wrote nearly the same; fewer may do so by themselves."""
    copied_trigrams: int = 20
    """Runs of a comment under which likeness says nothing."""

    def __post_init__(self) -> None:
        _check(self, _LOOKS)


_RULES: _Rules = {
    "invited_share": _share,
    "contact_people": _only(5),
    "reused_times": _whole(1, 100),
    "held_share": _share,
    "crowd_residents": _whole(1, 1_000_000),
    "crowd_on_one": _whole(disclosure.K, 1_000_000),
    "top_source": _share,
    "effective_share": _share,
    "reopened_days": _only(30),
    "again_days": _only(60),
    "bump_reach": _only(0.01),
    "bump_level": _share,
    "retired_share": _share,
    "call_back_share": _share,
    "file_audits": _whole(0, 1_000_000),
}


@dataclass(frozen=True, slots=True, kw_only=True)
class Limits:
    """One frozen set of thresholds. Raises `InvalidConfig`, naming the first wrong one.

    Shares are of 1; a share is taken as the decimal it prints as, so 0.98 is 98 hundredths.
    """

    invited_share: float = 0.98
    """Invitations for each closed case under which nobody is ranked."""
    contact_people: int = 5
    """People a telephone number or an address may stand for."""
    reused_times: int = 2
    """Over so many times the share of its peers, reused contacts keep an agency from a place."""
    held_share: float = 0.10
    """Of its answers set aside and not settled, over which an agency is not ranked."""
    crowd_residents: int = 10
    """Residents of a day under which its devices say nothing."""
    crowd_on_one: int = 5
    """Residents on one device of a day; with fewer it is a family, or a neighbour who helps. Never
    under five: which answers these were stays known."""
    top_source: float = 0.10
    """Of a day's residents on one device, over which its answers are set aside."""
    effective_share: float = 0.20
    """Effective devices for each resident under which they are too few."""
    reopened_days: int = 30
    """After a result, in which taking it up again or appealing is told of it."""
    again_days: int = 60
    """After a result, in which the same matter of the same resident is."""
    bump_reach: float = 0.01
    """On either side of the target, compared for a bump."""
    bump_level: float = 0.05
    """The most likely tail that is a bump."""
    retired_share: float = 0.95
    """Of the ranked clearly above the target, over which an indicator has done its work."""
    call_back_share: float = 0.01
    """Of the results given, drawn to be asked about by telephone."""
    file_audits: int = 200
    """Results drawn to have their files looked at."""
    looks: Looks | None = field(default=None, metadata={"later": True})
    """Those of the nightly look; None in what was committed to before they were terms."""

    def __post_init__(self) -> None:
        _check(self, _RULES)

    @property
    def nightly(self) -> Looks:
        """What the nightly look goes by: what was committed to, or else the method's own."""
        return self.looks or OWN_LOOKS


OWN_LOOKS = Looks()
OWN = Limits()
"""Those of the published method; they hold for editions from before there were terms of them."""


def spelled_out(of: Limits) -> Limits:
    """The same, with nothing left to what the method says."""
    return replace(of, looks=of.nightly)


def exactly(share: float) -> Fraction:
    """A threshold as the decimal it prints as."""
    return Fraction(str(share))
