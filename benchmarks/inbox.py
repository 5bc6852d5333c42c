"""The pages an officer works on, over a million cases of which a tenth are their agency's.

Eight clients ask the whole application, one process as in production, without a pause; the time
is from request to last byte, as whoever waits has it.
"""

import asyncio
import statistics
import tempfile
import time
from pathlib import Path
from typing import Any
from urllib.parse import quote

import httpx
import uvloop
from tortoise.connection import get_connection

from benchmarks import city, inbox_city
from benchmarks.writes import _served
from feedback import accounts
from feedback.actors import System
from feedback.codes import Keyring
from feedback.models import Role
from sla.acts import Act
from web import access, clock, database, guards, reactions
from web.embedded import Postgres
from web.settings import Settings

CASES = {"small": 1_000_000, "full": 1_000_000}
ASKED = {"small": 50, "full": 200}
CLIENTS = 8
WARM = 5
SECRET = "known to the benchmark alone"  # noqa: S105 -- opens nothing else
MEDIAN_AIM_MS = 50
P99_AIM_MS = 150
VIEWS = ("open", "mine", "unassigned", "overdue", "due_soon", "reopened", "waiting", "answered")
PAGES = {
    **{f"view_{view}": f"/vi/inbox?view={view}" for view in VIEWS},
    "view_closed": "/vi/inbox?view=closed",
    "view_all": "/vi/inbox?view=all",
    "search_common": f"/vi/inbox?view=all&q={quote('rác đường')}",
    "search_phrase": f"/vi/inbox?view=all&q={quote('“biển báo” karaoke')}",
    "search_rare": f"/vi/inbox?view=all&q={quote('V-12340 cho')}",
    "case": "/vi/inbox/{reference}",
}


def run(scale: str = "small") -> dict[str, Any]:
    """Milliseconds of each page: the median and the 99th percentile."""
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder)) as server:
        server.create_database("hailong")
        settings = Settings(
            database_url=server.url("hailong"),
            data=Path(folder),
            secret_key="s" * 40,
            pepper="p" * 40,
            second_factor="offered",
        )
        asyncio.run(database.migrate(settings.database_url or ""))
        token, references = asyncio.run(_filled(settings, CASES[scale]))
        figures = _measured(settings, token, references, ASKED[scale])
    return {"cases": CASES[scale], **figures}


async def _filled(settings: Settings, count: int) -> tuple[str, list[str]]:
    keys: Keyring = reactions.keyring(settings)
    async with database.connected(settings.database_url or "", patient=True):
        await city.make()
        for number in range(1, inbox_city.OFFICERS + 1):
            await accounts.add(
                f"o{number}",
                Act(System("benchmark"), inbox_city.NOW),
                password=SECRET,
                role=Role.OFFICER,
                display_name=f"Cán bộ {number}",
                agency="W1",
            )
        await inbox_city.fill(count)
        return await signed_in(keys), await some_references()


async def signed_in(keys: Keyring) -> str:
    """A session of the first officer."""
    return await accounts.sign_in("o1", SECRET, Act(System("benchmark"), clock.now()), keys)


async def some_references() -> list[str]:
    """Cases of the first agency, open and closed."""
    rows = await get_connection("default").execute_query_dict(
        "select reference from resident_case c join inbox_entry e on e.case_id = c.id"
        " where agency_id = (select min(id) from agency) order by md5(reference) limit 200"
    )
    return [row["reference"] for row in rows]


def _measured(
    settings: Settings, token: str, references: list[str], asked: int
) -> dict[str, float]:
    with _served(settings) as port:
        return uvloop.run(measured(f"http://127.0.0.1:{port}", token, references, asked))


async def measured(base: str, token: str, references: list[str], asked: int) -> dict[str, float]:
    """Every page by turns of all clients."""
    figures: dict[str, float] = {}
    cookie = f"{guards.cookie_name(access.SESSION, secure=False)}={token}"
    medians: list[float] = []
    worst = 0.0
    for name, path in PAGES.items():
        addresses = [base + path.format(reference=reference) for reference in references]
        took = await timed(addresses, {"cookie": cookie}, clients=CLIENTS, asked=asked)
        median, last = statistics.median(took), statistics.quantiles(took, n=100)[98]
        figures |= {f"{name}_median_ms": round(median, 1), f"{name}_p99_ms": round(last, 1)}
        medians.append(median)
        worst = max(worst, last)
    figures |= {
        "slowest_median_ms": round(max(medians), 1),
        "median_ms_aim": MEDIAN_AIM_MS,
        "slowest_p99_ms": round(worst, 1),
        "p99_ms_aim": P99_AIM_MS,
    }
    return figures


async def timed(
    addresses: list[str], headers: dict[str, str], *, clients: int, asked: int
) -> list[float]:
    """Milliseconds of so many answers to each client, after a few that are not counted."""

    async def one(number: int) -> list[float]:
        took: list[float] = []
        async with httpx.AsyncClient(headers=headers, timeout=30) as client:
            for turn in range(-WARM, asked):
                address = addresses[(number * asked + turn) % len(addresses)]
                begun = time.perf_counter()
                answer = await client.get(address)
                if answer.status_code != 200:
                    raise RuntimeError(f"{address}: {answer.status_code}")
                if turn >= 0:
                    took.append(1000 * (time.perf_counter() - begun))
        return took

    return [ms for part in await asyncio.gather(*map(one, range(clients))) for ms in part]
