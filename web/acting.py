"""Open an act at the edge: who, when, one transaction; then nudge the queue."""

from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from tortoise.transactions import in_transaction

from sla.acts import Act
from web import queueing, reactions


@asynccontextmanager
async def opened(request: Request) -> AsyncIterator[Act]:
    """An act for a handler that goes on after a refusal: everything in it is then undone."""
    act = Act(by=request.state.actor, at=request.app.state.clock())
    async with in_transaction():
        yield act
    await queueing.nudge(reactions.jobs_after(act.events), queue=request.app.state.queue)


async def acting(request: Request) -> AsyncIterator[Act]:
    """The act of this request. Committed before the reply leaves; a refusal rolls it back."""
    async with opened(request) as act:
        yield act


Acting = Annotated[Act, Depends(acting, scope="function")]
