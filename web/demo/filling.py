"""The demo city into an empty, migrated database: registers, people, a year of work, editions.

Nothing here is undone by halves: whoever is killed on the way begins again with an empty database
(see `folder`). Work is written in batches, so that memory stays flat however large the city, and by
as many hands as there are cores.
"""

import asyncio
import gc
import itertools
import os
from collections.abc import (
    AsyncIterator,
    Awaitable,
    Callable,
    Coroutine,
    Iterable,
    Iterator,
    Sequence,
)
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from functools import partial
from typing import Any, TypeVar
from zoneinfo import ZoneInfo

import numpy as np
from tortoise.connection import get_connection
from tortoise.transactions import in_transaction

from feedback import agency_keys, results, stories
from feedback.actors import Staff, System
from feedback.agency_keys import Wish
from feedback.codes import Keyring
from feedback.models import AccountRow, Role
from feedback.office import ratings_seen
from feedback.stories import Story
from ranking import jobs as ranking_jobs
from ranking.life import editions
from ranking.method.config import Config
from sla import jobs as sla_jobs
from sla import lives
from sla.acts import Act
from sla.charter import Charter
from web.board import at_once
from web.demo import (
    accounts,
    aftermath,
    city,
    complaints,
    dossiers,
    inbox,
    passing,
    registers,
    spot_checks,
    times,
)
from web.demo.city import Scale, Workplace
from web.demo.complaints import Desk
from web.demo.dossiers import BY, Dossier
from web.demo.times import Span
from web.storage import database

BATCH = 5000
HANDS = 4
"""At most so many processes fill the year; each holds a connection."""
COORDINATOR = "staff:dieuphoi"
REPLY = timedelta(days=16)
"""An agency may contest its data for so long (method, section 14)."""

Tell = Callable[[str], None]
T = TypeVar("T")


@dataclass(frozen=True, slots=True)
class Secrets:
    """What was told once while filling."""

    tracking_code: str
    agency_key: str


@dataclass(frozen=True, slots=True)
class _Begun:
    """A city with its registers and people, before anybody worked in it."""

    known: Charter
    span: Span
    people: dict[str, AccountRow]
    places: tuple[Workplace, ...]
    agency_key: str


def fill(
    url: str,
    keys: Keyring,
    *,
    now: datetime,
    seed: int,
    scale: Scale,
    tell: Tell = lambda _: None,
) -> Secrets:
    """Fill the database at `url`, which is migrated and empty. In loops of its own.

    `tell` hears of each step.
    """
    act = Act(by=System("demo"), at=now)
    tell("registers and calendar")
    begun = _run(url, _begin(act, keys, seed=seed, scale=scale))
    gc.freeze()  # what is there by now stays: a tenth of the time to come is spent looking at it
    tell("a year of dossiers and complaints")
    at_once.done([partial(_work, url, share, begun) for share in _shares(begun.places)])
    return _run(url, _end(begun, act, keys, tell))


def _run(url: str, doing: Coroutine[Any, Any, T]) -> T:
    async def connected() -> T:
        async with database.connected(url, patient=True):
            return await doing

    return asyncio.run(connected())


async def _begin(act: Act, keys: Keyring, *, seed: int, scale: Scale) -> _Begun:
    known = await registers.fill(act)
    async with in_transaction():
        people = await accounts.add_all(act)
        key = await agency_keys.add(accounts.WARD, Wish(label="Một cửa điện tử"), act, keys)
    span = times.span(act.at, known.calendars[known.latest_calendar["hcmc"]])
    agencies = known.open_agencies(on=_today(span))
    profiles = city.draw(np.random.default_rng(seed), agencies, scale)
    places = tuple(city.workplace(profile, span, known, seed=seed) for profile in profiles)
    return _Begun(known, span, people, places, key.secret)


def _shares(places: Iterable[Workplace]) -> list[list[Workplace]]:
    """The work parted among the hands there are: to each in turn, the busiest places first."""
    hands = min(HANDS, os.cpu_count() or 1)
    busiest = sorted(places, key=lambda place: -place.profile.volume)
    return [busiest[hand::hands] for hand in range(hands)]


def _work(url: str, places: Sequence[Workplace], begun: _Begun) -> None:
    """The year of some agencies, of which none needs to know of the others."""
    gc.enable()  # a large city takes minutes
    _run(url, _year(places, begun))


async def _year(places: Sequence[Workplace], begun: _Begun) -> None:
    for batch in _batches(itertools.chain.from_iterable(map(dossiers.year, places))):
        await _store_dossiers(batch, begun.known)
    for cases in _batches(_complaints(places, begun.people)):
        await _store_complaints(cases, begun.known)


async def _end(begun: _Begun, act: Act, keys: Keyring, tell: Tell) -> Secrets:
    span, people = begun.span, begun.people
    code = await inbox.fill(people[accounts.OFFICER], span, keys)
    await passing.fill(people, span, keys)
    tell("counting")
    zone = span.calendar.timezone
    await _all_of(lambda: ranking_jobs.tally(act, zone))
    await _all_of(lambda: sla_jobs.watch(act))
    await _all_of(lambda: ratings_seen.release(act, zone))
    await get_connection("default").execute_script("analyze")
    tell("a look at what seems arranged")
    async with in_transaction():
        await ranking_jobs.look_for_anomalies(act, zone)
    tell("editions")
    await _publish(span, people[accounts.PUBLISHER], zone)
    await _all_of(lambda: sla_jobs.watch(act))  # measures of plans are promises too
    return Secrets(code, begun.agency_key)


def _today(span: Span) -> date:
    return span.now.astimezone(span.calendar.timezone).date()


def _batches(items: Iterable[T]) -> Iterator[list[T]]:
    left = iter(items)
    while batch := list(itertools.islice(left, BATCH)):
        yield batch


def _complaints(places: Sequence[Workplace], people: dict[str, AccountRow]) -> Iterator[Story]:
    officers = [people[one.name] for one in accounts.ACCOUNTS if one.role is Role.OFFICER]
    desks = [Desk(f"staff:{row.name}", row.display_name, row.id) for row in officers]
    for place in places:
        is_ours = place.profile.agency.code == accounts.WARD
        yield from complaints.year(place, desks if is_ours else complaints.NOBODY)


@asynccontextmanager
async def _bulk() -> AsyncIterator[Any]:
    """The bare connection of one transaction, in which rows are written in bulk."""
    async with (
        in_transaction(),
        get_connection("default").acquire_connection() as connection,
        lives.keys_known(connection),
    ):
        yield connection


async def _store_dossiers(batch: Sequence[Dossier], known: Charter) -> None:
    async with _bulk() as connection:
        written = await lives.write(connection, [one.life for one in batch], known)
        given = (
            results.of_life(one.life.start, lived, one.rated)
            for one, lived in zip(batch, written, strict=True)
        )
        await results.write(connection, list(itertools.chain.from_iterable(given)))


async def _store_complaints(batch: Sequence[Story], known: Charter) -> None:
    async with _bulk() as connection:
        await stories.write(connection, batch, known, by=BY)


async def _all_of(job: Callable[[], Awaitable[bool]]) -> None:
    """As the queue does it: one act after the other until there is nothing left."""
    is_left = True
    while is_left:
        async with in_transaction():
            is_left = await job()


async def _publish(span: Span, publisher: AccountRow, zone: ZoneInfo) -> None:
    """Each ended quarter drafted after its cut-off and published after the days of reply."""
    by = Staff(
        publisher.id,
        publisher.name,
        publisher.display_name,
        publisher.role,
        publisher.agency_id,
    )
    for period in (*span.quarters, span.quarters[-1].following()):
        before = Act(by=by, at=min(period.starts_at - timedelta(days=20), span.now))
        async with in_transaction():
            await editions.commit_config(period, Config(), before)
    for period in span.quarters[:-1]:
        drafted = min(period.cutoff_at + timedelta(hours=2), span.now)
        published = period.cutoff_at + REPLY
        await spot_checks.draw(drafted, zone)
        await spot_checks.look(COORDINATOR, drafted)
        async with in_transaction():
            row = await editions.draft(period.name, Act(by=by, at=drafted), zone)
            await aftermath.reply(row.name, min(drafted + timedelta(days=9), span.now))
            if published > span.now:
                return  # its agencies may still object
            await editions.publish(row.name, by.display_name, Act(by=by, at=published))
            await aftermath.plan(period.name, published, span.now, zone)
    async with in_transaction():
        await aftermath.correction(span.quarters[-2].name, by, span.now, zone)
