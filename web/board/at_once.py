"""Tasks done at the same time, each as if it were done here."""

import gc
import multiprocessing
import signal
import warnings
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from multiprocessing.connection import Connection
from typing import Any

Task = Callable[[], Any]


def done(tasks: Sequence[Task]) -> list[Any]:
    """What each gives, in their order; the last is done here, each other in a process of its own.

    Such a process is a copy of this one with everything that was read and compiled. What it could
    not do is done here.
    """
    helpers: list[_Helper] = []
    try:
        for task in tasks[:-1]:
            helpers.append(_begin(task, helpers))
        last = tasks[-1]()
        found = [_taken(helper.end) for helper in helpers]
        given = [of[0] if of else task() for task, of in zip(tasks, found, strict=False)]
        return [*given, last]
    finally:
        for helper in helpers:
            helper.process.kill()
            helper.process.join()
            helper.end.close()


@dataclass(frozen=True, slots=True)
class _Helper:
    process: Any
    end: Connection


def _begin(task: Task, others: Sequence[_Helper]) -> _Helper:
    here, there = multiprocessing.Pipe(duplex=False)
    # A copy has the ends of this process too; closed there, a helper whose maker is gone ends.
    ends = [here, *(other.end for other in others)]
    process = multiprocessing.get_context("fork").Process(
        target=_give, args=(task, there, ends), daemon=True
    )
    with warnings.catch_warnings():
        # A copy with one thread of a process with several: it only draws, and takes no lock but
        # those of templates, which nobody else here renders meanwhile.
        warnings.simplefilter("ignore", DeprecationWarning)
        process.start()
    there.close()
    return _Helper(process, here)


def _give(task: Task, end: Connection, ends: Sequence[Connection]) -> None:
    for other in ends:
        other.close()
    signal.signal(signal.SIGINT, signal.SIG_IGN)  # its maker is asked as well, and ends it
    gc.disable()  # it makes little that must be looked for, and ends soon
    end.send((task(),))
    end.close()


def _taken(end: Connection) -> tuple[Any] | None:
    """What a helper gave; None where it died before."""
    try:
        given: tuple[Any] = end.recv()
    except (EOFError, OSError):
        return None
    return given
