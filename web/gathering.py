"""Those who come at the same instant share one transaction.

Whoever finds nobody writing writes for all who wait (a leader, no background task); a caller is
answered only after the commit that holds its own work. One request that cannot be written does
not fail its neighbours: after an error each is written alone.
"""

import asyncio
from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass
from typing import Generic, TypeVar

from tortoise.transactions import in_transaction

from feedback.actors import Resident
from feedback.errors import Refusal
from sla.acts import Act, Event
from web.clock import Clock
from web.storage import engine, sight
from web.storage.engine import AWAY, Busy

AskT = TypeVar("AskT")
OutcomeT = TypeVar("OutcomeT")

BATCH_AT_MOST = 256
WAITING_AT_MOST = 4096
# One to read what a socket holds, one for its handler to come here.
TURNS = 2
# One writes while the others gather: with two, each would carry half as many.
LEADERS = 1


@dataclass(slots=True)
class _Waiting(Generic[AskT, OutcomeT]):
    ask: AskT
    answer: "asyncio.Future[OutcomeT | Refusal]"


class Gathering(Generic[AskT, OutcomeT]):
    """Gathers asks and has them written together by `write`, in one act of a resident."""

    def __init__(
        self,
        write: Callable[[Sequence[AskT], Act], Awaitable[Sequence[OutcomeT | Refusal]]],
        *,
        clock: Clock,
        after: Callable[[Sequence[Event]], None],
    ) -> None:
        self._write = write
        self._clock = clock
        self._after = after
        self._waiting: list[_Waiting[AskT, OutcomeT]] = []
        self._leading = asyncio.Semaphore(LEADERS)

    async def ask(self, ask: AskT) -> OutcomeT:
        """What became of one ask. Raises its refusal, or `Busy` when too many are waiting."""
        if len(self._waiting) >= WAITING_AT_MOST:
            raise Busy
        mine: _Waiting[AskT, OutcomeT] = _Waiting(ask, asyncio.get_running_loop().create_future())
        self._waiting.append(mine)
        try:
            async with self._leading:
                if not mine.answer.done():
                    await self._lead()
        finally:
            if not mine.answer.done() and mine in self._waiting:
                self._waiting.remove(mine)
        outcome = await mine.answer
        if isinstance(outcome, Refusal):
            raise outcome
        return outcome

    async def _lead(self) -> None:
        await self._all_in()
        batch = self._waiting[:BATCH_AT_MOST]
        del self._waiting[:BATCH_AT_MOST]
        try:
            await self._settle(batch)
        except asyncio.CancelledError:
            # The leader went away; those who wait lead for themselves.
            self._waiting[:0] = [one for one in batch if not one.answer.done()]
            raise

    async def _all_in(self) -> None:
        """Let in whoever is at the door already: till a turn of the loop brings nobody more."""
        before = 0
        while before < len(self._waiting) < BATCH_AT_MOST:
            before = len(self._waiting)
            for _ in range(TURNS):
                await asyncio.sleep(0)

    async def _settle(self, batch: Sequence[_Waiting[AskT, OutcomeT]]) -> None:
        try:
            outcomes = await self._in_one_act([one.ask for one in batch])
        except (Busy, *AWAY) as error:
            # Nobody's own fault: one by one they would only wait in line for the same answer.
            for one in batch:
                _fail(one, error)
        except Exception:  # noqa: BLE001 -- whatever it was, it may be one ask's alone
            for one in batch:
                await self._settle_alone(one)
        else:
            for one, outcome in zip(batch, outcomes, strict=True):
                _answer(one, outcome)

    async def _settle_alone(self, one: _Waiting[AskT, OutcomeT]) -> None:
        """The second try: what somebody else stored meanwhile under the same key is found now."""
        try:
            [outcome] = await self._in_one_act([one.ask])
        except Exception as error:  # noqa: BLE001 -- handed to whoever asked
            _fail(one, error)
        else:
            _answer(one, outcome)

    async def _in_one_act(self, asks: Sequence[AskT]) -> Sequence[OutcomeT | Refusal]:
        act = Act(by=Resident(), at=self._clock())
        # Whoever leads writes for others too: in everybody's sight, not in its own.
        with sight.seeing(sight.RESIDENT), engine.planning_once():
            async with in_transaction():
                outcomes = await self._write(asks, act)
        self._after(act.events)
        return outcomes


def _answer(one: _Waiting[AskT, OutcomeT], outcome: OutcomeT | Refusal) -> None:
    # Whoever asked may have gone away; the work is done all the same.
    if not one.answer.done():
        one.answer.set_result(outcome)


def _fail(one: _Waiting[AskT, OutcomeT], error: Exception) -> None:
    if not one.answer.done():
        one.answer.set_exception(error)
