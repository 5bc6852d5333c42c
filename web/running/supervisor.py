"""The process tree: children started in order, watched, restarted, stopped in reverse order.

One thread decides (children are tied to it, see `processes.tied`); one more per child carries
its words to stderr. A child that dies does not take the others along: they reconnect.
"""

import contextlib
import os
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from typing import IO

from web import mistakes
from web.running import processes, servers

TICK = 0.02
LONGEST_WAIT = 30.0
STABLE_AFTER = 10.0
PATIENCE_AT_START = 3  # ends in a row before everything has once been ready
LONGEST_LINE = 8192


@dataclass(eq=False)
class ChildFailed(mistakes.Mistake):
    """A child kept ending before the whole was ready for the first time."""

    name: str
    status: int

    def __str__(self) -> str:
        return f"{self.name} does not start (it ended with {self.status}); its last words are above"


@dataclass
class Child:
    """One process to keep alive; with `once` one to run to its end before the next start.

    What runs once may find nothing to do: its `launch` then answers None. One that is `early`
    starts beside those before it, but is asked only after them whether it is ready.
    """

    name: str
    launch: Callable[[IO[bytes]], subprocess.Popen[bytes] | None]
    is_ready: Callable[[], bool] = lambda: True
    patience: float = 4.0
    once: bool = False
    early: bool = False
    server: servers.Server | None = None

    process: subprocess.Popen[bytes] | None = field(default=None, init=False)
    was_ready: bool = field(default=False, init=False)  # in any of its lives
    is_answering: bool = field(default=False, init=False)  # in this one
    failures: int = field(default=0, init=False)
    started: float = field(default=0.0, init=False)
    not_before: float = field(default=0.0, init=False)
    output: IO[bytes] | None = field(default=None, init=False)

    @property
    def is_done(self) -> bool:
        return self.once and self.was_ready

    def stop(self) -> None:
        """End it and whatever it left in its process group."""
        if self.server is not None:
            self.server.stop()
        elif self.process is not None:
            processes.end(self.process, (signal.SIGTERM, self.patience))
            self.end_group()

    def end_group(self) -> None:
        """Kill what the ended process left behind; a server's own children end by themselves."""
        if self.server is None and self.process is not None:
            with contextlib.suppress(ProcessLookupError, PermissionError):
                os.killpg(self.process.pid, signal.SIGKILL)


def command(
    name: str,
    argv: Sequence[str],
    environment: Mapping[str, str],
    *,
    is_ready: Callable[[], bool] = lambda: True,
    patience: float = 4.0,
    once: bool = False,
    early: bool = False,
    keep: Sequence[int] = (),
) -> Child:
    """A child that is a program; `keep` are descriptors it inherits."""
    tied = processes.tied(argv, signal.SIGTERM)

    def launch(output: IO[bytes]) -> subprocess.Popen[bytes]:
        return subprocess.Popen(  # noqa: S603 -- our own programs
            tied,
            env=dict(environment),
            stdin=subprocess.DEVNULL,
            stdout=output,
            stderr=subprocess.STDOUT,
            pass_fds=tuple(keep),
            process_group=0,
        )

    return Child(name, launch, is_ready, patience=patience, once=once, early=early)


def serve(server: servers.Server, *, early: bool = False) -> Child:
    """A child that is an embedded server."""
    return Child(server.name, server.launch, server.is_ready, early=early, server=server)


def run(
    children: Sequence[Child],
    *,
    on_ready: Callable[[], None],
    on_stop: Callable[[], None] = lambda: None,
) -> None:
    """Keep the children alive until SIGTERM or SIGINT; then stop them, the last one first.

    Raises ChildFailed or EmbeddedError when the whole could not be brought up once.
    """
    with _asked_to_stop() as is_over, contextlib.ExitStack() as stack:
        for child in children:
            child.output = stack.enter_context(_spoken(child.name))
            stack.callback(child.stop)  # reversed by the stack; on an error as well
        stack.callback(on_stop)
        announced = False
        while not is_over():
            _tick(children, started_up=announced)
            if not announced and all(child.was_ready for child in children):
                announced = True
                on_ready()
            time.sleep(TICK)


def _tick(children: Sequence[Child], *, started_up: bool) -> None:
    """Look at each child once; one that is not early waits until all before it have been ready."""
    is_in_turn = True
    for child in children:
        if child.is_done or not (is_in_turn or child.early):
            continue
        if child.process is None:
            _launch(child, started_up=started_up)
        elif (status := child.process.poll()) is not None:
            _ended(child, status, started_up=started_up)
        elif is_in_turn:
            _running(child)
        is_in_turn = is_in_turn and child.was_ready


def _launch(child: Child, *, started_up: bool) -> None:
    if time.monotonic() < child.not_before or child.output is None:
        return
    try:
        child.process = child.launch(child.output)
    except (processes.EmbeddedError, OSError) as error:
        if not started_up:
            raise
        say(f"{child.name} cannot be started: {error}")
        _put_off(child)
    else:
        child.started = time.monotonic()
        child.was_ready |= child.once and child.process is None


def _running(child: Child) -> None:
    if not child.once and not child.is_answering and (child.server or not child.was_ready):
        child.is_answering = child.is_ready()
        child.was_ready |= child.is_answering
    if child.failures and time.monotonic() - child.started > STABLE_AFTER:
        child.failures = 0


def _ended(child: Child, status: int, *, started_up: bool) -> None:
    if child.once and status == 0:
        child.was_ready = True
        return
    child.end_group()
    if child.server is not None and not child.is_answering:
        child.server.mend()
    _put_off(child)
    if not started_up and child.failures >= PATIENCE_AT_START:
        raise ChildFailed(child.name, status)
    wait = max(0.0, child.not_before - time.monotonic())
    say(f"{child.name} ended with {status}; again in {wait:.1f} s")


def _put_off(child: Child) -> None:
    """Again after 0.1 s, then twice as long each time, until it has run for a while."""
    child.process = None
    child.is_answering = False
    child.not_before = time.monotonic() + min(LONGEST_WAIT, 0.1 * 2**child.failures)
    child.failures += 1


def say(text: str, name: str = "supervisor") -> None:
    """One line on stderr. A terminal that has gone away is no reason to stop."""
    with contextlib.suppress(OSError, ValueError):
        sys.stderr.write(f"{name:<10}| {text}\n")
        sys.stderr.flush()


@contextlib.contextmanager
def _spoken(name: str) -> Iterator[IO[bytes]]:
    """A pipe whose lines appear on stderr under that name, for all lives of the child."""
    reading, writing = os.pipe()

    def carry() -> None:
        with os.fdopen(reading, "rb") as lines:
            while line := lines.readline(LONGEST_LINE):
                say(line.decode("utf-8", "replace").rstrip("\n"), name)

    thread = threading.Thread(target=carry, name=f"words of {name}", daemon=True)
    thread.start()
    with os.fdopen(writing, "wb") as output:
        yield output
    thread.join(timeout=1)  # a grandchild may hold the pipe open; it is not waited for


@contextlib.contextmanager
def _asked_to_stop() -> Iterator[Callable[[], bool]]:
    """Whether SIGTERM, SIGINT or SIGHUP came; a second one changes nothing: stopping is bounded."""
    received: list[int] = []  # a lock in a signal handler could wait for its own thread
    numbers = (signal.SIGTERM, signal.SIGINT, signal.SIGHUP)
    before = {
        number: signal.signal(number, lambda number, _: received.append(number))
        for number in numbers
    }
    try:
        yield lambda: bool(received)
    finally:
        for number, handler in before.items():
            signal.signal(number, handler)
