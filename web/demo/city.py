"""What is hidden from the board: how good, prompt, busy and answered each agency truly is.

True satisfaction is drawn from Beta(40, 4) (method, evidence figures) and moved for a few agencies
far enough that the board must find them. Roles are dealt by the seed: no office is meant.
"""

from collections.abc import Iterable
from dataclasses import dataclass

import numpy as np
from numpy.random import Generator

from sla.charter import Agency, Charter
from web.demo import accounts
from web.demo.times import Span


@dataclass(frozen=True, slots=True)
class Scale:
    """How large a city: `factor` multiplies volumes, of the wards every so many has any work."""

    factor: float = 1.0
    every: int = 1


SCALES = {"tiny": Scale(factor=1.5, every=9), "small": Scale(), "city": Scale(factor=19)}
"""Tiny is the least that shows every status; city is about a million dossiers."""


@dataclass(frozen=True, slots=True)
class Profile:
    """The truth about one agency; shares in [0, 1], volume in dossiers a quarter."""

    agency: Agency
    volume: float
    satisfaction: float
    change: float
    """Added to satisfaction from the last ended quarter on."""
    response: float
    on_time: float
    stuck: float
    """Share of dossiers that are never finished."""
    hard: float = 1.0
    """How many times as often as elsewhere the hard services are asked for."""
    is_arranged: bool = False
    """Somebody there sees to it, on one day, that many answers are good ones."""


@dataclass(frozen=True, slots=True)
class Role:
    """How many agencies, how busy (dossiers a quarter), how many of the asked answer."""

    count: int
    volume: tuple[float, float]
    response: tuple[float, float]
    shift: tuple[float, ...] = (0.0,)
    """Added to true satisfaction, one after the other."""
    change: tuple[float, ...] = (0.0,)
    fewest: int = 1


# The busiest first; whatever is left of the units is quiet.
BUSY = Role(
    11,
    (430, 560),
    (0.29, 0.36),
    shift=(0.07, -0.10, 0.0, 0.06, 0.0, -0.14, -0.13, 0.0),
    change=(0.0, 0.0, 0.0, 0.0, -0.17, 0.0, 0.16, 0.0),
    fewest=2,
)
UNHEARD = Role(1, (740, 780), (0.06, 0.072))
MIDDLING = Role(32, (120, 165), (0.28, 0.35), shift=(0.0, 0.03, 0.0, -0.06))
SILENT = Role(4, (8, 16), (0.0, 0.0))
QUIET = Role(0, (12, 44), (0.15, 0.34))
HARDER = (1.0, 1.0, 6.0, 1.0, 0.3)
"""Some wards have more land to quarrel about than others: one after the other."""
ARRANGED = 2
"""Which of the busy ones, in turn, has answers that were arranged."""
DEPARTMENT = Role(0, (30, 90), (0.15, 0.30), shift=(0.0, 0.02, -0.05))
NEWCOMER = Role(1, (700, 720), (0.33, 0.35))


def draw(rng: Generator, agencies: Iterable[Agency], scale: Scale) -> list[Profile]:
    """A profile for every agency that serves residents, in order of code.

    The demo officer's ward is always a busy one.
    """
    agencies = _working(agencies, scale)
    units = [a for a in agencies if a.level == "commune"]
    wards = [a for a in units if a.peer_group == "wards"]
    order = [wards[i] for i in rng.permutation(len(wards))]
    order.sort(key=lambda agency: agency.code != accounts.WARD)
    order += [units[i] for i in rng.permutation(len(units)) if units[i].peer_group != "wards"]
    roles: dict[str, tuple[Role, int]] = {}
    share = min(1.0, len(units) / 168)
    dealt = 0
    for role in (BUSY, UNHEARD, SILENT, MIDDLING):
        count = max(role.fewest, round(role.count * share))
        for turn, agency in enumerate(order[dealt : dealt + count]):
            roles[agency.code] = role, turn
        dealt += count
    return [
        _profile(rng, agency, *roles.get(agency.code, _other(agency, turn)), scale.factor)
        for turn, agency in enumerate(agencies)
        if agency.level == "commune" or agency.kind == "department"
    ]


def _working(agencies: Iterable[Agency], scale: Scale) -> list[Agency]:
    named = {accounts.WARD, accounts.NEWCOMER}
    ordered = sorted(agencies, key=lambda agency: agency.code)
    return [a for n, a in enumerate(ordered) if n % scale.every == 0 or a.code in named]


def _other(agency: Agency, turn: int) -> tuple[Role, int]:
    if agency.code == accounts.NEWCOMER:
        return NEWCOMER, 0
    return (DEPARTMENT if agency.kind == "department" else QUIET), turn


def _profile(rng: Generator, agency: Agency, role: Role, turn: int, factor: float) -> Profile:
    truth = rng.beta(40, 4) + role.shift[turn % len(role.shift)]
    is_slow = rng.random() < 0.12
    return Profile(
        agency=agency,
        volume=factor * rng.uniform(*role.volume),
        satisfaction=float(np.clip(truth, 0.4, 0.985)),
        change=role.change[turn % len(role.change)],
        response=rng.uniform(*role.response),
        on_time=rng.beta(8, 3) if is_slow else rng.beta(60, 2.4),
        stuck=rng.uniform(0.0, 0.012) * (3 if is_slow else 1),
        hard=HARDER[turn % len(HARDER)],
        is_arranged=role is BUSY and turn == ARRANGED,
    )


@dataclass(frozen=True, slots=True)
class Workplace:
    """An agency's year as it is being drawn: its truth, its time, what binds it, its own dice."""

    profile: Profile
    span: Span
    known: Charter
    seed: int
    rng: Generator


def workplace(profile: Profile, span: Span, known: Charter, *, seed: int) -> Workplace:
    """Dice of its own: what one agency draws does not depend on the others."""
    digits = int.from_bytes(profile.agency.code.encode(), "big")
    return Workplace(profile, span, known, seed, np.random.default_rng([seed, digits]))
