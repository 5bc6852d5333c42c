"""`hailong deadline --jsonl`, as scripts and outside checks use it."""

import json

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from sla import errors
from web.commands import deadline

HOURS = [["07:30", "11:30"], ["13:00", "17:00"]]
CALENDAR = {
    "timezone": "Asia/Ho_Chi_Minh",
    "week": dict.fromkeys(("mon", "tue", "wed", "thu", "fri"), HOURS),
    "off": ["2026-02-16", "2026-02-17", "2026-02-18", "2026-02-19", "2026-02-20"],
    "working": {"2026-01-10": HOURS},
    "known_until": "2026-12-31",
}
QUESTION = {
    "id": 7,
    "calendar": CALENDAR,
    "start": "2026-02-13T16:00:00+07:00",
    "within": {"amount": 1, "unit": "working_day"},
}


def ask(**changes):
    question = {name: value for name, value in {**QUESTION, **changes}.items() if value != "-"}
    return deadline.answer(json.dumps(question))


def calendar(**changes):
    return {**CALENDAR, **changes}


def test_a_due_time_comes_with_its_steps():
    assert ask() == {
        "id": 7,
        "due": "2026-02-23T16:00:00+07:00",
        "steps": [
            step("2026-02-13T16:00", "2026-02-13T17:00", "opened", 3600),
            step("2026-02-13T17:00", "2026-02-14T00:00", "night"),
            step("2026-02-14T00:00", "2026-02-16T00:00", "weekend"),
            step("2026-02-16T00:00", "2026-02-21T00:00", "holiday"),
            step("2026-02-21T00:00", "2026-02-23T00:00", "weekend"),
            step("2026-02-23T00:00", "2026-02-23T07:30", "night"),
            step("2026-02-23T07:30", "2026-02-23T11:30", "opened", 14_400),
            step("2026-02-23T11:30", "2026-02-23T13:00", "lunch"),
            step("2026-02-23T13:00", "2026-02-23T16:00", "opened", 10_800),
            step("2026-02-23T16:00", "2026-02-23T16:00", "due"),
        ],
    }


def step(start, end, kind, seconds=0):
    return {
        "from": f"{start}:00+07:00",
        "to": f"{end}:00+07:00",
        "kind": kind,
        "counted_seconds": seconds,
    }


def test_days_counted_and_names_of_days_are_told_too():
    named = calendar(days={"2026-02-13": {"kind": "holiday", "name_vi": "Nghỉ", "name_en": "Off"}})
    answer = ask(
        calendar=named,
        start="2026-02-12T09:00:00Z",
        within={"amount": 1, "unit": "working_day", "rule": "civil"},
    )
    assert answer["due"] == "2026-02-23T17:00:00+07:00"
    assert answer["steps"][1]["name_vi"] == "Nghỉ"
    assert sum(step.get("counted_days", 0) for step in answer["steps"]) == 1


@pytest.mark.parametrize(
    ("changes", "seconds"),
    [
        ({}, 7200),
        ({"pauses": [["2026-02-13T09:30:00Z", "2026-02-23T08:00:00+07:00"]]}, 3600),
        ({"cut_off": "15:00"}, 3600),
        ({"cut_off": "24:00"}, 7200),
        ({"cut_off": None, "pauses": None}, 7200),
    ],
)
def test_elapsed_time_is_told_in_seconds(changes, seconds):
    changes = {"within": "-", "until": "2026-02-23T08:30:00+07:00"} | changes
    assert ask(**changes) == {"id": 7, "elapsed_seconds": seconds}


@pytest.mark.parametrize(
    ("code", "changes"),
    [
        ("calendar_has_no_opening", {"calendar": calendar(week={}, working={})}),
        ("calendar_has_no_opening", {"calendar": {"timezone": "UTC"}}),
        ("calendar_ends", {"start": "2026-12-31T16:30:00+07:00"}),
        ("calendar_ends", {"within": {"amount": 10**9, "unit": "month"}}),
        ("out_of_range", {"calendar": calendar(known_until=None), "within": {
            "amount": 10**9, "unit": "working_day"}}),
        ("bad_calendar", {"calendar": "-"}),
        ("bad_calendar", {"calendar": calendar(timezone="Mars/Olympus")}),
        ("bad_calendar", {"calendar": calendar(week={"mon": [["17:00", "08:00"]]})}),
        ("bad_calendar", {"calendar": calendar(week={"mon": [["17:00", "25:00"]]})}),
        ("bad_calendar", {"calendar": calendar(off=["31/12/2026"])}),
        ("bad_time", {"start": "-"}),
        ("bad_time", {"start": 5}),
        ("bad_time", {"start": "2026-02-30T00:00:00Z"}),
        ("bad_time", {"start": "2026-02-13T16:00:00"}),
        ("bad_time", {"start": "0001-01-01T00:00:00+14:00"}),
        ("bad_time", {"start": "9999-12-31T23:59:59-14:00"}),
        ("bad_time", {"within": "-", "until": "2026-02-13T15:59:59+07:00"}),
        ("bad_amount", {"within": {"amount": -1, "unit": "working_day"}}),
        ("bad_amount", {"within": None}),
        ("bad_unit", {"within": {"amount": 1, "unit": "fortnight"}}),
        ("bad_rule", {"within": {"amount": 1, "unit": "month", "rule": "elapsed"}}),
        ("bad_cut_off", {"cut_off": "3 pm"}),
        ("bad_cut_off", {"cut_off": 15}),
        ("bad_pause", {"pauses": {}}),
        ("bad_pause", {"pauses": [["2026-02-13T16:00:00Z"]]}),
        ("bad_pause", {"pauses": [["2026-02-14T16:00:00Z", "2026-02-13T16:00:00Z"]]}),
        ("bad_time", {"pauses": [["2026-02-14T16:00:00Z", None]]}),
        ("bad_question", {"within": "-"}),
        ("bad_question", {"until": "2026-02-23T08:30:00+07:00"}),
    ],
)  # fmt: skip
def test_what_cannot_be_answered_says_why(code, changes):
    assert ask(**changes) == {"id": 7, "error": code}


@pytest.mark.parametrize(
    "line",
    [
        "",
        "x",
        "[]",
        "5",
        '{"id": NaN}',
        "[" * 100_000,
        "1" * 5_000,
        '{"a":' * 990 + "1" + "}" * 990,
    ],
    ids=lambda line: line[:5],
)
def test_a_line_that_is_no_question_gets_an_answer(line):
    assert deadline.answer(line)["error"] in {"bad_json", "bad_calendar"}


def test_every_error_of_counting_has_a_code():
    def below(error):
        return {error} | {each for sub in error.__subclasses__() for each in below(sub)}

    of_promises = below(errors.Refusal) | {errors.NotText, errors.TooLong, errors.NotComparable}
    roots = {errors.SlaError, errors.CalendarError, errors.BadWithin}
    assert set(deadline.CODES) == below(errors.SlaError) - of_promises - roots


def test_every_line_is_answered_in_order():
    lines = [json.dumps({**QUESTION, "id": "một"}).encode(), b"\xff", b"", b'{"id": "\\ud800"}']
    run = CliRunner().invoke(deadline.deadline, ["--jsonl"], input=b"\n".join(lines) + b"\n")
    assert run.exit_code == 0
    assert [json.loads(line)["id"] for line in run.output.splitlines()] == [
        "một", None, None, "\ud800",
    ]  # fmt: skip


def test_the_format_is_asked_for():
    assert CliRunner().invoke(deadline.deadline, []).exit_code == 2


JSON = st.recursive(
    st.none()
    | st.booleans()
    | st.integers()
    | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(), inner, max_size=3),
    max_leaves=5,
)
FIELDS = st.sampled_from(["calendar", "start", "within", "until", "cut_off", "pauses"])
PARTS = st.sampled_from(["timezone", "week", "off", "working", "days", "day_hours", "known_until"])


@settings(max_examples=50, deadline=None)
@given(st.dictionaries(FIELDS, JSON, max_size=3), st.dictionaries(PARTS, JSON, max_size=2))
def test_nothing_that_is_sent_breaks_it(fields, parts):
    question = {**QUESTION, "calendar": calendar(**parts), **fields}
    answer = deadline.answer(json.dumps(question))
    assert answer["id"] == 7
    assert {"due", "elapsed_seconds", "error"} & answer.keys()
    json.dumps(answer)
