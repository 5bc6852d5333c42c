"""What only the owner of the database may do, inside the `database` of a test."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager

from tortoise.connection import get_connection

from web.running.embedded import APPLICATION

NOT = f"set local role {APPLICATION}"


@asynccontextmanager
async def owner() -> AsyncIterator[None]:
    """As the owner inside; what fails there must be in a transaction of its own."""
    connection = get_connection("default")
    await connection.execute_query("set local role none")
    yield
    await connection.execute_query(NOT)
