"""Durable writes through the whole API, against single-row INSERTs of pgbench on the same server.

Sixteen clients with kept-alive connections; `synchronous_commit` on. Both sides share the machine
with their own load generator, so the ratio is what says something.
"""

import asyncio
import os
import re
import socket
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from datetime import UTC, datetime
from pathlib import Path
from typing import Any

import orjson
import uvloop

from benchmarks import city
from feedback import intake
from feedback.actors import Resident
from feedback.codes import Keyring
from feedback.drafts import ComplaintDraft, Contact
from feedback.intake import Filing
from feedback.models import CaseKind
from sla.acts import Act
from web import reactions
from web.running.embedded import Postgres
from web.settings import Settings
from web.storage import database

CLIENTS = 16
SECONDS = {"small": 4.0, "full": 15.0}
NOW = datetime(2026, 10, 5, 2, tzinfo=UTC)
RATING_RATIO = 0.15
COMPLAINT_RATIO = 0.05

CLOSURES = """
insert into closure (promise_id, round, agency_id, service_id, channel, resident, closed_at,
                     window_ends_at, invited_at)
select id, 1, agency_id, service_id, 'web', int8send(id), now(), now() + interval '14 days', now()
from promise
"""


def run(scale: str = "small") -> dict[str, Any]:
    """Rows per second of pgbench, ratings and complaints, and the two ratios with their aims."""
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder)) as server:
        server.create_database("hailong")
        settings = Settings(
            database_url=server.url("hailong"),
            data=Path(folder),
            secret_key="s" * 40,
            pepper="p" * 40,
        )
        application = server.application_url("hailong")
        asyncio.run(database.migrate(server.url("hailong"), application=application))
        limit = _pgbench(server, SECONDS[scale])
        codes = asyncio.run(_closures(settings, int(SECONDS[scale] * 4000)))
        # As in production: in a role that owns nothing, under row security.
        with _served(settings.model_copy(update={"database_url": application})) as port:
            ratings = uvloop.run(_load(port, _ratings(codes), SECONDS[scale]))
            complaints = uvloop.run(_load(port, _complaints(), SECONDS[scale]))
    return {
        "pgbench_rows_per_second": round(limit),
        "ratings_per_second": round(ratings),
        "complaints_per_second": round(complaints),
        "rating_ratio": round(ratings / limit, 3),
        "rating_ratio_aim": RATING_RATIO,
        "complaint_ratio": round(complaints / limit, 3),
        "complaint_ratio_aim": COMPLAINT_RATIO,
    }


def _pgbench(server: Postgres, seconds: float) -> float:
    server.psql(
        "create table bench (id bigserial primary key, closure_id bigint, overall smallint,"
        " comment text, given_at timestamptz)",
        "hailong",
    )
    with tempfile.NamedTemporaryFile("w", suffix=".sql") as script:
        script.write(
            "\\set n random(1, 1000000)\n"
            "insert into bench (closure_id, overall, comment, given_at)"
            " values (:n, 5, 'x', now());\n"
        )
        script.flush()
        command = [str(server.bin("pgbench")), "-n", "-M", "prepared", "-c", str(CLIENTS)]
        command += ["-j", "2", "-T", str(int(seconds)), "-f", script.name]
        command += ["-h", str(_socket(server)), "-U", "hailong", "hailong"]
        told = subprocess.run(command, capture_output=True, text=True, check=True).stdout
    found = re.search(r"tps = ([\d.]+)", told)
    if found is None:
        raise RuntimeError(told)
    return float(found[1])


def _socket(server: Postgres) -> str:
    return re.sub(r".*host=([^&]+).*", r"\1", server.url("hailong"))


async def _closures(settings: Settings, count: int) -> list[str]:
    """So many results waiting for their rating; their tracking codes."""
    keys: Keyring = reactions.keyring(settings)
    async with database.connected(settings.database_url or "", patient=True):
        await city.make()
        made: list[str] = []
        while len(made) < count:
            filings = [Filing(_draft(n), Resident(f"phone {n}")) for n in range(200)]
            receipts = await intake.file_complaints(filings, Act(Resident(), NOW), keys)
            made += [r.tracking_code for r in receipts if isinstance(r, intake.Receipt)]
        await city.execute(CLOSURES)
    return made


def _draft(number: int) -> ComplaintDraft:
    return ComplaintDraft(
        agency="W1",
        service="BIN",
        kind=CaseKind.COMPLAINT,
        subject=f"Rác không được thu gom {number}",
        text="Đã ba ngày nay rác trước nhà tôi không được thu gom, mùi rất khó chịu. " * 3,
        location="12 Lê Lợi",
        contact=Contact(),
        language="vi",
    )


class _served:  # noqa: N801 -- reads as what it is: with _served(...)
    """The application as in production, one process, on a free port."""

    def __init__(self, settings: Settings) -> None:
        environment = os.environ | settings.as_environment() | {"HAILONG_REDIS_URL": ""}
        self.port = _free_port()
        self.process = subprocess.Popen(
            [sys.executable, "-m", "web", "serve", "--trial", "--port", str(self.port)],
            env=environment,
        )

    def __enter__(self) -> int:
        asyncio.run(_until_ready(self.port))
        return self.port

    def __exit__(self, *_: object) -> None:
        self.process.terminate()
        self.process.wait(20)


def _free_port() -> int:
    with socket.socket() as listening:
        listening.bind(("127.0.0.1", 0))
        port: int = listening.getsockname()[1]
    return port


async def _until_ready(port: int) -> None:
    for _ in range(300):
        try:
            _, writer = await asyncio.open_connection("127.0.0.1", port)
        except OSError:
            await asyncio.sleep(0.1)
        else:
            writer.close()
            return
    raise TimeoutError


def _request(path: str, body: dict[str, Any]) -> bytes:
    content = orjson.dumps(body)
    head = (
        f"POST {path} HTTP/1.1\r\nHost: localhost\r\nContent-Type: application/json\r\n"
        f"Content-Length: {len(content)}\r\n\r\n"
    )
    return head.encode() + content


def _ratings(codes: list[str]) -> Iterator[bytes]:
    for code in codes:
        body = {"tracking_code": code, "overall": 5, "comment": "Nhanh và tử tế."}
        yield _request("/api/v1/cases/rate", body)


def _complaints() -> Iterator[bytes]:
    number = 0
    while True:
        number += 1
        draft = _draft(number)
        body = {
            "agency": draft.agency,
            "service": draft.service,
            "subject": draft.subject,
            "text": draft.text,
            "location": draft.location,
            "contact": {"name": "An", "email": f"an{number}@example.vn"},
        }
        yield _request("/api/v1/cases", body)


async def _load(port: int, requests: Iterator[bytes], seconds: float) -> float:
    """Answers per second while sixteen clients send as fast as they are answered."""
    loop = asyncio.get_running_loop()
    start = loop.time()
    counts = await asyncio.gather(
        *(_client(port, requests, start + seconds) for _ in range(CLIENTS))
    )
    return sum(counts) / (loop.time() - start)


async def _client(port: int, requests: Iterator[bytes], end: float) -> int:
    reader, writer = await asyncio.open_connection("127.0.0.1", port)
    loop = asyncio.get_running_loop()
    done = 0
    while loop.time() < end:
        request = next(requests, None)
        if request is None:
            break
        writer.write(request)
        head = await reader.readuntil(b"\r\n\r\n")
        length = re.search(rb"(?i)content-length: (\d+)", head)
        content = await reader.readexactly(int(length[1]) if length else 0)
        if not head.startswith(b"HTTP/1.1 20"):
            raise RuntimeError(head[:200] + content[:300])
        done += 1
    writer.close()
    return done
