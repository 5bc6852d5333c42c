"""Promises, as they go in an office and as laws."""

import json
from datetime import UTC, date, datetime, time, timedelta
from fractions import Fraction

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import errors, promises
from sla.commitments import Rule, Unit, Within
from sla.promises import (
    Corrected,
    Extended,
    Finished,
    Paused,
    Refused,
    Reopened,
    Resumed,
    Started,
    State,
    Transferred,
    Verdict,
    Withdrawn,
)
from tests import strategies
from tests.sla.examples import OFFICE, at, office

laws = settings(max_examples=50, deadline=None)
ONE_DAY = Within(1, Unit.WORKING_DAY)


def started(moment="2026-03-02 08:00", within=ONE_DAY, promised_at=None, cut_off=None):
    return Started(at(moment), within, cut_off, promised_at and at(promised_at), "A")


def fold(*events, calendar=OFFICE):
    return promises.fold(events, calendar)


START = started()  # due on 2026-03-03 at 08:00


def test_a_promise_runs_until_it_is_finished():
    standing = fold(START)
    assert (standing.state, standing.is_open, standing.ended_at) == (State.RUNNING, True, None)
    assert (standing.started_at, standing.due_at) == (START.at, at("2026-03-03 08:00"))
    assert (standing.holder, standing.rounds, standing.corrections) == ("A", 1, 0)
    done = fold(START, Finished(at("2026-03-02 10:00"), "trả kết quả"))
    assert (done.state, done.ended_at) == (State.FINISHED, at("2026-03-02 10:00"))
    assert not done.is_open


@pytest.mark.parametrize(
    ("ended", "verdict"),
    [
        ("2026-03-03 07:59:59", Verdict.ON_TIME),
        ("2026-03-03 08:00:00", Verdict.ON_TIME),
        ("2026-03-03 08:00:01", Verdict.LATE),
    ],
)
@pytest.mark.parametrize("end", [Finished, Refused])
def test_an_end_is_judged_by_when_it_happened(end, ended, verdict):
    assert fold(START, end(at(ended), "")).verdict(at("2026-03-30 08:00")) is verdict


@pytest.mark.parametrize(
    ("now", "verdict"),
    [
        ("2026-03-03 08:00:00", Verdict.OPEN_IN_TIME),
        ("2026-03-03 08:00:01", Verdict.OPEN_OVERDUE),
    ],
)
def test_what_is_open_past_its_due_time_is_overdue_at_once(now, verdict):
    assert fold(START).verdict(at(now)) is verdict
    later = fold(START, Finished(at("2026-03-20 08:00")))
    assert later.verdict(at(now)) is verdict


def test_a_withdrawal_counts_apart_unless_it_was_late_already():
    early, late = Withdrawn(at("2026-03-02 10:00")), Withdrawn(at("2026-03-04 10:00"))
    assert fold(START, early).verdict(at("2026-03-30 08:00")) is Verdict.WITHDRAWN
    assert fold(START, late).verdict(at("2026-03-30 08:00")) is Verdict.LATE


def test_without_a_commitment_there_is_no_verdict():
    free = started(within=None)
    for events in ([free], [free, Finished(at("2026-03-02 10:00"))]):
        standing = promises.fold(events, OFFICE)
        assert standing.due_at is None
        assert not standing.promised
        assert standing.verdict(at("2026-03-30 08:00")) is Verdict.NO_PROMISE


def test_a_due_time_told_from_outside_is_kept_and_moved_by_pauses():
    told = started(promised_at="2026-03-05 23:59")
    pause = (Paused(at("2026-03-04 08:00")), Resumed(at("2026-03-04 10:00")))
    assert fold(told, calendar=None).due_at == at("2026-03-05 23:59")
    assert fold(told, *pause).due_at == at("2026-03-06 09:30")
    unknown = fold(told, *pause, calendar=None)
    assert unknown.due_at is None
    assert unknown.verdict(at("2026-03-30 08:00")) is Verdict.UNDATED


def test_a_due_time_beyond_the_known_calendar_is_not_guessed():
    ending = office(known_until=date(2026, 3, 2))
    standing = fold(START, calendar=ending)
    assert standing.promised
    assert standing.due_at is None
    assert standing.verdict(at("2026-03-30 08:00")) is Verdict.UNDATED


def test_a_pause_moves_the_deadline_once_it_is_over():
    paused = Paused(at("2026-03-02 10:00"), "hỏi thêm")
    standing = fold(START, paused)
    assert standing.state is State.PAUSED
    assert standing.pauses == (promises.Pause(paused.at, None, "hỏi thêm"),)
    assert standing.verdict(at("2026-06-01 08:00")) is Verdict.OPEN_IN_TIME
    again = fold(START, paused, Resumed(at("2026-03-04 10:00")))
    assert again.state is State.RUNNING
    assert again.due_at == at("2026-03-05 08:00")


def test_a_pause_begun_too_late_saves_nothing():
    standing = fold(START, Paused(at("2026-03-03 08:00")))
    assert standing.verdict(at("2026-03-04 08:00")) is Verdict.OPEN_OVERDUE


def test_finishing_ends_a_pause():
    standing = fold(START, Paused(at("2026-03-02 10:00")), Finished(at("2026-03-04 10:00")))
    assert standing.pauses[0].end == at("2026-03-04 10:00")
    assert standing.verdict(at("2026-03-30 08:00")) is Verdict.ON_TIME


def test_the_gap_before_a_reopening_is_not_charged_but_time_used_stays_used():
    reopened = [Finished(at("2026-03-02 16:00")), Reopened(at("2026-03-09 16:00"), "chưa xong")]
    standing = fold(START, *reopened)
    assert (standing.state, standing.rounds) == (State.RUNNING, 2)
    assert standing.due_at == at("2026-03-10 08:00")
    assert standing.ended_at is None
    assert standing.endings[0].reopened_at == at("2026-03-09 16:00")
    final = fold(START, *reopened, Finished(at("2026-03-10 08:00:01")))
    assert final.verdict(at("2026-03-30 08:00")) is Verdict.LATE


def test_a_reopening_does_not_cure_lateness():
    late = [Finished(at("2026-03-04 16:00")), Reopened(at("2026-03-09 16:00"))]
    assert fold(START, *late).due_at == at("2026-03-03 08:00")


def test_an_extension_is_written_beside_the_original_date():
    standing = fold(START, Extended(at("2026-03-03 07:45"), at("2026-03-06 17:00"), "xin lỗi"))
    assert standing.extended_until == at("2026-03-06 17:00")
    assert standing.due_at == at("2026-03-03 08:00")
    assert fold(START, Extended(at("2026-03-03 07:45"))).extensions == 1


def test_a_correction_changes_the_end_and_is_counted():
    told = [
        Finished(at("2026-03-04 08:00")),
        Corrected(at("2026-03-05 08:00"), at("2026-03-02 16:00"), "x"),
    ]
    standing = fold(START, *told)
    assert standing.corrections == 1
    assert standing.ended_at == at("2026-03-02 16:00")
    assert standing.verdict(at("2026-03-30 08:00")) is Verdict.ON_TIME


def test_the_cut_off_of_the_commitment_holds():
    late = started("2026-03-02 15:30", cut_off=time(15))
    assert fold(late).due_at == at("2026-03-03 17:00")


def test_each_holder_answers_for_the_clock_time_it_had():
    standing = fold(
        START,
        Paused(at("2026-03-02 09:00")),
        Resumed(at("2026-03-02 10:00")),
        Transferred(at("2026-03-02 11:00"), "B"),
        Transferred(at("2026-03-02 13:30"), "A"),
        Finished(at("2026-03-02 16:00")),
    )
    assert standing.holder == "A"
    assert standing.shares(OFFICE) == {"A": Fraction(9, 11), "B": Fraction(2, 11)}


def test_whoever_gets_it_after_the_due_time_has_no_share():
    moved = fold(START, Transferred(at("2026-03-05 08:00"), "B"))
    assert moved.shares(OFFICE) == {"A": Fraction(1)}


def test_who_holds_it_now_is_taken_to_hold_it_until_it_is_due():
    moved = fold(START, Transferred(at("2026-03-02 10:00"), "B"))
    assert moved.shares(OFFICE) == {"A": Fraction(1, 4), "B": Fraction(3, 4)}


def test_where_no_time_passed_the_last_holder_has_it_all():
    night = started("2026-03-02 18:00")
    events = (Transferred(at("2026-03-02 19:00"), "B"), Finished(at("2026-03-02 20:00")))
    assert fold(night, *events).shares(OFFICE) == {"A": Fraction(0), "B": Fraction(1)}
    free = fold(started(within=None), Transferred(at("2026-03-02 10:00"), "B"))
    assert free.shares(OFFICE) == {"A": Fraction(1)}


def test_looking_back_takes_what_had_happened_by_then():
    events = [START, Paused(at("2026-03-02 09:00")), Resumed(at("2026-03-03 09:00"))]
    past = promises.as_of(events, at("2026-03-02 09:00"))
    assert promises.fold(past, OFFICE).state is State.PAUSED


FINISHED = Finished(at("2026-03-02 12:00"))
PAUSED = Paused(at("2026-03-02 09:00"))
LATER = at("2026-03-02 14:00")


@pytest.mark.parametrize(
    ("told", "event", "refusal"),
    [
        ([], Finished(LATER), errors.NotStarted),
        ([START], Finished(at("2026-03-02 07:59:59")), errors.BeforeReceipt),
        ([START], Started(LATER, None, None, None, "B"), errors.AlreadyStarted),
        ([START], Resumed(LATER), errors.NotPaused),
        ([START, PAUSED], Paused(LATER), errors.AlreadyPaused),
        ([START, FINISHED], Finished(LATER), errors.AlreadyEnded),
        ([START, FINISHED], Refused(LATER), errors.AlreadyEnded),
        ([START, FINISHED], Paused(LATER), errors.AlreadyEnded),
        ([START, FINISHED], Withdrawn(LATER), errors.AlreadyEnded),
        ([START, FINISHED], Transferred(LATER, "B"), errors.AlreadyEnded),
        ([START], Reopened(LATER), errors.NotEnded),
        ([START], Corrected(LATER, LATER, ""), errors.NotEnded),
        ([START, FINISHED], Corrected(LATER, at("2026-03-01 08:00"), ""), errors.BeforeReceipt),
        ([START, FINISHED], Corrected(LATER, at("2026-03-09 08:00"), ""), errors.BadEvent),
        ([START, Extended(at("2026-03-02 09:00"))], Extended(LATER), errors.AlreadyExtended),
        # it would take the sense from what was told before
        ([START, Paused(LATER)], Finished(at("2026-03-02 13:30")), errors.AlreadyEnded),
        ([START], promises.PromiseEvent(LATER), errors.UnknownKind),
    ],
)
def test_an_event_without_sense_at_its_place_is_refused(told, event, refusal):
    with pytest.raises(refusal):
        promises.check_may_append(told, event)


@pytest.mark.parametrize(
    ("told", "event"),
    [
        ([], START),
        ([START], PAUSED),
        ([START, FINISHED], PAUSED),  # told late, happened before
        ([START, PAUSED], FINISHED),
        ([START, FINISHED], Reopened(LATER)),
        ([START, FINISHED], Corrected(LATER, at("2026-03-02 11:00"), "")),
        ([START, Resumed(LATER)], Transferred(LATER, "B")),  # what was set aside stays so
    ],
)
def test_an_event_that_makes_sense_may_be_appended(told, event):
    promises.check_may_append(told, event)


def test_an_event_whose_time_has_not_come_is_set_aside_until_it_has():
    resumed = Resumed(at("2026-03-02 10:00"))
    assert fold(START, resumed).set_aside == (resumed,)
    assert fold(START, resumed, PAUSED).set_aside == ()


def test_nothing_is_folded_without_a_start():
    with pytest.raises(errors.NotStarted):
        fold()
    with pytest.raises(errors.NotStarted):
        fold(FINISHED)


def test_a_time_without_offset_is_refused():
    with pytest.raises(errors.NaiveTime):
        Resumed(datetime(2026, 3, 2))  # noqa: DTZ001 - naive on purpose
    with pytest.raises(errors.NaiveTime):
        promises.from_json({"kind": "resumed", "at": "2026-03-02T08:00:00"})


EVENTS = [
    START,
    started(within=None, promised_at="2026-03-05 17:00", cut_off=time(15)),
    started(within=Within(3, Unit.WORKING_DAY, Rule.CIVIL)),
    Paused(LATER, "hỏi thêm", seq=3),
    Resumed(LATER),
    Transferred(LATER, "B"),
    Extended(LATER, at("2026-03-05 17:00"), "xin lỗi"),
    Finished(LATER, "trả kết quả"),
    Refused(LATER, "không thuộc thẩm quyền"),
    Withdrawn(LATER),
    Reopened(LATER, "chưa xong"),
    Corrected(LATER, at("2026-03-02 12:00"), "ghi nhầm"),
]


@pytest.mark.parametrize("event", EVENTS, ids=promises.kind_of)
def test_an_event_survives_being_written_down(event):
    assert promises.from_json(json.loads(json.dumps(promises.to_json(event)))) == event


def test_every_kind_can_be_written_down():
    assert {promises.kind_of(event) for event in EVENTS} == set(promises.KINDS)


@pytest.mark.parametrize(
    ("document", "refusal"),
    [
        ([], errors.BadEvent),
        ({}, errors.UnknownKind),
        ({"kind": ["paused"]}, errors.UnknownKind),
        ({"kind": "lost", "at": "2026-03-02T08:00:00Z"}, errors.UnknownKind),
        ({"kind": "paused"}, errors.BadEvent),
        ({"kind": "paused", "at": None}, errors.BadEvent),
        ({"kind": "paused", "at": "yesterday"}, errors.BadEvent),
        ({"kind": "paused", "at": "2026-03-02T08:00:00Z", "reason": 5}, errors.BadEvent),
        ({"kind": "paused", "at": "2026-03-02T08:00:00Z", "seq": "1"}, errors.BadEvent),
        ({"kind": "transferred", "at": "2026-03-02T08:00:00Z"}, errors.BadEvent),
    ],
)
def test_an_event_that_cannot_be_read_is_refused(document, refusal):
    with pytest.raises(refusal):
        promises.from_json(document)


@st.composite
def histories(draw):
    """Events at random moments, most of them senseless."""
    around = date(2026, 3, 8)
    calendar = draw(strategies.calendars(around=around))
    moments = strategies.moments(around=around)
    begun = datetime(2026, 3, 7, tzinfo=UTC) + timedelta(seconds=draw(st.integers(0, 86_400)))
    unit = draw(st.sampled_from(Unit))
    within = draw(st.none() | st.integers(0, 9).map(lambda amount: Within(amount, unit)))
    text = st.sampled_from("ABC")
    others = st.one_of(
        st.builds(Paused, moments, text),
        st.builds(Resumed, moments),
        st.builds(Transferred, moments, text),
        st.builds(Extended, moments, moments, text),
        st.builds(Finished, moments, text),
        st.builds(Refused, moments, text),
        st.builds(Withdrawn, moments),
        st.builds(Reopened, moments, text),
        st.builds(Corrected, moments, moments, text),
    )
    events = draw(st.lists(others, max_size=12))
    return calendar, [Started(begun, within, None, None, "A"), *events]


@laws
@given(histories(), st.randoms())
def test_any_order_of_arrival_folds_alike(history, random):
    calendar, events = history
    assert promises.fold(random.sample(events, len(events)), calendar) == promises.fold(
        events, calendar
    )


@laws
@given(histories())
def test_the_shares_of_the_holders_sum_to_one(history):
    calendar, events = history
    shares = promises.fold(events, calendar).shares(calendar)
    assert sum(shares.values()) == 1
    assert all(0 <= share <= 1 for share in shares.values())


@laws
@given(histories(), strategies.moments(around=date(2026, 3, 8)))
def test_there_is_a_verdict_exactly_when_something_was_promised(history, now):
    calendar, events = history
    standing = promises.fold(events, calendar)
    assert (standing.verdict(now) is Verdict.NO_PROMISE) is (events[0].within is None)


@laws
@given(histories())
def test_what_was_checked_before_is_never_set_aside(history):
    calendar, events = history
    told = []
    for event in events:
        try:
            promises.check_may_append(told, event)
        except errors.Refusal:
            continue
        told.append(event)
    assert promises.fold(told, calendar).set_aside == ()


@laws
@given(histories())
def test_only_a_correction_turns_late_into_on_time(history):
    calendar, events = history
    at_last = datetime(2030, 1, 1, tzinfo=UTC)
    told, was_late = [], False
    for event in sorted(events, key=lambda event: event.at):
        if isinstance(event, Corrected) or event.at < events[0].at:
            continue
        told.append(event)
        standing = promises.fold([events[0], *told], calendar)
        verdict = standing.verdict(at_last if not standing.is_open else event.at)
        assert not (was_late and verdict is Verdict.ON_TIME)
        was_late = was_late or verdict is Verdict.LATE


@laws
@given(histories())
def test_no_event_brings_the_due_time_nearer(history):
    calendar, events = history
    original = promises.fold(events[:1], calendar).due_at
    if original is not None:
        assert promises.fold(events, calendar).due_at >= original
