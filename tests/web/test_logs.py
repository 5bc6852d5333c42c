"""Logs: one object a line, nothing forged, nothing personal."""

import json
import logging

import pytest
from hypothesis import given
from hypothesis import strategies as st

from web import logs


def written(message: str, formatter: logging.Formatter, **extra: object) -> str:
    record = logging.LogRecord("web.x", logging.INFO, "x.py", 1, message, (), None)
    vars(record).update(extra)
    return formatter.format(record)


@given(st.text(), st.text())
def test_whatever_is_logged_is_one_json_object_on_one_line(message, value):
    line = written(message.replace("%", ""), logs.JsonLines(), case=value)
    assert len(line.splitlines()) == 1
    assert line.isascii()
    assert json.loads(line)["level"] == "info"


@given(st.text())
def test_no_text_forges_a_second_line_or_commands_a_terminal(message):
    line = written(message.replace("%", ""), logs.Readable())
    assert line.isprintable()


def test_a_line_has_a_bounded_length():
    assert len(written("ă" * 100_000, logs.Readable())) < 600


def test_vietnamese_stays_readable_for_people():
    assert "đã nhận phản ánh" in written("đã nhận phản ánh", logs.Readable(), case=7)


def test_an_error_is_told_by_kind_and_place_without_its_text():
    try:
        raise ValueError("Key (phone)=(0912345678) already exists")  # noqa: TRY301 -- logged below
    except ValueError as error:
        details = (type(error), error, error.__traceback__)
    line = written("job failed", logs.JsonLines(), exc_info=details, job="tally")
    found = json.loads(line)
    assert (found["error"], found["job"]) == ("ValueError", "tally")
    assert "test_an_error_is_told" in found["where"]
    assert "0912345678" not in line


@pytest.mark.parametrize("formatter", [logs.JsonLines(), logs.Readable()])
def test_what_a_caller_adds_is_shown_by_name(formatter):
    assert "tally" in written("done", formatter, job="tally")
