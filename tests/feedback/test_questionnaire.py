"""The questions are data: each version begins on its day, and none ever changes."""

from datetime import UTC, date, datetime, timedelta

from hypothesis import given
from hypothesis import strategies as st

from feedback import questionnaire
from feedback.questionnaire import Questionnaire
from tests.make import NOW

DAYS = st.lists(st.dates(date(2020, 1, 1), date(2030, 1, 1)), min_size=1, unique=True)
NEW = """
[[versions]]
version = "core-2"
effective_on = 2026-11-01
[[versions.questions]]
field = "overall"
text = "How was it?"
[[versions]]
version = "core-1"
effective_on = 2020-01-01
questions = []
"""


def test_the_first_version_is_asked_in_its_very_words():
    asked = questionnaire.current(NOW)
    assert asked.version == "core-1"
    assert [q.field for q in asked.questions] == [
        "overall", "solved", "clear", "contacts", "comment",
    ]  # fmt: skip
    overall = asked.questions[0]
    assert overall.required
    assert [value for value, _ in overall.answers] == ["1", "2", "3", "4", "5"]
    assert sum(not q.required for q in asked.questions) <= 4


def test_a_new_version_is_asked_from_its_day_on():
    versions = questionnaire.read(NEW)
    begins = datetime(2026, 11, 1, tzinfo=UTC)
    before = questionnaire.current(begins - timedelta(seconds=1), among=versions)
    assert before.version == "core-1"
    assert questionnaire.current(begins, among=versions).version == "core-2"


@given(DAYS, st.dates(date(2019, 1, 1), date(2031, 1, 1)))
def test_what_is_asked_is_the_newest_that_has_begun(days: list[date], on: date):
    versions = {str(day): Questionnaire(str(day), day, ()) for day in sorted(days)}
    at = datetime(on.year, on.month, on.day, 12, tzinfo=UTC)
    asked = questionnaire.current(at, among=versions)
    begun = [day for day in days if day <= on]
    assert asked.effective_on == (max(begun) if begun else min(days))
