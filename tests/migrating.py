"""A database brought to the schema of one migration: what does the next one carry over?"""

from tortoise import Tortoise
from tortoise.migrations.api.migrate import migrate

from web.storage import database


async def to(url: str, target: str) -> None:
    """Apply migrations up to `target`, as `feedback.0002_rules`. In a loop of its own: others must
    not see Tortoise's global state of a migration.
    """
    try:
        await migrate(config=database.config(url, patient=True), target=target)
    finally:
        await Tortoise.close_connections()
