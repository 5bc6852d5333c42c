"""`hailong work`"""

import click

from web import logs, queueing, reactions
from web.settings import Settings


@click.command()
def work() -> None:
    """Work through the queue until SIGTERM; run as many of these as the machine bears."""
    logs.configure()
    settings = Settings.read()
    if settings.database_url is None or settings.redis_url is None:
        raise click.ClickException("work needs HAILONG_DATABASE_URL and HAILONG_REDIS_URL")
    sweeps = queueing.Sweeps(
        jobs=reactions.jobs(settings),
        reactions=reactions.REACTIONS,
        queue=queueing.client(settings.redis_url),
    )
    queueing.work(settings.database_url, settings.redis_url, sweeps)
