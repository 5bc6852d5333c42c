"""Hand-made rows for tests of counting: agencies, promises, closures, ratings."""

import asyncio
import itertools
from collections.abc import Awaitable, Callable, Collection
from datetime import datetime, timedelta
from typing import Any

from hypothesis import given
from hypothesis.strategies import SearchStrategy
from tortoise.transactions import in_transaction

from feedback.models import ClosureRow, RatingRow
from ranking.counts import cohorts, promise_rows, tallies
from ranking.counts.cohorts import Cohort
from ranking.frozen import edition_body
from ranking.frozen.edition_body import Edition
from ranking.method.periods import Period
from ranking.models import EditionRow, EditionStatus, PeriodRow
from sla.models import AgencyRow, PromiseKind, PromiseRow
from web.storage import database as web_database

_numbers = itertools.count(1)


async def make_agency(code: str = "", *, group: str = "ward", **more: Any) -> AgencyRow:
    code = code or f"A{next(_numbers)}"
    return await AgencyRow.create(
        code=code,
        name_vi=more.pop("name_vi", f"Phường {code}"),
        name_en=more.pop("name_en", f"{code} Ward"),
        kind="ward",
        level="commune",
        peer_group=group,
        calendar_code="vn",
        search_key=code.lower(),
        sort_key=code.lower(),
        **more,
    )


async def make_promise(
    agency: AgencyRow,
    started_at: datetime,
    *,
    due_at: datetime | None = None,
    ended_at: datetime | None = None,
    state: str = "",
) -> PromiseRow:
    return await PromiseRow.create(
        kind=PromiseKind.CASE,
        code=f"P{next(_numbers)}",
        agency=agency,
        channel="web",
        started_at=started_at,
        due_at=due_at,
        ended_at=ended_at,
        state=state or ("running" if ended_at is None else "finished"),
    )


async def make_closure(
    agency: AgencyRow, closed_at: datetime, *, resident: str = "", promised: bool = False
) -> ClosureRow:
    """A closure; its promise has no due time unless `promised` (then it was kept)."""
    promise = await make_promise(
        agency,
        closed_at - timedelta(days=1),
        due_at=closed_at if promised else None,
        ended_at=closed_at,
    )
    return await ClosureRow.create(
        promise=promise,
        round=1,
        agency=agency,
        channel="web",
        resident=(resident or f"resident {next(_numbers)}").encode(),
        closed_at=closed_at,
        invited_at=closed_at,
        window_ends_at=closed_at + timedelta(days=14),
    )


async def make_rating(
    agency: AgencyRow, closed_at: datetime, overall: int, *, resident: str = "", **more: Any
) -> RatingRow:
    closure = await make_closure(agency, closed_at, resident=resident, **more)
    return await RatingRow.create(
        closure=closure, overall=overall, language="vi", mode="code", given_at=closed_at
    )


async def make_ratings(
    agency: AgencyRow, closed_at: datetime, *, satisfied: int, unsatisfied: int, silent: int = 0
) -> None:
    """So many residents with one kept promise each, of whom some answered 5, some 2, some not."""
    for overall, count in ((5, satisfied), (2, unsatisfied)):
        for _ in range(count):
            await make_rating(agency, closed_at, overall, promised=True)
    for _ in range(silent):
        await make_closure(agency, closed_at, promised=True)


class _Undo(Exception):
    """Ends an example without keeping anything."""


async def holds(
    url: str, strategy: SearchStrategy[Any], law: Callable[[Any], Awaitable[None]]
) -> None:
    """The law holds for every example drawn, each in a transaction of its own that is undone."""

    async def alone(example: Any) -> None:
        async with web_database.connected(url, patient=True):
            try:
                async with in_transaction():
                    await law(example)
                    raise _Undo  # noqa: TRY301 -- it is what rolls back
            except _Undo:
                pass

    @given(strategy)
    def run(example: Any) -> None:
        asyncio.run(alone(example))

    await asyncio.to_thread(run)


async def store_edition(edition: Edition, **facts: Any) -> EditionRow:
    """An edition as it is stored once published, its files in place; `facts` differ."""
    period, _ = await PeriodRow.get_or_create(
        name=edition.period.name,
        defaults={
            "starts_at": edition.period.starts_at,
            "ends_at": edition.period.ends_at,
            "cutoff_at": edition.period.cutoff_at,
            "config": {},
            "config_digest": "",
            "committed_at": edition.committed_at,
        },
    )
    values: dict[str, Any] = {
        "status": EditionStatus.PUBLISHED,
        "published_at": edition.published_at,
        "published_by": "x",
        "manifest_digest": "0" * 64,
        "drafted_at": edition.drafted_at,
        **facts,
    }
    body = edition_body.to_json(edition)
    return await EditionRow.create(name=edition.name, period=period, body=body, **values)


async def cohorts_of(
    period: Period, at: datetime, *, agencies: Collection[int] | None = None
) -> dict[int, Cohort]:
    """The cohorts of a period as known at `at`, from the rows of its promises."""
    zone = tallies.zone_of(period).key
    found = await promise_rows.look(period, at, zone, agencies=agencies)
    return await cohorts.cohorts(period, at, found, agencies=agencies)
