"""`hailong up` from a data folder that exists to its line `Ready:`, and how much of that is ours.

Taken apart by what the same start cannot do without, each measured alone in the same run:

* `servers`: PostgreSQL and Valkey of that folder, started one after the other until they answer;
* `interpreters`: what stands on the way to `Ready:` before any line of ours can run, two bare
  Pythons (the supervisor's and the web child's) that import every module from outside which our
  own would load, and nothing else.

Our own code is the rest: total - servers - interpreters. Parts of a start run side by side, so
the rest can be smaller than the time our code was busy; `serial_own_seconds`, measured without a
server, says how long importing our modules and building the application takes with nobody beside
it. Medians; the page cache is warm, and modules are compiled, as after any first start.
"""

import os
import signal
import statistics
import subprocess
import sys
import tempfile
import time
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any

from web.running.embedded import Postgres, Valkey
from web.settings import Settings

ROUNDS = {"small": 3, "full": 9}
TOTAL_AIM = 5.0
OWN_AIM = 2.0
OURS = ("web", "ranking", "feedback", "sla")
# The processes on the way to `Ready:`; worker and schedule are started just before it.
SUPERVISOR = "import web.__main__, web.commands.up"
WEB = "import web.__main__, web.commands.serve"
QUIETLY = "import gc; gc.disable()\n"  # as `web.__main__` does while a command is imported
BUILD = """
from pathlib import Path
from web import app, clock, settings
app.create_app(settings.Settings(
    database_url='postgres://u@127.0.0.1:1/x', redis_url='redis://127.0.0.1:1', data=Path('var'),
    secret_key='s' * 40, pepper='p' * 40), clock.now)
"""


def run(scale: str = "small") -> dict[str, Any]:
    """Seconds from the command to `Ready:`, of which ours, and the parts; with their aims."""
    rounds = ROUNDS[scale]
    with tempfile.TemporaryDirectory() as folder:
        data, variables = Path(folder) / "var", environment(Path(folder))
        _up(data, variables)  # makes cluster, schema and secrets, and compiles modules
        total = _median(lambda: _up(data, variables), rounds)
        servers = _median(lambda: _servers(data), rounds)
        programs = [imports(SUPERVISOR), imports(WEB), f"{QUIETLY}{WEB}\n{BUILD}"]
        supervisor, web, built = (
            _median(lambda program=program: python(program, variables), rounds)
            for program in programs
        )
    return {
        "total_seconds": round(total, 2),
        "total_aim": TOTAL_AIM,
        "own_seconds": round(total - servers - supervisor - web, 2),
        "own_aim": OWN_AIM,
        "servers_seconds": round(servers, 2),
        "interpreters_seconds": round(supervisor + web, 2),
        "serial_own_seconds": round(built - web, 2),
    }


def _median(measure: Callable[[], float], rounds: int) -> float:
    return statistics.median(measure() for _ in range(rounds))


def _up(data: Path, environment: Mapping[str, str]) -> float:
    """Seconds until `Ready:`; the tree is stopped again."""
    start = time.perf_counter()
    tree = subprocess.Popen(
        [sys.executable, "-m", "web", "up", "--port", "0", "--data", str(data)],
        env=environment,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    )
    try:
        line = tree.stdout.readline() if tree.stdout else ""
        taken = time.perf_counter() - start
    finally:
        tree.send_signal(signal.SIGTERM)
        tree.wait(30)
    if not line.startswith("Ready:"):
        raise RuntimeError(f"no Ready: {line!r}")
    return taken


def _servers(data: Path) -> float:
    start = time.perf_counter()
    with Postgres(data), Valkey(data):
        return time.perf_counter() - start


def imports(program: str) -> str:
    """A program that imports what this one does from outside, in the same order."""
    listing = f"{program}\nimport sys\nprint(*sys.modules)"
    names = subprocess.run(
        [sys.executable, "-c", listing], capture_output=True, text=True, check=True
    ).stdout.split()
    wanted = [name for name in names if name.partition(".")[0] not in (*OURS, "__main__")]
    return f"""{QUIETLY}
import importlib
for name in {wanted!r}:
    try:
        importlib.import_module(name)
    except ImportError:  # made by another module at run time
        pass
"""


def python(program: str, environment: Mapping[str, str]) -> float:
    """Seconds of an interpreter that runs this program."""
    start = time.perf_counter()
    subprocess.run([sys.executable, "-c", program], env=environment, check=True)
    return time.perf_counter() - start


def environment(folder: Path) -> dict[str, str]:
    """Variables of a child: ours without what would configure other servers.

    Compiled modules are kept in the folder.
    """
    wanted = {f"HAILONG_{name.upper()}" for name in Settings.model_fields}
    strangers = wanted | {"DATABASE_URL", "REDIS_URL", "PYTHONDONTWRITEBYTECODE"}
    kept = {name: value for name, value in os.environ.items() if name not in strangers}
    return {**kept, "PYTHONPYCACHEPREFIX": str(folder / "compiled")}
