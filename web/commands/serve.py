"""`hailong serve`"""

import asyncio
import socket

import click
import uvicorn

from web import app, clock, garbage, logs
from web.board import lane
from web.settings import Settings, unsafe_for_production
from web.storage import database

STOP_SECONDS = 3  # for answers under way; the supervisor allows a little more
CONNECTIONS = 512  # beyond them 503 at once: better than a queue without end


@click.command()
@click.option("--host", default="127.0.0.1", show_default=True)
@click.option("--port", default=8000, show_default=True, type=click.IntRange(1, 65535))
@click.option("--fd", type=int, hidden=True, help="A listening socket, inherited.")
@click.option("--trial", is_flag=True, hidden=True, help="Accept settings unsafe for production.")
def serve(host: str, port: int, fd: int | None, *, trial: bool) -> None:
    """Serve pages and API until SIGTERM. Put a proxy with its own time limits in front.

    Refuses what is unsafe for production: a default secret, no base URL, a database that may
    forget what it has acknowledged, a role of its own that may change what is only appended.
    """
    logs.configure()
    settings = Settings.read()
    if not trial:
        _check_safe(settings)
    made = app.create_app(settings, clock.now)
    garbage.look_seldom()  # nor at the application: readers would wait for a twelfth of a second
    server = uvicorn.Server(
        uvicorn.Config(
            made,
            host=host,
            port=port,
            loop="uvloop",
            http=lane.served_by(made),
            ws="none",
            lifespan="on",
            log_config=None,
            access_log=False,  # addresses hold personal data; the application counts requests
            server_header=False,
            proxy_headers=False,
            limit_concurrency=CONNECTIONS,
            timeout_keep_alive=15,
            timeout_graceful_shutdown=STOP_SECONDS,
        )
    )
    server.run(sockets=None if fd is None else [socket.socket(fileno=fd)])
    if not server.started:
        raise click.ClickException(f"cannot serve on {host}:{port}; the log says why")


def _check_safe(settings: Settings) -> None:
    faults = unsafe_for_production(settings)
    if not faults and settings.database_url is not None:
        try:
            faults = asyncio.run(database.dangers(settings.database_url))
        except database.UNREACHABLE as error:
            raise click.ClickException(f"the database cannot be reached: {error}") from None
    if faults:
        raise click.ClickException("refused as unsafe: " + "; ".join(faults))
