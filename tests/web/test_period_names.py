"""Periods as people say them, in both languages."""

import pytest

from web.language import period_names


@pytest.mark.parametrize(
    ("name", "vi", "en"),
    [
        ("2026-Q3", "quý 3 năm 2026", "Q3 2026"),
        ("2026-07", "tháng 7 năm 2026", "July 2026"),
        ("2026", "năm 2026", "the year 2026"),
        ("2026-13", "2026-13", "2026-13"),
        ("2026-Q5", "2026-Q5", "2026-Q5"),
    ],
)
def test_a_period_is_called_as_people_call_it(name: str, vi: str, en: str) -> None:
    assert period_names.in_words(name, "vi") == vi
    assert period_names.in_words(name, "en") == en
