"""The pages an officer works on, over cases of which a tenth are their agency's.

Eight clients ask two servers, as a proxy parts them, without a pause; the time is from request to
last byte, as whoever waits has it. Beside them, on the same database server, a list of tickets of
django-helpdesk.
"""

import asyncio
import contextlib
import statistics
import tempfile
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import Any
from urllib.parse import quote, urlsplit

import uvloop
from tortoise.connection import get_connection

from benchmarks import city, inbox_city, inbox_peer
from benchmarks.writes import _served
from feedback.actors import System
from feedback.codes import Keyring
from feedback.models import Role
from feedback.staff import accounts
from sla.acts import Act
from web import clock, reactions
from web.guarding import access, guards
from web.running.embedded import Postgres
from web.settings import Settings
from web.storage import database

CASES = {"small": 50_000, "full": 1_000_000}
ASKED = {"small": 40, "full": 100}
SERVERS = 2
CLIENTS = 8
WARM = 5
SECRET = "known to the benchmark alone"  # noqa: S105 -- opens nothing else
MEDIAN_AIM_MS = 50
P99_AIM_MS = 150
PEER_AIM = 5
VIEWS = ("open", "mine", "unassigned", "overdue", "due_soon", "reopened", "waiting", "answered")
PAGES = {
    **{f"view_{view}": f"/vi/inbox?view={view}" for view in VIEWS},
    "view_closed": "/vi/inbox?view=closed",
    "view_all": "/vi/inbox?view=all",
    "search_common": f"/vi/inbox?view=all&q={quote('rác đường')}",
    "search_unmarked": f"/vi/inbox?view=all&q={quote('ho khau')}",
    "search_phrase": f"/vi/inbox?view=all&q={quote('“biển báo” karaoke')}",
    "search_rare": f"/vi/inbox?view=all&q={quote('V-12340 cho')}",
    "news": "/vi/inbox-news?view=all&since={since}",
    "case": "/vi/inbox/{reference}",
}


def run(scale: str = "small", *, keep: Path | None = None) -> dict[str, Any]:
    """Milliseconds of each page: the median and the 99th percentile.

    Filling takes longer than asking: in the folder `keep` the cases are found again next time.
    """
    with contextlib.ExitStack() as stack:
        folder = keep or Path(stack.enter_context(tempfile.TemporaryDirectory()))
        folder.mkdir(parents=True, exist_ok=True)
        server = stack.enter_context(Postgres(folder))
        settings = _with_cases(server, folder, CASES[scale])
        token, references = asyncio.run(_known(settings))
        # As in production: in a role that owns nothing, under row security.
        application = server.application_url(_database(CASES[scale]))
        with servers(settings.model_copy(update={"database_url": application})) as ports:
            figures = uvloop.run(measured(ports, token, references, ASKED[scale]))
        peer = inbox_peer.run(server, folder, timed, until_ready)
    return {"cases": CASES[scale], **figures, **beside(figures["view_open_median_ms"], peer)}


def _database(cases: int) -> str:
    return f"cases_{cases}"


def _with_cases(server: Postgres, folder: Path, cases: int) -> Settings:
    """The settings for a database of so many cases, filled unless it is there already."""
    name, half_done = _database(cases), "filling"
    if not server.psql(f"select 1 from pg_database where datname = '{name}'"):
        # It has its name only once it is whole.
        server.psql(f"drop database if exists {half_done}")
        server.create_database(half_done)
        asyncio.run(_fill(_settings(server, folder, half_done), cases))
        server.psql(f"alter database {half_done} rename to {name}")
    asyncio.run(database.migrate(server.url(name), application=server.application_url(name)))
    return _settings(server, folder, name)


def _settings(server: Postgres, folder: Path, name: str) -> Settings:
    return Settings(
        database_url=server.url(name),
        data=folder,
        secret_key="s" * 40,
        pepper="p" * 40,
        second_factor="offered",
    )


async def _fill(settings: Settings, cases: int) -> None:
    url = settings.database_url or ""
    await database.migrate(url)
    async with database.connected(url, patient=True):
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
        await inbox_city.fill(url, cases)


async def _known(settings: Settings) -> tuple[str, list[str]]:
    """A session, and cases to look at."""
    async with database.connected(settings.database_url or "", patient=True):
        return await signed_in(reactions.keyring(settings)), await some_references()


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


@contextlib.contextmanager
def servers(settings: Settings) -> Iterator[list[int]]:
    """The application in so many processes, each on a port of its own."""
    started = [_served(settings) for _ in range(SERVERS)]
    try:
        for one in started:
            asyncio.run(until_ready(one.port))
        yield [one.port for one in started]
    finally:
        for one in started:
            one.__exit__()


async def until_ready(port: int) -> None:
    """Wait until somebody listens there: on a busy machine that takes its time."""
    async with asyncio.timeout(300):
        while True:
            with contextlib.suppress(OSError):
                _, writer = await asyncio.open_connection("127.0.0.1", port)
                writer.close()
                return
            await asyncio.sleep(0.1)


async def measured(
    ports: Sequence[int], token: str, references: list[str], asked: int
) -> dict[str, float]:
    """Every page by turns of all clients."""
    figures: dict[str, float] = {}
    cookie = f"{guards.cookie_name(access.SESSION, secure=False)}={token}"
    since = quote(inbox_city.NOW.isoformat())
    medians: list[float] = []
    worst = 0.0
    for name, path in PAGES.items():
        addresses = [path.format(reference=reference, since=since) for reference in references]
        took = await timed(ports, addresses, cookie, asked)
        median, last = statistics.median(took), statistics.quantiles(took, n=100)[98]
        figures |= {f"{name}_median_ms": round(median, 1), f"{name}_p99_ms": round(last, 1)}
        medians.append(median)
        worst = max(worst, last)
    return figures | {
        "slowest_median_ms": round(max(medians), 1),
        "median_ms_aim": MEDIAN_AIM_MS,
        "slowest_p99_ms": round(worst, 1),
        "p99_ms_aim": P99_AIM_MS,
    }


async def timed(
    ports: Sequence[int], addresses: Sequence[str], cookie: str, asked: int
) -> list[float]:
    """Milliseconds of so many answers to each client, after a few that are not counted."""

    async def one(number: int) -> list[float]:
        took: list[float] = []
        address = ("127.0.0.1", ports[number % len(ports)])
        writer = None
        for turn in range(-WARM, asked):
            path = addresses[(number * asked + turn) % len(addresses)]
            begun = time.perf_counter()
            if writer is None:
                reader, writer = await asyncio.open_connection(*address)
            writer.write(
                f"GET {path} HTTP/1.1\r\nHost: localhost\r\nCookie: {cookie}\r\n\r\n".encode()
            )
            status, is_last = await _answer(reader)
            if status != 200:
                raise RuntimeError(f"{urlsplit(path).path}: {status}")
            if turn >= 0:
                took.append(1000 * (time.perf_counter() - begun))
            if is_last:
                writer.close()
                writer = None
        if writer is not None:
            writer.close()
        return took

    return [ms for part in await asyncio.gather(*map(one, range(CLIENTS))) for ms in part]


async def _answer(reader: asyncio.StreamReader) -> tuple[int, bool]:
    """Read one answer to its end: its status, and whether the server then hangs up."""
    head = (await reader.readuntil(b"\r\n\r\n")).lower()
    told = dict(line.split(b": ", 1) for line in head.split(b"\r\n")[1:-2])
    if b"content-length" in told:
        await reader.readexactly(int(told[b"content-length"]))
    while b"chunked" in told.get(b"transfer-encoding", b""):
        size = int(await reader.readline(), 16)
        await reader.readexactly(size + 2)
        if not size:
            break
    return int(head.split(b" ", 2)[1]), told.get(b"connection") == b"close"


def beside(own: float, peer: dict[str, Any]) -> dict[str, Any]:
    """The peer's figures, and how many times as long it takes for a list with its rows."""
    if "peer_list_median_ms" not in peer:
        return peer
    whole = peer["peer_list_median_ms"] + peer["peer_rows_median_ms"]
    return peer | {
        "peer_times_ours": round(whole / own, 1),
        "peer_times_ours_aim": PEER_AIM,
        "peer_page_without_rows_times_ours": round(peer["peer_list_median_ms"] / own, 1),
    }
