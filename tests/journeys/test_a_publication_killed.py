"""Publication is atomic under kill -9 at any instant: whatever is repeated, both sides agree."""

import asyncio
import os
import random
import signal
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

from tortoise.transactions import in_transaction

from feedback.actors import System
from ranking.life import editions
from ranking.models import EditionRow, EditionStatus
from ranking.verifying import verify
from sla.acts import Act
from tests.make import ZONE
from tests.ranking import rows
from web.board import manifest
from web.storage import database

ROOT = Path(__file__).parents[2]
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
NOVEMBER = datetime(2026, 11, 2, tzinfo=UTC)
ROUNDS = 6

# Publishes if nobody has, then puts the files in place; dies at the n-th statement or write.
CHILD = """
import asyncio, os, signal, sys
from datetime import UTC, datetime
from pathlib import Path
from tortoise.backends.asyncpg import client
from tortoise.transactions import in_transaction
from feedback.actors import System
from ranking.life import editions
from ranking.frozen.edition_errors import AlreadyPublished
from sla.acts import Act
from web.storage import database
from web.board import release
from web.settings import Settings

url, data, left = sys.argv[1], sys.argv[2], int(sys.argv[3])

def step():
    global left
    left -= 1
    if left == 0:
        os.kill(os.getpid(), signal.SIGKILL)

fsync, rename = os.fsync, Path.rename
def counted_fsync(descriptor):
    step()
    fsync(descriptor)
def counted_rename(self, target):
    step()
    return rename(self, target)
os.fsync, Path.rename = counted_fsync, counted_rename
for kind in (client.AsyncpgDBClient, client.TransactionWrapper):
    for name in ("execute_query", "execute_insert", "execute_query_dict", "commit"):
        if name in vars(kind):
            def counted(self, *args, _told=vars(kind)[name], **more):
                step()
                return _told(self, *args, **more)
            setattr(kind, name, counted)

async def main():
    settings = Settings(database_url=url, data=Path(data), base_url="https://hailong.example",
                        secret_key="s" * 40, pepper="p" * 40, demo=True)
    act = Act(by=System("test"), at=datetime(2026, 11, 2, tzinfo=UTC))
    async with database.connected(url, patient=True):
        try:
            async with in_transaction():
                await editions.publish("2026-Q3", "A", act, waived="a test")
        except AlreadyPublished:
            pass
        is_left = True
        while is_left:
            async with in_transaction():
                is_left = await release.release_board(act, settings)
    print("steps", left)

asyncio.run(main())
"""


def _child(url: str, data: Path, after: int) -> int:
    found = subprocess.run(
        [sys.executable, "-c", CHILD, url, str(data), str(after)],
        cwd=ROOT,
        env={**os.environ, "PYTHONPATH": str(ROOT)},
        check=False,
    )
    return found.returncode


async def _drafted(url: str) -> None:
    async with database.connected(url, patient=True):
        agency = await rows.make_agency("26740")
        await rows.make_ratings(agency, AUGUST, satisfied=30, unsatisfied=4)
        async with in_transaction():
            await editions.draft("2026-Q3", Act(by=System("test"), at=NOVEMBER), ZONE)


async def _stored(url: str) -> tuple[EditionStatus, str | None]:
    async with database.connected(url, patient=True):
        row = await EditionRow.get(name="2026-Q3")
        return row.status, row.manifest_digest


def test_killed_at_any_step_files_and_database_agree_in_the_end(
    committed_url: str, tmp_path: Path
) -> None:
    asyncio.run(_drafted(committed_url))
    folder = tmp_path / "editions" / "2026-Q3"
    choose = random.Random(20261122)
    killed = 0
    for after in sorted(choose.sample(range(1, 120), ROUNDS)):
        code = _child(committed_url, tmp_path, after)
        assert code in {0, -signal.SIGKILL}
        killed += code != 0
        status, digest = asyncio.run(_stored(committed_url))
        if folder.exists():
            assert status is EditionStatus.PUBLISHED
            assert verify.verify(folder) == []
        else:
            assert digest is None
    assert killed
    assert _child(committed_url, tmp_path, 10**9) == 0
    status, digest = asyncio.run(_stored(committed_url))
    assert status is EditionStatus.PUBLISHED
    assert digest == manifest.digest((folder / manifest.NAME).read_bytes())
    assert verify.verify(folder) == []
