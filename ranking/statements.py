"""What a SQL statement of ours answers, on the connection of whoever asks."""

from collections.abc import AsyncIterator, Sequence
from contextlib import asynccontextmanager
from typing import Any

from tortoise.connection import get_connection


async def rows(query: str, values: Sequence[Any] = ()) -> list[dict[str, Any]]:
    """Its rows, by the names of their columns."""
    found: list[dict[str, Any]] = await get_connection("default").execute_query_dict(
        query, list(values)
    )
    return found


# What looks further in a policy makes a table look dear, and then its rows are looked up alone.
_WHOLE = """
select set_config(name, $1, true)
from unnest(array['enable_nestloop', 'enable_mergejoin']) as of(name)
"""


@asynccontextmanager
async def whole_tables() -> AsyncIterator[None]:
    """Within, in a transaction, tables are read whole and joined by hashes: nearly all rows are
    asked for.
    """
    connection = get_connection("default")
    await connection.execute_query(_WHOLE, ["off"])
    yield
    await connection.execute_query(_WHOLE, ["on"])


_BOUND = """
select set_config(name || '_timeout', bound, true)
from unnest($1::text[], $2::text[]) as of(name, bound)
"""


async def patient(**bounds: str) -> None:
    """Until the transaction ends its work may take longer than a page's; by name what is bounded:
    a `statement`, waiting for a `lock`, `idle_in_transaction_session` while something is computed.
    """
    await rows(_BOUND, [list(bounds), list(bounds.values())])


async def is_alone(lock: int) -> bool:
    """Whether nobody else holds a lock; then nobody gets it until this transaction ends."""
    [found] = await rows("select pg_try_advisory_xact_lock($1) as is_alone", [lock])
    return bool(found["is_alone"])
