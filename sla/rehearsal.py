"""What would become of something, learned by doing it and undoing it."""

import contextlib
from collections.abc import AsyncGenerator

from tortoise.transactions import in_transaction


class _Undone(Exception):
    """Ends a rehearsal."""


@contextlib.asynccontextmanager
async def undone() -> AsyncGenerator[None, None]:
    """A transaction of which nothing stays once it is left; an error inside goes through."""
    with contextlib.suppress(_Undone):
        async with in_transaction():
            yield
            raise _Undone
