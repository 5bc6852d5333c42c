"""Open an act at the edge: who, when, one transaction; then nudge the queue."""

from collections.abc import AsyncIterator
from typing import Annotated

from fastapi import Depends
from starlette.requests import Request
from tortoise.transactions import in_transaction

from sla.acts import Act
from web import queueing, reactions


async def acting(request: Request) -> AsyncIterator[Act]:
    """The act of this request. Committed before the reply leaves; a refusal rolls it back."""
    act = Act(by=request.state.actor, at=request.app.state.clock())
    async with in_transaction():
        yield act
    await queueing.nudge(reactions.jobs_after(act.events), queue=request.app.state.queue)


Acting = Annotated[Act, Depends(acting, scope="function")]
