"""How much memory a stretch of work took at its height, in this process and in the server's."""

import os
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path

EVERY = 0.5
"""Seconds between two looks."""


@dataclass(slots=True)
class Height:
    """Megabytes of its own that this process had at its height, and all of the server's together at
    theirs; what processes share is not in it.
    """

    python: int = 0
    server: int = 0

    def look(self, cluster: Path) -> None:
        """Look once; on systems without /proc there is nothing to see."""
        parent = _parent(cluster)
        children = _children(parent) if parent else []
        self.python = max(self.python, _own_megabytes(os.getpid()))
        self.server = max(self.server, sum(map(_own_megabytes, children)))


@contextmanager
def height(cluster: Path) -> Iterator[Height]:
    """Watched until the end of the block; `cluster` is the folder of the server's data."""
    seen, over = Height(), threading.Event()

    def watch() -> None:
        while not over.wait(EVERY):
            seen.look(cluster)

    watching = threading.Thread(target=watch, daemon=True)
    watching.start()
    try:
        yield seen
    finally:
        over.set()
        watching.join()


def _parent(cluster: Path) -> int | None:
    try:
        return int((cluster / "postmaster.pid").read_text().split()[0])
    except (OSError, ValueError, IndexError):
        return None


def _children(parent: int) -> list[int]:
    found = []
    for task in Path("/proc", str(parent), "task").glob("*/children"):
        found += [int(number) for number in task.read_text().split()]
    return found


def _own_megabytes(number: int) -> int:
    try:
        lines = Path("/proc", str(number), "status").read_text().splitlines()
    except OSError:
        return 0  # gone by now, or no /proc
    own = [line.split()[1] for line in lines if line.startswith("RssAnon:")]
    return int(own[0]) // 1024 if own else 0
