"""A server as our own child: started, awaited, mended, stopped, its folder claimed meanwhile."""

import contextlib
import importlib.util
import os
import signal
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from web.running import processes


@dataclass(eq=False)
class ServerFailed(processes.EmbeddedError):
    """The server ended before it was ready."""

    name: str
    last_words: str

    def __str__(self) -> str:
        return f"{self.name} did not start: {self.last_words or 'see its log'}"


@dataclass(eq=False)
class NoServer(processes.EmbeddedError):
    """The wheel has no server for this system."""

    package: str

    def __str__(self) -> str:
        return f"{self.package} has no server for this system: configure one instead"


class Server:
    """A server and its folder: started, watched, stopped; a context while it runs."""

    name: str
    home: Path
    process: subprocess.Popen[bytes] | None = None
    _claim: int | None = None

    def start(self, output: IO[bytes] | None = None) -> Self:
        """Return when it answers, however long its recovery takes; raises EmbeddedError."""
        try:
            self.launch(output)
            while not self.is_ready():
                if self.has_ended():
                    self.relaunch(output)
                time.sleep(0.02)
        except BaseException:
            self.stop()
            raise
        return self

    def launch(self, output: IO[bytes] | None = None) -> subprocess.Popen[bytes]:
        """Start the process without waiting; its words go to `output` or the folder's log."""
        if self._claim is None:
            self._claim = processes.claim(self.home)
        argv, cwd = self.prepare()
        with contextlib.ExitStack() as stack:
            if output is None:
                output = stack.enter_context(_log(self.home / "log"))
            self.process = subprocess.Popen(  # noqa: S603 -- our own programs and paths
                argv,
                cwd=cwd,
                env=environment(),
                stdin=subprocess.DEVNULL,
                stdout=output,
                stderr=subprocess.STDOUT,
                process_group=0,  # Ctrl-C on the terminal is for the supervisor
            )
        return self.process

    def relaunch(self, output: IO[bytes] | None = None) -> None:
        """Once more after an end before readiness, mended; raises ServerFailed."""
        if not self.mend():
            raise ServerFailed(self.name, _last_line(self.home / "log"))
        self.launch(output)

    def stop(self) -> None:
        """Stop it, reap it, give the folder back. Harmless when it is not running."""
        if self.process is not None:
            processes.end(self.process, (signal.SIGINT, 5), (signal.SIGQUIT, 2))
        if self._claim is not None:
            with contextlib.suppress(OSError):  # never made, or a killed server's socket is in it
                self.sockets.rmdir()
            os.close(self._claim)
            self._claim = None

    @property
    def sockets(self) -> Path:
        """The private folder of its unix socket; made for a start, gone after a stop."""
        raise NotImplementedError

    def has_ended(self) -> bool:
        return self.process is None or self.process.poll() is not None

    def prepare(self) -> tuple[list[str], Path]:
        """Make the folder fit for a start; the command and the folder it runs in."""
        raise NotImplementedError

    def is_ready(self) -> bool:
        """Whether a server in this folder answers now, whoever started it."""
        raise NotImplementedError

    def mend(self) -> bool:
        """After an end before readiness: whether something was done that makes a retry useful."""
        return False

    def __enter__(self) -> Self:
        return self.start()

    def __exit__(
        self,
        kind: type[BaseException] | None,
        error: BaseException | None,
        trace: TracebackType | None,
    ) -> None:
        self.stop()


def wheel(package: str) -> Path:
    """The folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise NoServer(package)
    return Path(spec.origin).parent


def environment() -> dict[str, str]:
    """Ours without what would lead PostgreSQL's programs elsewhere (PGHOST, PGDATA ...)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def run(argv: list[str]) -> str:
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=environment())  # noqa: S603
    if done.returncode:
        raise ServerFailed(Path(argv[-1]).name, done.stderr.strip().splitlines()[-1])
    return done.stdout.strip()


def _log(path: Path) -> IO[bytes]:
    """Appended to; begun anew when it has grown past 5 MB."""
    big = path.exists() and path.stat().st_size > 5_000_000
    return path.open("wb" if big else "ab")


def _last_line(path: Path) -> str:
    try:
        return path.read_text("utf-8", "replace").strip().splitlines()[-1]
    except (OSError, IndexError):
        return ""
