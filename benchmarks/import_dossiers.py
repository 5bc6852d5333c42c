"""Dossiers a second of `hailong import dossiers`, beside a bare COPY of the same file.

Each dossier is four rows in one file, shuffled: its receipt and three events. Half are paused,
resumed and finished; the others finished after two events that say nothing new of the clock (a
transfer there and back). An import reads each cell, puts the rows in order, counts due times on the
calendar, and writes a promise, four events and the closure that invites the resident.
"""

import asyncio
import csv
import json
import random
import sys
import tempfile
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from benchmarks import import_cases
from benchmarks.import_cases import HCMC, ROUNDS
from feedback.actors import System
from feedback.codes import Keyring
from sla.acts import Act
from web.imports import dossiers
from web.imports import run as imports
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.running.embedded import Postgres
from web.storage import database

DOSSIERS = {"small": 50_000, "city": 1_000_000, "full": 1_000_000}
AT = datetime(2026, 10, 1, tzinfo=UTC)
KEYS = Keyring(pepper=b"pepper of a benchmark", seal=b"seal of a benchmark")


def run(scale: str = "small") -> dict[str, Any]:
    """Measure with `DOSSIERS[scale]` and a tenth as many dossiers, each with three events."""
    count = DOSSIERS[scale]
    with tempfile.TemporaryDirectory() as folder, Postgres(Path(folder) / "server") as server:
        files = {n: written(Path(folder) / f"{n}.csv", n) for n in (count // 10, count)}
        server.create_database("template")
        asyncio.run(import_cases.prepare(server.url("template")))
        bare, taken = [], []
        peaks: dict[int, int] = {}
        for number in range(ROUNDS.get(scale, 1)):
            for size, file in files.items():
                name = f"round_{number}_{size}"
                server.create_database(name, template="template")
                if size == count:
                    bare.append(
                        asyncio.run(
                            import_cases.bare_copy(server.url(name), file, dossiers.COLUMNS)
                        )
                    )
                seconds, peak = import_cases.in_a_process(
                    "benchmarks.import_dossiers", server.url(name), file
                )
                peaks[size] = max(peak, peaks.get(size, 0))
                if size == count:
                    taken.append(seconds)
                server.psql(f"drop database {name}")
    return {
        "dossiers": count,
        "rows": 4 * count,
        "import_rows_per_second": round(4 * count / min(taken)),
        "bare_copy_rows_per_second": round(4 * count / min(bare)),
        "ratio": round(min(bare) / min(taken), 4),
        "ratio_aim": 0.10,
        "peak_memory_mb": {str(n): round(peak / 1024, 1) for n, peak in peaks.items()},
        "memory_growth": round(peaks[count] / peaks[count // 10], 3),
    }


def written(path: Path, count: int) -> Path:
    """A file of so many dossiers; shuffled some hundred thousand rows at a time."""
    rng = random.Random(1)
    with (HCMC / "agencies.csv").open(encoding="utf-8", newline="") as file:
        agencies = [row["code"] for row in csv.DictReader(file) if row["level"] == "commune"]
    with (HCMC / "services.csv").open(encoding="utf-8", newline="") as file:
        services = [row["code"] for row in csv.DictReader(file)]
    with path.open("w", encoding="utf-8", newline="") as file:
        writer = csv.writer(file)
        writer.writerow(dossiers.COLUMNS)
        block: list[tuple[str, ...]] = []
        for number in range(count):
            block += _dossier(rng, number, rng.choice(agencies), rng.choice(services))
            if len(block) >= 400_000 or number == count - 1:
                rng.shuffle(block)
                writer.writerows(block)
                block.clear()
    return path


def _dossier(rng: random.Random, number: int, agency: str, service: str) -> list[tuple[str, ...]]:
    at = datetime(2026, 1, 5, 8) + timedelta(minutes=rng.randrange(300_000))  # noqa: DTZ001 -- local, as in a file
    code = f"H29.{agency}-{at:%y%m%d}-{number:07d}"
    times = [f"{at:%Y-%m-%d %H:%M}"]
    for _ in range(3):
        at += timedelta(minutes=rng.randrange(60, 6_000))
        times.append(f"{at:%Y-%m-%d %H:%M}")
    promised = f"{at:%Y-%m-%d} 17:00" if rng.random() < 0.5 else ""
    other = "26740" if agency != "26740" else "26743"
    paused = rng.random() < 0.5
    first = ("paused", "thiếu giấy tờ", "") if paused else ("transferred", "", other)
    second = ("resumed", "", "") if paused else ("transferred", "", agency)
    events = (first, second, ("finished", "", ""))
    who = f"079{rng.randrange(10**9):09d}"
    row = (code, agency, service, times[0], promised, "", who, "online", "", "", "", "", "", "")
    return [
        row,
        *(
            (code, "", "", "", "", "", "", "", f"{number}-{n}", kind, at, reason, to, "")
            for n, ((kind, reason, to), at) in enumerate(zip(events, times[1:], strict=True), 1)
        ),
    ]


async def _timed(url: str, path: Path) -> float:
    act = Act(by=System("import"), at=AT)
    async with database.connected(url, patient=True):
        begun = time.perf_counter()
        await imports.run(path, KINDS["dossiers"], act, mapping=Mapping(), keys=KEYS)
        return time.perf_counter() - begun


if __name__ == "__main__":
    if len(sys.argv) == 3:
        seconds = asyncio.run(_timed(sys.argv[1], Path(sys.argv[2])))
        print(json.dumps([seconds, import_cases.peak()]))
    else:
        print(json.dumps(run(), indent=2))
