"""What a SQL statement of ours answers, on the connection of whoever asks."""

from collections.abc import Sequence
from typing import Any

from tortoise.connection import get_connection


async def rows(query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Its rows, by the names of their columns."""
    found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(
        query, list(values)
    )
    return found


async def is_alone(lock: int) -> bool:
    """Whether nobody else holds a lock; then nobody gets it until this transaction ends."""
    [found] = await rows("select pg_try_advisory_xact_lock($1) as is_alone", [lock])
    return bool(found["is_alone"])
