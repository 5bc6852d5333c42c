"""`hailong up`"""

import dataclasses
import http.client
import os
import socket
import subprocess
import sys
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import IO

import click

from web.running import embedded, servers, supervisor
from web.settings import Settings
from web.storage import rights, schema

WORKERS = 1


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option(
    "--port", default=8000, show_default=True, type=click.IntRange(0, 65535), help="0: a free one."
)
@click.option("--data", type=click.Path(path_type=Path), help="Folder of all that is kept.")
def up(host: str, port: int, data: Path | None) -> None:
    """Start web, worker and schedule, and the servers that are not configured; keep them alive.

    Prints "Ready: http://HOST:PORT" when all answers. Ctrl-C or SIGTERM stops it all.
    """
    settings = Settings.read(data=data)
    with listen(host, port) as listening:
        run(settings, listening, host=host)


def run(
    settings: Settings,
    listening: socket.socket,
    *,
    host: str,
    on_ready: Callable[[str], None] = lambda address: None,
) -> None:
    """Run the whole tree until it is told to stop; `on_ready` is given the address.

    Raises EmbeddedError, ChildFailed.
    """
    settings = settings.with_secrets()
    port = listening.getsockname()[1]
    shown = f"[{host}]" if ":" in host else host
    address = f"http://{shown}:{port}"

    def announce() -> None:
        click.echo(f"Ready: {address}")
        sys.stdout.flush()
        on_ready(address)

    children = tree(settings, listening, lambda: _answers(host, port))
    supervisor.run(children, on_ready=announce, on_stop=listening.close)


def listen(host: str, port: int) -> socket.socket:
    """Where the web child listens: ours, so that visitors wait while it starts or restarts.

    Raises ClickException where it cannot be had.
    """
    family = socket.AF_INET6 if ":" in host else socket.AF_INET
    try:
        return socket.create_server((host, port), family=family, backlog=2048)
    except OSError as error:
        why = str(error.strerror).partition(" (")[0]  # what was attempted is said before
        told = f"cannot listen on {host}:{port}: {why}; name another with --port"
        raise click.ClickException(told) from None


def tree(
    settings: Settings, listening: socket.socket, is_ready: Callable[[], bool]
) -> list[supervisor.Child]:
    """The children in the order of their readiness.

    Web is early: it imports while PostgreSQL recovers. Worker and schedule are not: nobody waits
    for them, and they would take the processors from those who are waited for.
    """
    kept: list[supervisor.Child] = []
    postgres = None
    if settings.database_url is None:
        postgres = embedded.Postgres(settings.data)
        kept.append(supervisor.serve(postgres))
        settings = settings.model_copy(update=postgres.addresses())
    if settings.redis_url is None:
        valkey = embedded.Valkey(settings.data)
        kept.append(supervisor.serve(valkey, early=True))
        settings = settings.model_copy(update={"redis_url": valkey.url})
    owners = {**os.environ, **settings.as_environment(), "PYTHONUNBUFFERED": "1"}
    # Whoever serves and works has no use for the owner's address.
    environment = {**owners, "HAILONG_OWNER_URL": ""}
    hailong = [sys.executable, "-m", "web"]
    descriptor = listening.fileno()
    workers = [
        supervisor.command(f"work-{number}", [*hailong, "work"], environment)
        for number in range(1, WORKERS + 1)
    ]
    return [
        *kept,
        _migrate([*hailong, "migrate"], owners, postgres),
        supervisor.command(
            "web",
            [*hailong, "serve", "--trial", "--fd", str(descriptor)],
            environment,
            is_ready=is_ready,
            early=True,
            keep=[descriptor],
        ),
        *workers,
        supervisor.command("schedule", [*hailong, "schedule"], environment, patience=2),
    ]


def _migrate(
    argv: list[str], environment: Mapping[str, str], postgres: embedded.Postgres | None
) -> supervisor.Child:
    """An embedded server's database is made before; one that is up to date needs no process."""
    child = supervisor.command("migrate", argv, environment, once=True)
    if postgres is None:
        return child

    def launch(output: IO[bytes]) -> subprocess.Popen[bytes] | None:
        is_new = postgres.create_database(embedded.DATABASE)
        return child.launch(output) if is_new or not _is_migrated(postgres) else None

    return dataclasses.replace(child, launch=launch)


def _is_migrated(postgres: embedded.Postgres) -> bool:
    try:
        rows = postgres.psql(schema.APPLIED, embedded.DATABASE).splitlines()
    except servers.ServerFailed:  # no such table: whoever was to make it was cut off
        return False
    applied = (row.partition("|") for row in rows)
    return schema.is_complete((app, name) for app, _, name in applied) and _has_rights(postgres)


def _has_rights(postgres: embedded.Postgres) -> bool:
    """Whether the application's role was given the rights which this code knows."""
    return postgres.psql(rights.MARK, embedded.DATABASE) == rights.mark(embedded.APPLICATION)


def _answers(host: str, port: int) -> bool:
    """Whether /readyz is 200."""
    everywhere = {"0.0.0.0": "127.0.0.1", "::": "::1"}  # noqa: S104 -- compared, not bound
    connection = http.client.HTTPConnection(everywhere.get(host, host), port, timeout=1)
    try:
        connection.request("GET", "/readyz")
        return connection.getresponse().status == 200
    except (OSError, http.client.HTTPException):
        return False
    finally:
        connection.close()
