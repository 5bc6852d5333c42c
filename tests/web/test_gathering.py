"""Those who come together are written together, and none spoils it for the others."""

import asyncio
from collections.abc import Sequence

import pytest
from tortoise.connection import get_connection

from feedback.errors import Refusal, UnknownAgency
from sla.acts import Act
from tests.make import NOW
from web import gathering
from web.gathering import Gathering
from web.storage.engine import Busy

pytestmark = pytest.mark.usefixtures("committed_database")


class Desk:
    """Writes down which asks came together; refuses "bad", breaks on "broken"."""

    def __init__(self, *, away: Exception | None = None) -> None:
        self.batches: list[list[str]] = []
        self.away = away
        self.gathered = Gathering[str, str](self.write, clock=lambda: NOW, after=lambda _: None)

    async def write(self, asks: Sequence[str], _: Act) -> list[str | Refusal]:
        self.batches.append(list(asks))
        await asyncio.sleep(0.01)
        if self.away is not None:
            raise self.away
        if "broken" in asks:
            raise ValueError
        return [UnknownAgency(ask) if ask == "bad" else f"done {ask}" for ask in asks]

    async def all_at_once(self, *asks: str) -> list[object]:
        waiting = (self.gathered.ask(ask) for ask in asks)
        return list(await asyncio.gather(*waiting, return_exceptions=True))


async def test_who_waits_while_one_is_written_is_written_together() -> None:
    desk = Desk()
    assert await desk.all_at_once("a", "b", "c", "d") == ["done a", "done b", "done c", "done d"]
    assert sorted(ask for batch in desk.batches for ask in batch) == ["a", "b", "c", "d"]
    assert len(desk.batches) <= 2


async def test_who_is_at_the_door_comes_in_with_the_first() -> None:
    desk = Desk()
    await desk.all_at_once("a", "b", "c", "d")
    assert desk.batches == [["a", "b", "c", "d"]]


async def test_what_many_send_is_planned_once_and_all_else_anew() -> None:
    modes: list[object] = []

    async def write(asks: Sequence[str], _: Act) -> Sequence[str]:
        modes.append(await _plans())
        return asks

    await Gathering(write, clock=lambda: NOW, after=lambda _: None).ask("a")
    assert [*modes, await _plans()] == ["force_generic_plan", "auto"]


async def _plans() -> object:
    [row] = await get_connection("default").execute_query_dict(
        "select current_setting('plan_cache_mode') as mode"
    )
    return row["mode"]


async def test_a_refusal_is_only_its_own() -> None:
    outcomes = await Desk().all_at_once("a", "bad", "b")
    assert isinstance(outcomes[1], UnknownAgency)
    assert (outcomes[0], outcomes[2]) == ("done a", "done b")


async def test_what_cannot_be_written_does_not_fail_its_neighbours() -> None:
    outcomes = await Desk().all_at_once("a", "broken", "b")
    assert isinstance(outcomes[1], ValueError)
    assert (outcomes[0], outcomes[2]) == ("done a", "done b")


async def test_when_the_database_is_away_all_are_told_at_once() -> None:
    desk = Desk(away=Busy())
    outcomes = await desk.all_at_once("a", "b", "c")
    assert all(isinstance(outcome, Busy) for outcome in outcomes)
    assert len(desk.batches) <= 2


async def test_too_many_waiting_are_turned_away(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(gathering, "WAITING_AT_MOST", 2)
    outcomes = await Desk().all_at_once(*"abcdefgh")
    assert any(isinstance(outcome, Busy) for outcome in outcomes)
    assert any(outcome == "done a" for outcome in outcomes)


async def test_who_leaves_while_leading_leaves_nobody_waiting() -> None:
    desk = Desk()
    leader = asyncio.create_task(desk.gathered.ask("leader"))
    await asyncio.sleep(0.002)
    follower = asyncio.create_task(desk.gathered.ask("follower"))
    await asyncio.sleep(0)
    leader.cancel()
    assert await asyncio.wait_for(follower, 5) == "done follower"
