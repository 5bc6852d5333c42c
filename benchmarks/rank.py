"""`hailong rank` on tables of 300 and 10,000 agencies, as somebody at a terminal runs it.

Seconds of the whole command, and of the same interpreter importing what ours imports from outside
(NumPy and the like) and nothing else: the rest is our own code, start-up included. Memory is the
child's own peak, as the kernel counts it.
"""

import os
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from typing import Any

from benchmarks import start

SIZES = (300, 10_000)
ROUNDS = {"small": 3, "full": 7}
SECONDS_AIM = {300: 0.5, 10_000: 3.0}
MEGABYTES_AIM = 600
COMMAND = "import web.__main__, web.commands.rank"


def run(scale: str = "small") -> dict[str, Any]:
    """Medians of seconds, and the largest memory, by number of agencies; with their aims."""
    figures: dict[str, Any] = {}
    with tempfile.TemporaryDirectory() as folder:
        environment = start.environment(Path(folder))
        outside = start.imports(COMMAND)
        for agencies in SIZES:
            table = Path(folder) / f"{agencies}.csv"
            table.write_text(_table(agencies))
            _run(table, environment)  # compiles modules
            runs = [_run(table, environment) for _ in range(ROUNDS[scale])]
            bare = statistics.median(
                start.python(outside, environment) for _ in range(ROUNDS[scale])
            )
            taken = statistics.median(seconds for seconds, _ in runs)
            # Of 10,000 the aim is for all of it, of 300 for what is ours.
            own = taken if agencies > SIZES[0] else taken - bare
            figures |= {
                f"seconds_{agencies}": round(taken, 2),
                f"own_seconds_{agencies}": round(taken - bare, 2),
                f"seconds_{agencies}_aim": SECONDS_AIM[agencies],
                f"meets_{agencies}": own <= SECONDS_AIM[agencies],
                f"megabytes_{agencies}": round(max(memory for _, memory in runs)),
            }
    return {**figures, "megabytes_aim": MEGABYTES_AIM}


def _table(agencies: int) -> str:
    """Ten groups, 50 to 2,049 residents each, shares from 80 to 99 %."""
    lines = ["id,n,x,group"]
    for number in range(agencies):
        n = 50 + number * 7919 % 2000
        x = n * (800 + number * 104729 % 195) // 1000
        lines.append(f"A{number},{n},{x},g{number % 10}")
    return "\n".join(lines) + "\n"


def _run(table: Path, environment: dict[str, str]) -> tuple[float, float]:
    """Seconds and megabytes of one run."""
    begun = time.perf_counter()
    child = subprocess.Popen(
        [sys.executable, "-m", "web", "rank", str(table)],
        env=environment,
        stdout=subprocess.DEVNULL,
    )
    _, status, used = os.wait4(child.pid, 0)
    taken = time.perf_counter() - begun
    child.returncode = os.waitstatus_to_exitcode(status)
    if child.returncode:
        raise RuntimeError(f"hailong rank ended with {child.returncode}")
    return taken, used.ru_maxrss / 1024
