"""`hailong schedule`"""

import asyncio
import signal

import click

from web import logs, queueing, reactions
from web.running import schedule as timer
from web.settings import Settings


@click.command()
def schedule() -> None:
    """Keep the schedule until SIGTERM; of several only one leads, the others stand by."""
    logs.configure()
    settings = Settings.read()
    if settings.database_url is None:
        raise click.ClickException("schedule needs HAILONG_DATABASE_URL")
    sweeps = queueing.Sweeps(
        jobs=reactions.jobs(settings),
        reactions=reactions.REACTIONS,
        queue=queueing.client(settings.redis_url) if settings.redis_url else None,
    )
    asyncio.run(_until_stopped(settings.database_url, sweeps))


async def _until_stopped(url: str, sweeps: queueing.Sweeps) -> None:
    keeping = asyncio.ensure_future(timer.keep(url, sweeps, reactions.SCHEDULE))
    loop = asyncio.get_running_loop()
    for number in (signal.SIGTERM, signal.SIGINT):
        loop.add_signal_handler(number, keeping.cancel)
    await asyncio.wait([keeping])
    if not keeping.cancelled():
        await keeping
