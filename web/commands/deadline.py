"""`hailong deadline --jsonl`: the deadline engine for scripts and outside checks.

One JSON object a line in, one answer a line out, in order; a question that cannot be answered gets
an error code, and nothing stops the rest.
"""

import json
import sys
from datetime import datetime, time
from functools import lru_cache
from typing import Any

import click

from sla import deadlines, openings, writing
from sla.calendars import WorkingCalendar
from sla.commitments import Within
from sla.errors import (
    BadAmount,
    BadCalendar,
    BadPause,
    BadRule,
    BadUnit,
    BadWindow,
    CalendarEnds,
    NaiveTime,
    NoOpening,
    OutOfRange,
    SlaError,
)
from sla.steps import Step

Answer = dict[str, Any]

CODES: dict[type[SlaError], str] = {
    NoOpening: "calendar_has_no_opening",
    CalendarEnds: "calendar_ends",
    OutOfRange: "out_of_range",
    BadCalendar: "bad_calendar",
    BadWindow: "bad_calendar",
    NaiveTime: "bad_time",
    BadPause: "bad_pause",
    BadAmount: "bad_amount",
    BadUnit: "bad_unit",
    BadRule: "bad_rule",
}


class Bad(Exception):
    """A question that cannot be read; its one argument is the code."""


@click.command()
@click.option("--jsonl", is_flag=True, required=True, help="One JSON object a line, in and out.")
def deadline(jsonl: bool) -> None:
    """Count working time: read questions on stdin, write due times on stdout."""
    for line in sys.stdin.buffer:
        click.echo(json.dumps(answer(line)))


def answer(line: str | bytes) -> Answer:
    """The answer to one question; always one, with `error` where there is none to give."""
    try:
        question = json.loads(line, parse_constant=_no_number)
        if not isinstance(question, dict):
            return {"id": None, "error": "bad_json"}
        json.dumps(question, allow_nan=False)  # too deep or too big to be written back
    except (ValueError, RecursionError):
        return {"id": None, "error": "bad_json"}
    asked = {"id": question.get("id")}
    try:
        return asked | _answered(question)
    except Bad as bad:
        return asked | {"error": bad.args[0]}
    except SlaError as error:
        return asked | {"error": CODES[type(error)]}


def _answered(question: Answer) -> Answer:
    calendar = _calendar(json.dumps(question.get("calendar")))
    start = _time(question.get("start"))
    cut_off = _cut_off(question.get("cut_off"))
    pauses = _pauses(question.get("pauses"))
    if ("within" in question) == ("until" in question):
        raise Bad("bad_question")
    if "until" in question:
        until = _time(question["until"])
        if until < start:
            raise Bad("bad_time")
        seconds = deadlines.elapsed(start, until, calendar, pauses, cut_off=cut_off)
        return {"elapsed_seconds": seconds}
    within = Within.from_json(question["within"])
    found = deadlines.due(start, within, calendar, cut_off=cut_off, pauses=pauses)
    return {"due": found.due.isoformat(), "steps": [_step(step) for step in found.steps]}


@lru_cache(maxsize=256)
def _calendar(document: str) -> WorkingCalendar:
    return WorkingCalendar.from_json(json.loads(document))


def _time(value: object) -> datetime:
    if not isinstance(value, str):
        raise Bad("bad_time")
    try:
        at = datetime.fromisoformat(value)
    except ValueError:
        raise Bad("bad_time") from None
    try:
        openings.micros(at)
    except (NaiveTime, OutOfRange):
        raise Bad("bad_time") from None
    return at


def _cut_off(value: object) -> time | None:
    if value is None:
        return None
    try:
        seconds = writing.clock(value, "cut_off")
    except BadCalendar:
        raise Bad("bad_cut_off") from None
    if seconds == openings.DAY_SECONDS:
        return time.max
    return time(seconds // 3600, seconds // 60 % 60, seconds % 60)


def _pauses(value: object) -> list[tuple[datetime, datetime]]:
    if value is None:
        return []
    if not isinstance(value, list) or not all(isinstance(p, list) and len(p) == 2 for p in value):
        raise Bad("bad_pause")
    return [(_time(start), _time(end)) for start, end in value]


def _step(step: Step) -> Answer:
    written: Answer = {
        "from": step.start.isoformat(),
        "to": step.end.isoformat(),
        "kind": step.kind,
        "counted_seconds": step.counted_seconds,
    }
    more = {
        "counted_days": step.counted_days,
        "name_vi": step.name_vi,
        "name_en": step.name_en,
    }
    return written | {name: value for name, value in more.items() if value}


def _no_number(constant: str) -> None:
    raise ValueError(constant)
