"""Promises that fell due in a period, and how what was received stood at its end."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from hypothesis import strategies as st

from feedback import restricted
from feedback.models import Procedure, Role
from ranking.counts.cohorts import Cohort
from ranking.frozen.charged import Due, Received
from ranking.frozen.edition_cases import DueMonth, Week
from ranking.method import periods
from tests import make
from tests.conftest import KEYS
from tests.ranking import rows

ZONE = ZoneInfo("Asia/Ho_Chi_Minh")
Q3 = periods.parse("2026-Q3", ZONE)
LATER = datetime(2026, 11, 1, tzinfo=UTC)
ONE = Decimal(1)
SECOND = timedelta(seconds=1)
START, END, CUTOFF = Q3.starts_at, Q3.ends_at, Q3.cutoff_at
DUE = datetime(2026, 8, 12, 10, tzinfo=UTC)
RECEIVED = datetime(2026, 8, 1, tzinfo=UTC)


async def _one(
    *, at: datetime = LATER, started_at: datetime = RECEIVED, **promise: object
) -> Cohort:
    agency = await rows.make_agency()
    await rows.make_promise(agency, started_at, **promise)  # type: ignore[arg-type]
    found = await rows.cohorts_of(Q3, at)
    return found.get(agency.id, Cohort())


@pytest.mark.parametrize(
    ("promise", "expected"),
    [
        ({"ended_at": DUE}, Due(due=ONE, met=ONE)),
        ({"ended_at": DUE + SECOND}, Due(due=ONE, missed_closed=ONE)),
        ({}, Due(due=ONE, open_overdue=ONE, median_days=64, oldest_days=64)),
        (
            {"ended_at": CUTOFF},
            Due(due=ONE, open_overdue=ONE, median_days=64, oldest_days=64),
        ),
        ({"ended_at": CUTOFF - SECOND}, Due(due=ONE, missed_closed=ONE)),
        ({"ended_at": DUE, "state": "refused"}, Due(due=ONE, met=ONE, refused=ONE)),
        ({"ended_at": DUE, "state": "withdrawn"}, Due(withdrawn=ONE)),
        ({"ended_at": DUE + SECOND, "state": "withdrawn"}, Due(due=ONE, missed_closed=ONE)),
    ],
)
@pytest.mark.usefixtures("database")
async def test_a_promise_is_judged_by_its_due_time(promise: dict[str, object], expected: Due):
    assert (await _one(due_at=DUE, **promise)).due == expected


@pytest.mark.parametrize(
    ("due_at", "count"), [(START - SECOND, 0), (START, 1), (END - SECOND, 1), (END, 0)]
)
@pytest.mark.usefixtures("database")
async def test_the_period_is_half_open(due_at: datetime, count: int):
    started = START - timedelta(days=9)
    assert (await _one(started_at=started, due_at=due_at, ended_at=due_at)).due.due == count


@pytest.mark.usefixtures("database")
async def test_what_had_no_promise_is_on_neither_side():
    found = await _one(ended_at=DUE)
    assert found.due == Due()
    assert found.received == Received(received=1, without_promise=1, closed=1)


@pytest.mark.parametrize(
    ("due_at", "ended_at", "expected"),
    [
        (DUE, DUE, {"on_time": 1, "closed": 1}),
        (DUE, DUE + SECOND, {"late_closed": 1, "closed": 1}),
        (DUE, END - SECOND, {"late_closed": 1, "closed": 1}),
        (DUE, END, {"overdue_open": 1, "open": 1}),
        (END - SECOND, None, {"overdue_open": 1, "open": 1}),
        (END, None, {"pending": 1, "open": 1}),
        (END, END - SECOND, {"on_time": 1, "closed": 1}),
    ],
)
@pytest.mark.usefixtures("database")
async def test_what_was_received_stands_as_it_stood_when_the_period_ended(
    due_at: datetime, ended_at: datetime | None, expected: dict[str, int]
):
    found = await _one(due_at=due_at, ended_at=ended_at)
    assert found.received == Received(received=1, with_promise=1, **expected)


@pytest.mark.usefixtures("database")
async def test_before_the_period_is_over_only_what_is_due_by_now_counts():
    before = DUE - SECOND
    assert (await _one(due_at=DUE, at=before)).due == Due()
    assert (await _one(due_at=DUE, at=DUE + SECOND)).due.open_overdue == 1


@pytest.mark.usefixtures("database")
async def test_weeks_are_local_and_begin_on_monday():
    agency = await rows.make_agency()
    sunday = datetime(2026, 8, 16, 16, 59, tzinfo=UTC)  # 23:59 in Ho Chi Minh City
    for due_at in (sunday, sunday, sunday + timedelta(minutes=1)):
        await rows.make_promise(agency, RECEIVED, due_at=due_at, ended_at=due_at)
    await rows.make_promise(agency, RECEIVED, due_at=sunday)
    found = (await rows.cohorts_of(Q3, LATER))[agency.id]
    assert found.weeks == (
        Week(starts_on=date(2026, 8, 10), due=Decimal(3), met=Decimal(2)),
        Week(starts_on=date(2026, 8, 17), due=Decimal(1), met=Decimal(1)),
    )


@pytest.mark.usefixtures("database")
async def test_months_are_local_and_whole_where_a_week_lies_in_two():
    agency = await rows.make_agency()
    july = datetime(2026, 7, 31, 16, 59, tzinfo=UTC)  # a Friday, 23:59 in Ho Chi Minh City
    for due_at in (july, july, july + timedelta(minutes=1)):
        await rows.make_promise(agency, july - 9 * SECOND, due_at=due_at, ended_at=due_at)
    await rows.make_promise(agency, july - 9 * SECOND, due_at=july)
    found = (await rows.cohorts_of(Q3, LATER))[agency.id]
    assert len(found.weeks) == 1
    assert found.months == (
        DueMonth(period="2026-07", due=Decimal(3), met=Decimal(2)),
        DueMonth(period="2026-08", due=Decimal(1), met=Decimal(1)),
    )


PROMISES = st.lists(
    st.tuples(
        st.integers(-40, 130),
        st.none() | st.integers(0, 150),
        st.none() | st.integers(0, 150),
        st.sampled_from(["finished", "refused", "withdrawn"]),
    ),
    max_size=12,
)


async def test_every_promise_is_in_one_place(shared_url: str):
    await rows.holds(shared_url, PROMISES, _count)


async def _count(promises: list[tuple[int, int | None, int | None, str]]) -> None:
    agency = await rows.make_agency()
    for started, due_in, ended_in, state in promises:
        started_at = START + timedelta(days=started)
        await rows.make_promise(
            agency,
            started_at,
            due_at=None if due_in is None else started_at + timedelta(days=due_in),
            ended_at=None if ended_in is None else started_at + timedelta(days=ended_in),
            state="running" if ended_in is None else state,
        )
    found = (await rows.cohorts_of(Q3, LATER)).get(agency.id, Cohort())
    due, received = found.due, found.received
    assert due.due == due.met + due.missed
    assert sum(week.due for week in found.weeks) == due.due
    assert sum(week.met for week in found.weeks) == due.met
    assert sum(month.due for month in found.months) == due.due
    assert sum(month.met for month in found.months) == due.met
    assert received.received == received.with_promise + received.without_promise
    assert received.received == received.closed + received.open
    assert received.with_promise == (
        received.on_time
        + received.late_closed
        + received.overdue_open
        + received.pending
        + received.withdrawn
    )


@pytest.mark.usefixtures("database")
async def test_a_case_handed_to_another_procedure_is_in_no_cohort():
    await make.make_city()
    coordinator = await make.make_staff("hoa", role=Role.COORDINATOR, agency=None)
    filed = datetime(2026, 8, 3, 2, tzinfo=UTC)
    left, _ = [await make.make_case(at=filed) for _ in range(2)]
    before = (await rows.cohorts_of(Q3, LATER)).popitem()[1]
    assert (before.due.open_overdue, before.received.received) == (2, 2)
    await restricted.hand_over(
        left.reference,
        make.act(coordinator, LATER),
        KEYS,
        procedure=Procedure.STATUTORY_COMPLAINT,
    )
    found = (await rows.cohorts_of(Q3, LATER)).popitem()[1]
    assert (found.due.due, found.due.open_overdue) == (1, 1)
    assert (found.received.received, found.received.withdrawn) == (1, 0)
    assert found.backlog.cases == 1
