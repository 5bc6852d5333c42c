"""What the sweep writes down: due soon and breached, each once, by the time it happened."""

import importlib
from datetime import UTC, date, datetime, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st
from tortoise.connection import get_connection

from feedback.office import urgency
from feedback.office.urgency import Clock
from sla import charter, jobs, ledger, nearing, promises
from sla.ledger import Start
from sla.models import CalendarRow, PromiseKind, PromiseRow, WatchRow
from sla.promises import Finished, Paused, Reopened, Resumed, Started, Withdrawn
from tests import make, owning, strategies
from tests.make import NOW
from tests.sla.examples import OFFICE, at, office

laws = settings(max_examples=50, deadline=None)
DUE = datetime(2026, 10, 12, 10, tzinfo=UTC)


# When it is due soon


def test_it_is_due_soon_when_four_fifths_of_the_working_time_are_used():
    start = at("2026-03-02 07:30")
    assert nearing.due_soon_at(start, at("2026-03-06 17:00"), OFFICE) == at("2026-03-05 17:00")
    assert nearing.due_soon_at(start, at("2026-03-02 10:00"), OFFICE) == at("2026-03-02 09:30")


def test_a_pause_counts_for_nothing_in_it():
    stood = [(at("2026-03-02 07:30"), at("2026-03-05 17:00"))]
    soon = nearing.due_soon_at(at("2026-03-02 07:30"), at("2026-03-06 17:00"), OFFICE, breaks=stood)
    assert OFFICE.between(at("2026-03-06 07:30"), soon) == OFFICE.day_seconds * 4 // 5


@pytest.mark.parametrize("calendar", [None, office(known_until=date(2026, 3, 2))])
def test_without_a_known_calendar_time_is_taken_as_it_passes(calendar):
    soon = nearing.due_soon_at(at("2026-03-02 00:00"), at("2026-03-12 00:00"), calendar)
    assert soon == at("2026-03-10 00:00")


def test_what_was_due_before_it_was_received_is_due_soon_no_later():
    start, due = at("2026-03-02 08:00"), at("2026-03-01 08:00")
    assert nearing.due_soon_at(start, due, OFFICE) == due
    assert nearing.due_soon_at(start, due, None) <= start


@laws
@given(
    calendar=strategies.calendars(around=date(2026, 3, 2)),
    start=strategies.moments(around=date(2026, 3, 2)),
    length=st.integers(0, 10 * 86_400),
    pause=st.tuples(st.integers(0, 5 * 86_400), st.integers(0, 5 * 86_400)),
)
def test_due_soon_lies_between_receipt_and_due_time_with_a_fifth_of_the_time_left(
    calendar, start, length, pause
):
    due = start + timedelta(seconds=length)
    stood = (start + timedelta(seconds=pause[0]), start + timedelta(seconds=sum(pause)))
    soon = nearing.due_soon_at(start, due, calendar, breaks=[stood])
    assert start <= soon <= due

    def net(begin, end):
        lost = calendar.between(max(begin, stood[0]), min(end, stood[1]))
        return calendar.between(begin, end) - lost

    assert abs(net(start, soon) - net(start, due) * 4 / 5) <= 2  # whole seconds


def test_nothing_promised_is_never_watched():
    standing = promises.fold([Started(NOW, None, None, None, "A")], OFFICE)
    assert nearing.soon(standing, OFFICE) is None
    assert nearing.watch_at(standing, None) is None


# The sweep


async def begun(code="H29-1"):
    """A dossier promised for Monday 12 October at 17:00."""
    known = await charter.current()
    start = Start(
        PromiseKind.DOSSIER,
        code,
        known.agencies["W1"],
        known.services["CERT"],
        "web",
        NOW,
        promised_at=DUE,
    )
    return (await ledger.begin(start, make.act())).promise_id


async def swept(now):
    """Sweep until nothing is left, and give all facts there are."""
    for _ in range(20):
        if not await jobs.watch(make.act(at=now)):
            break
    else:
        raise AssertionError("the sweep finds the same again and again")
    rows = await WatchRow.all().order_by("id").values_list("round", "kind", "at")
    return list(rows)


async def told(promise_id, *events):
    for event in events:
        await ledger.append(promise_id, event, make.act(at=event.at))


async def test_each_fact_is_written_once_with_the_moment_it_is_about(database):
    await make.make_city()
    promise = await begun()
    soon = (await PromiseRow.get(id=promise)).due_soon_at
    second = timedelta(seconds=1)
    assert await swept(soon) == []
    assert await swept(soon + second) == [(1, "due_soon", soon)]
    assert await swept(DUE) == [(1, "due_soon", soon)]
    facts = [(1, "due_soon", soon), (1, "breached", DUE)]
    assert await swept(DUE + second) == facts
    assert await swept(DUE + timedelta(days=30)) == facts
    assert (await PromiseRow.get(id=promise)).watch_at is None


async def test_a_sweep_that_comes_late_still_writes_both(database):
    await make.make_city()
    await begun()
    assert [kind for _, kind, _ in await swept(DUE + timedelta(days=3))] == ["due_soon", "breached"]


async def test_what_ended_in_time_is_not_breached_and_what_ended_late_is(database):
    await make.make_city()
    kept, broken, withdrawn = [await begun(f"H29-{n}") for n in range(3)]
    await told(kept, Finished(DUE))
    await told(broken, Finished(DUE + timedelta(minutes=5)))
    await told(withdrawn, Withdrawn(NOW + timedelta(hours=1)))
    assert await swept(DUE + timedelta(days=1)) == [(1, "breached", DUE)]
    [fact] = await WatchRow.all()
    assert fact.promise_id == broken


async def test_a_paused_promise_is_not_breached_before_its_pause_has_lapsed(database):
    await make.make_city()
    promise = await begun()
    await told(promise, Paused(NOW + timedelta(hours=1), "bổ sung"))
    row = await PromiseRow.get(id=promise)
    assert row.due_at > DUE
    assert "breached" not in {kind for _, kind, _ in await swept(row.due_at)}
    facts = await swept(row.due_at + timedelta(seconds=1))
    assert (1, "breached", row.due_at) in facts


async def test_a_reply_moves_what_is_watched(database):
    await make.make_city()
    promise = await begun()
    hour = timedelta(hours=1)
    await told(promise, Paused(NOW + hour, "bổ sung"), Resumed(NOW + 2 * hour))
    row = await PromiseRow.get(id=promise)
    assert DUE < row.due_at <= DUE + timedelta(days=1)
    assert (row.pause_lapses_at, row.watch_at) == (None, row.due_soon_at)
    assert (1, "breached", row.due_at) in await swept(DUE + timedelta(days=2))


async def test_a_pause_nothing_ends_by_itself_is_left_alone_unless_begun_too_late(database):
    await make.make_city()
    early, late = await begun("H29-1"), await begun("H29-2")
    await PromiseRow.all().update(calendar_id=None)
    await told(early, Paused(NOW + timedelta(hours=1), "bổ sung"))
    await told(late, Paused(DUE + timedelta(hours=1), "bổ sung"))
    facts = await swept(DUE + timedelta(days=300))
    assert [kind for _, kind, _ in facts] == ["due_soon", "breached"]
    assert {fact.promise_id for fact in await WatchRow.all()} == {late}


async def test_a_reopened_promise_is_watched_anew_in_its_own_round(database):
    await make.make_city()
    promise = await begun()
    await swept(DUE - timedelta(minutes=1))
    done = NOW + timedelta(days=1)
    await told(promise, Finished(done), Reopened(done + timedelta(days=1), "chưa xong"))
    facts = await swept(DUE + timedelta(days=10))
    assert [(round_, kind) for round_, kind, _ in facts] == [
        (1, "due_soon"),
        (2, "due_soon"),
        (2, "breached"),
    ]


async def a_calendar(known_until, version):
    rules = make.calendar().to_json() | {"known_until": known_until.isoformat()}
    await CalendarRow.create(
        code="city", version=version, rules=rules, known_until=known_until, published_at=NOW
    )


async def test_an_undated_promise_is_watched_once_its_calendar_has_grown(database):
    await a_calendar(date(2026, 10, 7), 1)
    await make.make_agency()
    await make.make_commitment()
    receipt = await make.make_case(service=None)
    row = await PromiseRow.get(code=receipt.reference)
    assert (row.due_at, row.due_soon_at, row.watch_at) == (None, None, None)
    assert await jobs.date_undated(make.act()) is False
    await a_calendar(date(2027, 12, 31), 2)
    assert await jobs.date_undated(make.act()) is True
    assert await jobs.date_undated(make.act()) is False
    row = await PromiseRow.get(code=receipt.reference)
    assert (row.due_at, row.watch_at) == (DUE, row.due_soon_at)
    assert row.watch_at < DUE


async def test_a_promise_without_any_calendar_stays_undated(database):
    await a_calendar(date(2026, 10, 7), 1)
    agency = await make.make_agency()
    await make.make_commitment()
    receipt = await make.make_case(service=None)
    agency.calendar_code = "nowhere"
    await agency.save(update_fields=["calendar_code"])
    assert await jobs.date_undated(make.act()) is False
    assert (await PromiseRow.get(code=receipt.reference)).due_at is None


async def test_a_lapsed_pause_no_longer_shows_a_clock_that_stands(database):
    await make.make_city()
    promise = await begun()
    await told(promise, Paused(NOW + timedelta(hours=1), "bổ sung"))
    row = await PromiseRow.get(id=promise)
    kept = await ledger.promised(promise)
    second = timedelta(seconds=1)
    shown = {
        at: (await urgency.explained(kept, at=at)).urgency.clock
        for at in (row.pause_lapses_at - second, row.pause_lapses_at, row.due_at + second)
    }
    assert list(shown.values()) == [Clock.PAUSED, Clock.IN_TIME, Clock.OVERDUE]
    before = (await urgency.explained(kept, at=NOW + timedelta(hours=2))).urgency.time_left
    later = (await urgency.explained(kept, at=row.pause_lapses_at)).urgency.time_left
    assert before == later


async def test_the_sweep_reads_the_index_of_what_is_left_and_nothing_else(database):
    await make.make_city()
    await begun()
    connection = get_connection("default")
    await connection.execute_query(MANY)
    async with owning.owner():
        await connection.execute_query("analyze promise")
        # What a vacuum would have seen to: no page of the table has anything not for all eyes.
        await connection.execute_query(
            "update pg_class set relallvisible = relpages where relname = 'promise'"
        )
    statement = jobs.WATCH.replace("$1", "now()").replace("$2", "1000")
    [row] = await connection.execute_query_dict(f"explain (format json) {statement}")
    nodes = list(plan_nodes(row["QUERY PLAN"][0]["Plan"]))
    reading = [node for node in nodes if node.get("Relation Name") == "promise"]
    assert "Seq Scan" not in {node["Node Type"] for node in reading}
    finding = [node for node in reading if node.get("Index Name") == "promise_watch"]
    assert [node["Node Type"] for node in finding] == ["Index Only Scan"]
    by_number = {n.get("Index Name") for n in reading if n["Node Type"] == "Index Scan"}
    assert by_number == {"promise_pkey"}, nodes


MANY = """
insert into promise (kind, code, agency_id, channel, started_at, due_at, due_soon_at, watch_at,
                     state, round)
select 'dossier', 'D' || n, (select min(id) from agency), 'web', now() - interval '7 days', due,
       due, case when n % 10 = 0 then due end, 'running', 1
from generate_series(1, 20000) as n, lateral (select now() + n * interval '1 minute' as due) as d
"""


def plan_nodes(node):
    """A node of a plan and all those below it."""
    yield node
    for below in node.get("Plans", []):
        yield from plan_nodes(below)


async def test_a_pause_beyond_the_calendars_end_is_folded_again_when_it_grows(database):
    eve = datetime(2026, 10, 12, 9, 30, tzinfo=UTC)  # half an hour before the last day closes
    await a_calendar(date(2026, 10, 12), 1)
    await make.make_agency()
    await make.make_commitment()
    receipt = await make.make_case(service=None)
    row = await PromiseRow.get(code=receipt.reference)
    assert row.due_at == DUE
    await told(row.id, Paused(eve, "bổ sung"))
    row = await PromiseRow.get(id=row.id)
    assert (row.pause_lapses_at, row.watch_at) == (None, None)
    assert await jobs.date_undated(make.act()) is False
    await a_calendar(date(2026, 10, 13), 2)
    assert await jobs.date_undated(make.act()) is False  # ten working days are further than that
    await a_calendar(date(2027, 12, 31), 3)
    assert await jobs.date_undated(make.act()) is True
    assert await jobs.date_undated(make.act()) is False
    row = await PromiseRow.get(id=row.id)
    assert row.pause_lapses_at == datetime(2026, 10, 26, 9, 30, tzinfo=UTC)
    standing = await ledger.standing(row.id)
    assert (row.due_at, row.pause_lapses_at) == (standing.due_at, standing.lapses_at)
    assert row.watch_at == row.due_soon_at


async def test_a_changed_calendar_moves_no_date_that_was_told(database):
    await a_calendar(date(2026, 10, 12), 1)
    await make.make_agency()
    await make.make_commitment()
    receipt = await make.make_case(service=None)
    row = await PromiseRow.get(code=receipt.reference)
    await told(row.id, Paused(NOW + timedelta(hours=1), "bổ sung"))
    rules = make.calendar().to_json() | {"known_until": "2027-12-31"}
    rules["days"] = {"2026-10-08": {"kind": "holiday"}}
    await CalendarRow.create(
        code="city", version=2, rules=rules, known_until=date(2027, 12, 31), published_at=NOW
    )
    assert await jobs.date_undated(make.act()) is False
    assert (await PromiseRow.get(id=row.id)).due_at == DUE


async def test_promises_of_before_the_migration_are_watched_too(database):
    await make.make_city()
    running, paused, ended = [await begun(f"H29-{n}") for n in range(3)]
    await told(paused, Paused(NOW + timedelta(hours=1), "bổ sung"))
    await told(ended, Finished(DUE + timedelta(hours=1)))
    await PromiseRow.all().update(due_soon_at=None, watch_at=None)
    connection = get_connection("default")
    migration = importlib.import_module("sla.migrations.0003_watching")
    async with owning.owner():
        await connection.execute_query("drop index promise_watch")
        await connection.execute_script(migration.FORWARD)
    rows = {row.id: row for row in await PromiseRow.all()}
    assert rows[running].due_soon_at == NOW + (DUE - NOW) * 0.8
    assert rows[running].watch_at == rows[running].due_soon_at
    assert rows[paused].watch_at is None  # its next event says when
    assert rows[ended].watch_at is None  # the past is not written down again
