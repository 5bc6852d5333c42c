"""How long a clock may stand: as it goes in an office, and as laws."""

from dataclasses import replace
from datetime import UTC, date, timedelta

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import errors, packs, pauses, promises
from sla.commitments import Unit, Within
from sla.pauses import Pause, PauseRule
from sla.promises import Finished, Paused, Reopened, Resumed, Started, State, Verdict
from tests import strategies
from tests.sla.examples import OFFICE, at, office

laws = settings(max_examples=50, deadline=None)
ONE_DAY = Within(1, Unit.WORKING_DAY)
RULE = PauseRule(date(2020, 1, 1), "Quy tắc", most=3, longest=ONE_DAY)
STRICT = replace(RULE, second_request_is_late=True)
START = Started(at("2026-03-02 08:00"), ONE_DAY, None, None, "A")  # due on 2026-03-03 at 08:00


def fold(*events, rule=RULE, calendar=OFFICE):
    return promises.fold([START, *events], calendar, rule=rule)


def test_a_pause_ends_by_itself_when_the_time_allowed_is_used_up():
    asked = Paused(at("2026-03-02 10:00"), "hỏi thêm")
    standing = fold(asked)
    assert standing.state is State.PAUSED
    assert standing.lapses_at == at("2026-03-03 10:00")
    assert standing.due_at == at("2026-03-04 08:00")
    assert standing.verdict(at("2026-03-04 08:00")) is Verdict.OPEN_IN_TIME
    assert standing.verdict(at("2026-03-04 08:00:01")) is Verdict.OPEN_OVERDUE


@pytest.mark.parametrize(
    ("resumed", "lapses_at", "due_at"),
    [
        ("2026-03-02 11:00", None, "2026-03-03 09:00"),
        ("2026-03-03 10:00", None, "2026-03-04 08:00"),
        ("2026-03-03 10:00:01", "2026-03-03 10:00", "2026-03-04 08:00"),
        ("2026-04-20 08:00", "2026-03-03 10:00", "2026-03-04 08:00"),
    ],
)
def test_a_reply_brings_the_due_time_nearer_and_a_late_one_moves_nothing(
    resumed, lapses_at, due_at
):
    standing = fold(Paused(at("2026-03-02 10:00"), "hỏi"), Resumed(at(resumed)))
    assert standing.pauses[0].lapses_at == (lapses_at and at(lapses_at))
    assert standing.due_at == at(due_at)
    assert standing.lapses_at is None  # it runs


def test_all_pauses_of_a_promise_share_the_time_allowed():
    day = [Paused(at("2026-03-02 10:00"), "hỏi"), Resumed(at("2026-03-03 10:00"))]
    again = fold(*day, Paused(at("2026-03-03 16:00"), "hỏi nữa"))
    assert again.lapses_at == at("2026-03-03 16:00")
    assert again.due_at == at("2026-03-04 08:00")
    assert again.verdict(at("2026-03-04 08:00:01")) is Verdict.OPEN_OVERDUE


def test_a_pause_too_many_is_refused_and_named():
    told = [START]
    for hour in ("08", "09", "10"):
        told += [Paused(at(f"2026-03-02 {hour}:10"), "hỏi"), Resumed(at(f"2026-03-02 {hour}:20"))]
    one_more = Paused(at("2026-03-02 11:10"), "hỏi")
    with pytest.raises(errors.TooManyPauses) as refused:
        promises.check_may_append(told, one_more, rule=RULE)
    assert (refused.value.at, refused.value.most) == (one_more.at, 3)
    promises.check_may_append(told, one_more)
    assert promises.fold([*told, one_more], OFFICE, rule=RULE).set_aside == (one_more,)


def test_a_second_request_is_always_reported_and_late_where_the_pack_says_so():
    asked = [Paused(at("2026-03-02 09:00"), "bổ sung"), Resumed(at("2026-03-02 10:00"))]
    once, twice = asked, [*asked, Paused(at("2026-03-02 11:00"), "bổ sung lần hai")]
    assert fold(*once, rule=STRICT).second_request_at is None
    lenient, strict = fold(*twice), fold(*twice, rule=STRICT)
    assert lenient.second_request_at == strict.second_request_at == at("2026-03-02 11:00")
    assert lenient.verdict(at("2026-03-02 14:00")) is Verdict.OPEN_IN_TIME
    assert strict.verdict(at("2026-03-02 11:00")) is Verdict.OPEN_IN_TIME
    assert strict.verdict(at("2026-03-02 11:00:01")) is Verdict.OPEN_OVERDUE
    assert strict.appointed_at == lenient.due_at
    done = fold(*twice, Finished(at("2026-03-02 14:00")), rule=STRICT)
    assert done.verdict(at("2026-03-30 08:00")) is Verdict.LATE
    assert done.appointed_at > done.ended_at


def test_a_second_request_after_the_due_time_cures_nothing():
    asked = [Paused(at("2026-03-04 09:00"), "hỏi"), Resumed(at("2026-03-04 10:00"))]
    standing = fold(*asked, Paused(at("2026-03-04 11:00"), "hỏi"), rule=STRICT)
    assert standing.due_at == standing.appointed_at == at("2026-03-03 08:00")


def test_without_rule_bound_or_calendar_a_pause_lasts_until_somebody_ends_it():
    asked = Paused(at("2026-03-02 10:00"), "hỏi")
    unbound = replace(RULE, most=None, longest=None)
    for standing in (
        fold(asked, rule=None),
        fold(asked, rule=unbound),
        fold(asked, calendar=None),
        fold(asked, calendar=office(known_until=date(2026, 3, 2))),
    ):
        assert standing.lapses_at is None
        assert standing.pauses[0].stands_until is None
    assert fold(asked, rule=None).verdict(at("2027-03-02 10:00")) is Verdict.OPEN_IN_TIME


def test_a_closed_pause_beyond_the_known_calendar_counts_as_told():
    ending = office(known_until=date(2026, 3, 2))
    told = Pause(at("2026-03-02 10:00"), at("2026-03-09 10:00"), "hỏi")
    assert pauses.capped([told], RULE, ending) == (told,)


def test_nothing_promised_stays_nothing_promised():
    free = replace(START, within=None)
    twice = [
        Paused(at("2026-03-02 09:00"), "a"),
        Resumed(at("2026-03-02 10:00")),
        Paused(at("2026-03-02 11:00"), "b"),
    ]
    standing = promises.fold([free, *twice], OFFICE, rule=STRICT)
    assert (standing.due_at, standing.appointed_at) == (None, None)
    assert standing.verdict(at("2026-03-09 09:00")) is Verdict.NO_PROMISE


def test_each_kind_has_the_rule_of_its_day_of_receipt():
    rules = packs.pack()
    case = rules.pause_rule("case", on=date(2026, 11, 21))
    assert (case.most, case.second_request_is_late) == (3, False)
    assert rules.pause_rule("dossier", on=date(2022, 7, 31)).second_request_is_late is False
    dossier = rules.pause_rule("dossier", on=date(2022, 8, 1))
    assert (dossier.second_request_is_late, dossier.legal_act) == (
        True,
        "Quyết định 766/QĐ-TTg, mục 2.1",
    )
    assert rules.pause_rule("dossier", on=date(2007, 12, 31)) is None
    assert rules.pause_rule("wish", on=date(2026, 1, 1)) is None


@st.composite
def pauses_in_turn(draw):
    """Pauses one after the other from Monday 2 March 2026, the last perhaps still open."""
    gaps = draw(st.lists(st.integers(1, 3 * 86_400), min_size=1, max_size=8))
    events, moment = [], START.at
    for index, gap in enumerate(gaps):
        moment += timedelta(seconds=gap)
        events.append(Paused(moment, "hỏi") if index % 2 == 0 else Resumed(moment))
    return events


rules = st.builds(
    PauseRule,
    effective_on=st.just(date(2020, 1, 1)),
    legal_act=st.just(""),
    most=st.none() | st.integers(0, 4),
    longest=st.none() | st.builds(Within, st.integers(0, 40), st.just(Unit.WORKING_HOUR)),
    second_request_is_late=st.booleans(),
)


@laws
@given(events=pauses_in_turn(), rule=rules, shuffled=st.randoms())
def test_under_a_rule_any_order_of_telling_folds_alike(events, rule, shuffled):
    told = [START, *events]
    expected = promises.fold(told, OFFICE, rule=rule)
    shuffled.shuffle(told)
    assert promises.fold(told, OFFICE, rule=rule) == expected


@laws
@given(events=pauses_in_turn(), rule=rules)
def test_a_rule_never_moves_a_due_time_further_than_no_rule(events, rule):
    closed = events if isinstance(events[-1], Resumed) else events[:-1]
    free, bound = fold(*closed, rule=None), fold(*closed, rule=rule)
    assert bound.due_at <= free.due_at
    assert bound.due_at <= bound.appointed_at


@laws
@given(events=pauses_in_turn(), hours=st.integers(0, 40))
def test_pauses_never_stop_the_clock_for_longer_than_allowed(events, hours):
    rule = replace(RULE, most=None, longest=Within(hours, Unit.WORKING_HOUR))
    standing = fold(*events, rule=rule)
    stood = sum(OFFICE.between(*span) for span in standing.breaks())
    assert stood <= hours * 3600


@laws
@given(events=pauses_in_turn(), later=st.integers(1, 40 * 86_400))
def test_resuming_before_or_after_it_lapses_never_makes_a_due_time_later(events, later):
    paused = events if isinstance(events[-1], Paused) else events[:-1]
    rule = replace(RULE, most=None)
    open_ = fold(*paused, rule=rule)
    resumed = fold(*paused, Resumed(paused[-1].at + timedelta(seconds=later)), rule=rule)
    assert resumed.due_at <= open_.due_at


@laws
@given(
    calendar=strategies.calendars(around=date(2026, 3, 2)),
    start=strategies.moments(around=date(2026, 3, 2)),
    hours=st.integers(1, 30),
)
def test_a_lapsed_pause_has_used_exactly_the_time_allowed(calendar, start, hours):
    rule = replace(RULE, longest=Within(hours, Unit.WORKING_HOUR))
    [pause] = pauses.capped([Pause(start, None, "")], rule, calendar)
    assert calendar.between(start, pause.lapses_at) == hours * 3600
    assert pause.lapses_at.tzinfo is UTC


def test_a_reopened_promise_keeps_what_its_pauses_used():
    used = [Paused(at("2026-03-02 10:00"), "hỏi"), Resumed(at("2026-03-02 12:00"))]
    ended = [Finished(at("2026-03-02 15:00")), Reopened(at("2026-03-05 15:00"), "chưa xong")]
    standing = fold(*used, *ended, Paused(at("2026-03-05 16:00"), "hỏi"))
    assert OFFICE.between(at("2026-03-05 16:00"), standing.lapses_at) == (
        OFFICE.day_seconds - OFFICE.between(at("2026-03-02 10:00"), at("2026-03-02 12:00"))
    )
