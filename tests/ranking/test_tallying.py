"""Tallies kept by agency and window: what an edition reads is what counting the rows comes to."""

import asyncio
from datetime import UTC, datetime, timedelta
from itertools import count
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st
from tortoise.expressions import F
from tortoise.transactions import in_transaction

from feedback.actors import System
from feedback.models import ClosureRow, RatingRow
from ranking.counts import answers, gathering, tallies, tallying
from ranking.method import periods
from ranking.method.config import Config
from ranking.models import (
    Finding,
    QuarantineDecisionRow,
    QuarantinedRatingRow,
    QuarantineRow,
    QuarantineState,
    TallyMarkRow,
    TallyRow,
)
from sla import charter, ledger
from sla.acts import Act
from sla.errors import SlaError
from sla.models import AgencyRow, CalendarRow, PromiseKind, PromiseRow, ServiceRow
from sla.promise_events import Extended, Finished, Paused, Resumed, Transferred, Withdrawn
from tests import make
from tests.ranking import rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
Q4 = Q3.following()
AUGUST = datetime(2026, 8, 10, 3, tzinfo=UTC)
LATER = datetime(2027, 2, 1, tzinfo=UTC)
CONFIG = Config()
_codes = count(1)


async def _both(period: periods.Period = Q3, at: datetime = LATER) -> tuple[Any, Any]:
    """What an edition is made from: of what is kept, and of the rows alone."""
    kept = await gathering.gathered(period, CONFIG, at)
    return kept, await gathering.gathered(period, CONFIG, at, read=tallying.from_rows)


async def _counted_anew() -> dict[str, int]:
    """Of how many agencies each tally of the quarter has to be counted now."""
    windows = (tallying.of_answers(Q3), tallying.of_promises(Q3))
    return {window.what: await tallying.settle(window) for window in windows}


@pytest.mark.usefixtures("database")
async def test_what_is_kept_is_counted_once_and_read_from_then_on():
    agency, _ = await rows.make_agency(), await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=3, unsatisfied=2, silent=1)
    kept, counted = await _both()
    assert kept == counted
    assert await _counted_anew() == {"said": 0, "kept": 0}
    await TallyRow.filter(what="kept", agency_id=agency.id).update(body="null")
    assert (await _both())[0] != counted


@pytest.mark.usefixtures("database")
async def test_a_change_marks_the_agency_it_concerns_and_no_other():
    one, _ = await rows.make_agency(), await rows.make_agency()
    rating = await rows.make_rating(one, AUGUST, 5)
    await _both()
    await RatingRow.filter(id=rating.id).update(overall=1, revision=F("revision") + 1)
    while await tallies.count_some(ZONE):
        pass
    assert await _counted_anew() == {"said": 1, "kept": 1}
    kept, counted = await _both()
    assert kept == counted


@pytest.mark.parametrize(
    ("ended_at", "concerned"),
    [(Q3.cutoff_at - timedelta(seconds=1), 1), (Q3.cutoff_at, 0), (LATER, 0)],
)
@pytest.mark.usefixtures("database")
async def test_what_ends_after_the_cut_off_was_open_at_it_all_the_same(
    ended_at: datetime, concerned: int
):
    agency = await rows.make_agency()
    promise = await rows.make_promise(agency, AUGUST, due_at=AUGUST + timedelta(days=9))
    await _both()
    await PromiseRow.filter(id=promise.id).update(ended_at=ended_at, state="finished")
    assert await _counted_anew() == {"said": 0, "kept": concerned}
    kept, counted = await _both()
    assert kept == counted


@pytest.mark.usefixtures("database")
async def test_a_mark_taken_twice_or_left_by_chance_changes_nothing():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=2, unsatisfied=1)
    before, _ = await _both()
    for _ in range(2):
        await TallyMarkRow.create(agency_id=agency.id, since_at=AUGUST)
        assert (await _both())[0] == before


@pytest.mark.usefixtures("database")
async def test_tallies_of_another_shape_or_cut_off_are_not_read():
    agency = await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=2, unsatisfied=1)
    await _both()
    await TallyRow.filter(what="said").update(shape="of yesterday")
    assert await _counted_anew() == {"said": 1, "kept": 0}
    await TallyRow.filter(what="kept").update(cutoff_at=Q3.cutoff_at + timedelta(days=1))
    assert await _counted_anew() == {"said": 0, "kept": 1}


@pytest.mark.usefixtures("database")
async def test_whatever_differs_is_named_and_counted_anew():
    agency, other = await rows.make_agency(), await rows.make_agency()
    await rows.make_ratings(agency, AUGUST, satisfied=2, unsatisfied=1)
    await _both()
    window = tallying.of_answers(Q3)
    assert await tallying.differing(window) == []
    of_the_quarter = TallyRow.filter(what="said", starts_at=Q3.starts_at)
    body = (await of_the_quarter.get(agency_id=agency.id)).body
    await of_the_quarter.filter(agency_id=other.id).update(body=body)
    assert await tallying.differing(window) == [other.id]
    assert await tallying.differing(window) == []
    kept, counted = await _both()
    assert kept == counted


@pytest.mark.usefixtures("database")
async def test_counted_part_by_part_it_is_what_it_is_at_once(monkeypatch: pytest.MonkeyPatch):
    for satisfied in (1, 2, 0, 3):
        agency = await rows.make_agency()
        await rows.make_ratings(agency, AUGUST, satisfied=satisfied, unsatisfied=1, silent=1)
    at_once, _ = await _both()
    for module in (tallying, answers):
        monkeypatch.setattr(module, "AT_ONCE", 3)
    assert await _both() == (at_once, at_once)
    await TallyRow.all().delete()
    window = tallying.of_answers(Q3)
    assert [await tallying.settle(window, parts=1) for _ in range(5)] == [1, 1, 1, 1, 0]
    assert await tallying.differing(window) == []
    assert await _both() == (at_once, at_once)


async def test_side_by_side_nothing_older_is_written_over_what_is_newer(committed_database: str):
    agency = await rows.make_agency()
    ratings = [await rows.make_rating(agency, AUGUST, 5) for _ in range(6)]

    async def answer_again() -> None:
        for rating in ratings:
            async with in_transaction():
                await RatingRow.filter(id=rating.id).update(overall=1, revision=F("revision") + 1)
            async with in_transaction():
                await tallies.count_some(ZONE)

    async def settle() -> None:
        for _ in range(4):
            async with in_transaction():
                await tallying.settle(tallying.of_answers(Q3))

    await asyncio.gather(answer_again(), settle(), settle())
    async with in_transaction():
        kept, counted = await _both()
    assert kept == counted
    assert [of.answers.counts.levels for of in kept] == [(6, 0, 0, 0, 0)]


async def test_how_an_asked_about_case_ends_later_is_counted(committed_database: str):
    """A rating that comes before the end: who answered is known by how their case ended."""
    agency = await rows.make_agency()
    await rows.make_rating(agency, AUGUST, 5, promised=True)
    await _both()
    await PromiseRow.filter(agency_id=agency.id).update(
        ended_at=AUGUST + timedelta(days=70), state="refused"
    )
    kept, counted = await _both()
    assert kept == counted
    assert [served.cell.outcome for served in kept[0].answers.closed] == ["refused"]


# -- the law -------------------------------------------------------------------------------------

KINDS = ("pause", "resume", "pass on", "finish", "withdraw", "extend", "rate", "void", "doubt")
STEPS = st.lists(
    st.one_of(
        st.tuples(st.sampled_from(KINDS), st.integers(0, 5), st.integers(0, 120)),
        st.tuples(st.sampled_from(("settle", "refile", "tally")), st.just(0), st.just(0)),
    ),
    max_size=30,
)


class _City:
    """Three agencies and six promises, due from August on; steps change them."""

    def __init__(self, agencies: list[AgencyRow], service: ServiceRow) -> None:
        self.agencies, self.service = agencies, service
        self.promises: list[int] = []

    async def begin(self) -> None:
        known = await charter.current()
        for number in range(6):
            at = AUGUST - timedelta(days=40) + timedelta(days=15 * number)
            start = ledger.Start(
                kind=PromiseKind.DOSSIER,
                code=f"L{next(_codes)}",
                agency=known.agencies[self.agencies[number % 3].code],
                service=known.services[self.service.code],
                channel="web",
                at=at,
                promised_at=at + timedelta(days=20),
            )
            self.promises.append((await ledger.begin(start, self._act(at))).promise_id)

    async def step(self, kind: str, which: int, days: int) -> None:
        at = AUGUST - timedelta(days=30) + timedelta(days=days)
        promise = self.promises[which]
        event = {
            "pause": lambda: Paused(at),
            "resume": lambda: Resumed(at),
            "pass on": lambda: Transferred(at, to=self.agencies[days % 3].code),
            "finish": lambda: Finished(at),
            "withdraw": lambda: Withdrawn(at),
            "extend": lambda: Extended(at, until=at + timedelta(days=9)),
        }.get(kind)
        if event is not None:
            try:
                await ledger.append(promise, event(), self._act(at))
            except SlaError:
                return  # it makes no sense there, and nothing was written
        elif kind == "rate":
            await self._rate(promise, 1 + days % 5, at)
        elif kind == "void":
            await ClosureRow.filter(promise_id=promise).update(void_at=at)
            await RatingRow.filter(closure__promise_id=promise).update(revision=F("revision") + 1)
        elif kind == "doubt":
            await self._doubt(promise, at)
        elif kind == "refile":
            await ServiceRow.all().update(field=f"F{next(_codes)}")
        elif kind == "tally":
            await tallies.count_some(ZONE)
        else:
            await _both()

    async def _rate(self, promise: int, overall: int, at: datetime) -> None:
        row = await PromiseRow.get(id=promise)
        found = await ClosureRow.filter(promise_id=promise).first()
        if found is None:
            found = await ClosureRow.create(
                promise=row,
                round=1,
                agency_id=row.agency_id,
                service_id=self.service.id,
                channel="web",
                resident=b"%d" % (overall % 2),
                closed_at=at,
                window_ends_at=at + timedelta(days=14),
            )
        again = RatingRow.filter(closure=found)
        values = {"overall": overall, "contacts": overall % 3}
        if not await again.update(**values, revision=F("revision") + 1):
            await RatingRow.create(closure=found, language="vi", mode="code", given_at=at, **values)

    async def _doubt(self, promise: int, at: datetime) -> None:
        rating = await RatingRow.filter(closure__promise_id=promise).first()
        if rating is None:
            return
        member = await QuarantinedRatingRow.filter(rating=rating).first()
        if member is not None:
            await self._believe(member.quarantine_id, at)
            return
        row = await PromiseRow.get(id=promise)
        doubt = await QuarantineRow.create(
            key=f"K{next(_codes)}",
            agency_id=row.agency_id,
            finding=Finding.BURST,
            evidence={},
            starts_at=at,
            ends_at=at + timedelta(days=1),
            ratings=1,
            state=QuarantineState.HELD,
            found_at=at,
            found_by="test",
        )
        await QuarantinedRatingRow.create(quarantine=doubt, rating=rating)

    @staticmethod
    async def _believe(doubt: int, at: datetime) -> None:
        held = QuarantineRow.filter(id=doubt, state=QuarantineState.HELD)
        if await held.exists():
            released = {"verdict": QuarantineState.RELEASED, "reason": "ordinary", "at": at}
            for by in ("one", "another"):
                await QuarantineDecisionRow.create(quarantine_id=doubt, by=by, **released)
            await held.update(state=QuarantineState.RELEASED, settled_at=at)

    @staticmethod
    def _act(at: datetime) -> Act:
        return Act(by=System("test"), at=at)


async def test_what_is_kept_is_what_the_rows_say_whatever_happened(shared_url: str):
    async def play(steps: list[tuple[str, int, int]]) -> None:
        await CalendarRow.all().first() or await make.make_calendar()
        city = _City(
            [await rows.make_agency() for _ in range(3)],
            await make.make_service(),
        )
        await city.begin()
        for step in steps:
            await city.step(*step)
        for period in (Q3, Q4):
            kept, counted = await _both(period)
            assert kept == counted
            for window in (tallying.of_answers(period), tallying.of_promises(period)):
                assert await tallying.differing(window) == []

    await rows.holds(shared_url, STEPS, play)
