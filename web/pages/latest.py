"""What the first page says of published editions, which are files of their own."""

import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from weakref import WeakKeyDictionary

from fastapi import FastAPI

from ranking.frozen.edition_body import Edition
from ranking.frozen.edition_errors import BadBody
from ranking.life import editions
from web.board import front

log = logging.getLogger(__name__)


@dataclass(frozen=True, slots=True)
class Headline:
    """One edition in a few figures. `total`: agencies; `above`, `below`, `undetermined`: by band.

    `reason` is why it corrects another; `promised_on` the day it was promised for, if any.
    """

    name: str
    period: str
    published_at: datetime | None
    supersedes: str | None
    residents: int | None
    total: int
    ranked: int
    above: int
    below: int
    undetermined: int
    target: float
    reason: str
    promised_on: date | None
    agencies: Mapping[str, str]
    """The band of each by its code, `none` without one."""


@dataclass(frozen=True, slots=True)
class Unread:
    """A published edition whose stored figures cannot be read. Its pages are files, and stay."""

    name: str
    period: str


# A published edition never changes, so each is read once per application.
_kept: WeakKeyDictionary[FastAPI, dict[str, Headline]] = WeakKeyDictionary()


async def names() -> list[str]:
    """Every published edition, the latest period first, of one period the latest first."""
    return sorted(await editions.published_names(), key=_place, reverse=True)


async def headlines(app: FastAPI) -> list[Headline]:
    """Of every one of `names`. Raises `BadBody`."""
    return [await _read(app, name) for name in await names()]


async def readable(app: FastAPI) -> list[Headline | Unread]:
    """As `headlines`, for pages that stand without one of them; what is amiss is in the log."""
    found: list[Headline | Unread] = []
    for name in await names():
        try:
            found.append(await _read(app, name))
        except BadBody:
            log.exception("edition cannot be read", extra={"edition": name})
            found.append(Unread(name, name.partition(".")[0]))
    return found


async def _read(app: FastAPI, name: str) -> Headline:
    kept = _kept.setdefault(app, {})
    if name not in kept:
        kept[name] = _headline(await editions.read(name))
    return kept[name]


def _place(name: str) -> tuple[str, int]:
    """2026-Q3.10 is later than 2026-Q3.2, which is later than 2026-Q3."""
    period, _, number = name.partition(".")
    return period, int(number or 1)


def _headline(edition: Edition) -> Headline:
    promised = edition.life.commitment
    bands = [str(agency.satisfaction.score.band) for agency in edition.agencies]
    return Headline(
        name=edition.name,
        period=edition.period.name,
        published_at=edition.published_at,
        supersedes=edition.supersedes,
        residents=edition.notes.residents,
        total=len(edition.agencies),
        ranked=sum(group.ranked for group in edition.satisfaction.groups),
        above=bands.count("above"),
        below=bands.count("below"),
        undetermined=bands.count("undetermined"),
        target=edition.config.target,
        reason=edition.reason or "",
        promised_on=promised.publish_on if promised else None,
        agencies={of.code: front.band_of(of) for of in edition.agencies},
    )
