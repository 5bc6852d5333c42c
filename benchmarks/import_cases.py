"""Rows a second of `hailong import cases`, beside a bare COPY of the same file in the same run.

The bare COPY loads the file as it is into a table of eight text columns: no check, no key, no
promise. An import reads each cell, refuses what is wrong, and writes a promise, its events and a
case. Memory is the peak of the importing process, for a small file and one ten times as long.
"""

import asyncio
import csv
import json
import random
import subprocess
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from feedback.actors import System
from sla.acts import Act
from web.imports import cases
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.running.embedded import Postgres
from web.storage import database

HCMC = Path(__file__).parents[1] / "fixtures" / "hcmc"
REGISTERS = ("calendar", "agencies", "lineage", "services", "commitments")
AT = datetime(2026, 10, 1, tzinfo=UTC)
ROWS = {"small": 100_000, "city": 1_000_000, "full": 1_000_000}
ROUNDS = {"small": 3, "city": 1, "full": 1}


def run(scale: str = "small") -> dict[str, Any]:
    """Measure with `ROWS[scale]` and a tenth as many rows."""
    rows = ROWS[scale]
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "server") as server:
        files = {n: _written(Path(folder) / f"{n}.csv", n) for n in (rows // 10, rows)}
        server.create_database("template")
        asyncio.run(prepare(server.url("template")))
        bare, taken = [], []
        peaks: dict[int, int] = {}
        for number in range(ROUNDS[scale]):
            for count, file in files.items():
                name = f"round_{number}_{count}"
                server.create_database(name, template="template")
                if count == rows:
                    bare.append(asyncio.run(bare_copy(server.url(name), file, cases.COLUMNS)))
                seconds, most = in_a_process("benchmarks.import_cases", server.url(name), file)
                peaks[count] = max(most, peaks.get(count, 0))
                if count == rows:
                    taken.append(seconds)
                server.psql(f"drop database {name}")
    return {
        "rows": rows,
        "import_rows_per_second": round(rows / min(taken)),
        "bare_copy_rows_per_second": round(rows / min(bare)),
        "ratio": round(min(bare) / min(taken), 4),
        "ratio_aim": 0.10,
        "peak_memory_mb": {str(n): round(most / 1024, 1) for n, most in peaks.items()},
        "memory_growth": round(peaks[rows] / peaks[rows // 10], 3),
    }


def _written(path: Path, count: int) -> Path:
    rng = random.Random(1)
    with (HCMC / "agencies.csv").open(encoding="utf-8", newline="") as file:
        agencies = [row for row in csv.DictReader(file) if row["level"] == "commune"]
    with (HCMC / "services.csv").open(encoding="utf-8", newline="") as file:
        services = [row["code"] for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(cases.COLUMNS)
        for number in range(count):
            opened = datetime(2025, 7, 1, 8) + timedelta(minutes=rng.randrange(500_000))  # noqa: DTZ001 -- local, as in a file
            agency = rng.choice(agencies)
            due = opened + timedelta(days=rng.randrange(1, 15))
            closed = opened + timedelta(minutes=rng.randrange(15_000))
            writer.writerow(
                (
                    f"H29.{agency['code']}-{opened:%y%m%d}-{number:07d}",
                    agency["code"],
                    agency["name_vi"],
                    rng.choice(services),
                    f"{opened:%Y-%m-%d %H:%M}",
                    f"{due:%Y-%m-%d} 17:00" if rng.random() < 0.9 else "",
                    f"{closed:%Y-%m-%d %H:%M}" if rng.random() < 0.9 else "",
                    f"Đã trả kết quả, phiếu số {number}",
                )
            )
    return path


async def prepare(url: str) -> None:
    """A migrated database with the city's registers."""
    await database.migrate(url)
    async with database.connected(url, patient=True):
        for kind in REGISTERS:
            await _import(kind, HCMC / f"{kind}.csv")


async def _import(kind: str, path: Path) -> int:
    act = Act(by=System("import"), at=AT)
    summary = await imports.run(path, KINDS[kind], act, mapping=Mapping())
    return summary.taken


async def bare_copy(url: str, path: Path, names: tuple[str, ...]) -> float:
    """Seconds of loading a file as it is into a table of text columns."""
    connection = await database.connection(url)
    try:
        columns = ", ".join(f'"{name}" text' for name in names)
        await connection.execute(f"create table bare ({columns})")
        begun = time.perf_counter()
        await connection.copy_to_table("bare", source=path, format="csv", header=True)
        return time.perf_counter() - begun
    finally:
        await connection.close()


def in_a_process(module: str, url: str, path: Path) -> tuple[float, int]:
    """Seconds of the import itself, and the process's peak memory in KiB."""
    argv = [sys.executable, "-m", module, url, str(path)]
    done = subprocess.run(argv, check=True, capture_output=True, text=True)
    seconds, most = json.loads(done.stdout)
    return seconds, most


async def _timed(url: str, path: Path) -> float:
    async with database.connected(url, patient=True):
        begun = time.perf_counter()
        await _import("cases", path)
        return time.perf_counter() - begun


def peak() -> int:
    """The peak memory of this process in KiB.

    VmHWM, not `ru_maxrss`: the latter is inherited from whoever started the process.
    """
    status = Path("/proc/self/status").read_text(encoding="ascii")
    return int(status.split("VmHWM:")[1].split()[0])


if __name__ == "__main__":
    if len(sys.argv) == 3:
        print(json.dumps([asyncio.run(_timed(sys.argv[1], Path(sys.argv[2]))), peak()]))
    else:
        print(json.dumps(run(), indent=2))
