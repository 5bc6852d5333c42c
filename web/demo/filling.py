"""The demo city into an empty, migrated database: registers, people, a year of work, editions.

Nothing here is undone by halves: whoever is killed on the way begins again with an empty database
(see `folder`). Work is written in batches, so that memory stays flat however large the city.
"""

import gc
import itertools
from collections.abc import AsyncIterator, Awaitable, Callable, Iterable, Iterator, Sequence
from contextlib import asynccontextmanager
from dataclasses import dataclass
from datetime import date, datetime, timedelta
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
from ranking import editions
from ranking import jobs as ranking_jobs
from ranking.method.config import Config
from sla import jobs as sla_jobs
from sla import lives
from sla.acts import Act
from sla.charter import Charter
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

BATCH = 5000
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


async def fill(
    keys: Keyring,
    *,
    now: datetime,
    seed: int,
    scale: Scale,
    tell: Tell = lambda _: None,
) -> Secrets:
    """Fill the database of the current context, which is migrated and empty.

    `tell` hears of each step.
    """
    act = Act(by=System("demo"), at=now)
    tell("registers and calendar")
    known = await registers.fill(act)
    async with in_transaction():
        people = await accounts.add_all(act)
        key = await agency_keys.add(accounts.WARD, Wish(label="Một cửa điện tử"), act, keys)
    gc.freeze()  # what is there by now stays: a tenth of the time to come is spent looking at it
    span = times.span(now, known.calendars[known.latest_calendar["hcmc"]])
    agencies = known.open_agencies(on=_today(span))
    profiles = city.draw(np.random.default_rng(seed), agencies, scale)
    places = [city.workplace(profile, span, known, seed=seed) for profile in profiles]
    tell("a year of dossiers")
    for batch in _batches(itertools.chain.from_iterable(map(dossiers.year, places))):
        await _store_dossiers(batch, known)
    tell("a year of complaints")
    for cases in _batches(_complaints(places, people)):
        await _store_complaints(cases, known)
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
    return Secrets(code, key.secret)


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
