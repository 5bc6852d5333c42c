"""The two languages: which one, and how words, times and numbers look in it."""

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from fractions import Fraction

import pytest
from babel import numbers
from babel.messages.catalog import Message
from hypothesis import given
from hypothesis import strategies as st

from ranking.method import rounding
from web.language import catalogues, i18n

NOON = datetime(2026, 11, 21, 5, 0, tzinfo=UTC)  # 12:00 in Ho Chi Minh City
languages = st.sampled_from(i18n.LANGUAGES)
lengths = st.timedeltas(timedelta(0), timedelta(days=400))


@pytest.mark.parametrize(
    ("wish", "language"),
    [
        (None, "vi"),
        ("", "vi"),
        ("en", "en"),
        ("en-GB,vi;q=0.8", "en"),
        ("vi-VN,vi;q=0.9,en;q=0.8", "vi"),
        ("fr,de;q=0.9", "vi"),
        ("fr,en;q=0.2", "en"),
        ("vi;q=0.3, en;q=0.9", "en"),
        ("en;q=0", "vi"),
        ("en;q=nan, vi;q=inf", "vi"),
        ("*", "vi"),
    ],
)
def test_a_reader_gets_the_language_the_browser_likes_best(wish: str | None, language: str):
    assert i18n.negotiate(wish) == language


@given(st.text())
def test_any_wish_whatever_ends_in_a_language_of_ours(wish: str):
    assert i18n.negotiate(wish) in i18n.LANGUAGES


def test_every_sentence_has_its_vietnamese():
    gaps = catalogues.report("vi")
    assert not gaps, f"without translation (python -m web.language.i18n):\n{gaps}"


def test_every_sentence_formats_with_just_the_values_of_its_id():
    assert [line for language in i18n.LANGUAGES for line in catalogues.faults(language)] == []


@pytest.mark.parametrize(
    ("id_", "string", "why"),
    [
        ("Above 90 %", "Trên 90 %", "id does not format"),
        ("%(n)s done", "xong 100% %(n)s", "does not format: 'xong 100% %(n)s'"),
        ("%(n)s of %(all)s", "%(n)s", "has ['n'], its id ['all', 'n']"),
        ("%(n)s", "%(m)s", "has ['m'], its id ['n']"),
    ],
)
def test_a_translation_that_would_break_a_page_is_named(id_: str, string: str, why: str):
    assert list(catalogues._misfits(Message(id_, string))) == [why]


def test_a_sentence_without_translation_is_shown_as_it_stands():
    assert i18n.translator("vi").gettext("Never written") == "Never written"


def test_a_value_has_a_name_in_both_languages(monkeypatch: pytest.MonkeyPatch):
    class Colour(Enum):
        LATE = "late"

    monkeypatch.setitem(i18n.NAMES, Colour, {Colour.LATE: i18n.mark("Late")})
    assert i18n.name_of(Colour.LATE, "en") == "Late"
    assert i18n.name_of(Colour.LATE, "vi") == "Trễ hạn"


def test_every_value_of_a_named_kind_is_named():
    for kind, names in i18n.NAMES.items():
        assert set(names) == set(kind), kind


@pytest.mark.parametrize(
    ("hours", "vietnamese", "english"),
    [
        (0, "0 phút", "0 minutes"),
        (0.4, "24 phút", "24 minutes"),
        (1, "1 giờ làm việc", "1 working hour"),
        (3.5, "3 giờ làm việc 30 phút", "3 working hours 30 minutes"),
        (8, "1 ngày làm việc", "1 working day"),
        (8.5, "1 ngày làm việc", "1 working day"),
        (19, "2 ngày làm việc 3 giờ", "2 working days 3 hours"),
        (-19, "2 ngày làm việc 3 giờ", "2 working days 3 hours"),
    ],
)
def test_working_time_is_said_as_an_officer_would(hours: float, vietnamese: str, english: str):
    length = timedelta(hours=hours)
    assert i18n.working_time(length, "vi") == vietnamese
    assert i18n.working_time(length, "en") == english


def test_a_deadline_ahead_is_left_and_one_behind_is_overdue():
    assert i18n.time_left(timedelta(hours=3), "vi") == "còn 3 giờ làm việc"
    assert i18n.time_left(timedelta(hours=-16), "vi") == "quá hạn 2 ngày làm việc"
    assert i18n.time_left(timedelta(0), "en") == "0 minutes left"


@given(lengths, languages)
def test_a_duration_has_at_most_two_parts_and_no_empty_one(length: timedelta, language: str):
    counts = [int(word) for word in i18n.duration(length, language).split() if word.isdigit()]
    assert 1 <= len(counts) <= 2
    assert all(counts) or length < timedelta(minutes=1)


@given(lengths)
def test_what_is_said_never_promises_more_time_than_there_is(length: timedelta):
    units = {"day": timedelta(days=1), "hour": timedelta(hours=1), "minute": timedelta(minutes=1)}
    words = i18n.duration(length, "en").split()
    said = sum(
        (
            int(count) * units[unit.rstrip("s")]
            for count, unit in zip(words[::2], words[1::2], strict=True)
        ),
        timedelta(0),
    )
    assert said <= length


@pytest.mark.parametrize(
    ("language", "styles"),
    [
        (
            "vi",
            {
                "short": "05/10/2026",
                "weekday": "Thứ Hai, 05/10/2026",
                "words": "ngày 5 tháng 10 năm 2026",
                "long": "Thứ Hai, ngày 5 tháng 10 năm 2026",
            },
        ),
        (
            "en",
            {
                "short": "5 Oct 2026",
                "weekday": "Mon 5 Oct 2026",
                "words": "5 October 2026",
                "long": "Monday 5 October 2026",
            },
        ),
    ],
)
def test_a_day_is_short_in_tables_and_spelled_out_in_sentences(
    language: str, styles: dict[str, str]
):
    late = datetime(2026, 10, 5, 16, 59, tzinfo=UTC)  # a minute before midnight in the local zone
    for style, told in styles.items():
        assert i18n.localise_date(date(2026, 10, 5), language, style=style) == told
        assert i18n.localise_day(late, language, style=style) == told
        whole = f"23:59, {told}" if language == "vi" else f"{told}, 23:59"
        assert i18n.localise_datetime(late, language, style=style) == whole


@pytest.mark.parametrize(
    ("end", "told"),
    [
        (datetime(2026, 10, 15, 17, tzinfo=UTC), "15 Oct 2026"),  # as the 16th begins
        (datetime(2026, 10, 15, 17, 0, 1, tzinfo=UTC), "16 Oct 2026"),
        (datetime(2026, 10, 15, 16, 59, 59, tzinfo=UTC), "15 Oct 2026"),
    ],
)
def test_what_ends_as_a_day_begins_was_open_until_the_day_before(end: datetime, told: str):
    assert i18n.localise_last_day(end, "en") == told


def test_a_moment_is_shown_in_the_local_zone():
    assert i18n.localise_datetime(NOON, "vi") == "12:00, 21/11/2026"
    assert i18n.localise_datetime(NOON, "vi", "UTC") == "05:00, 21/11/2026"


def test_a_number_is_written_as_each_language_does():
    assert i18n.localise_number(12345.5, "vi") == "12.345,5"
    assert i18n.localise_number(12345.5, "en") == "12,345.5"
    assert i18n.localise_number(3, "vi", digits=2) == "3,00"
    assert i18n.localise_percent(0.9134, "vi") == "91,3%"
    assert i18n.localise_percent(Decimal("0.9"), "en", digits=0) == "90%"
    assert i18n.localise_percent(0.8945, "en") == "89.5%"
    assert i18n.localise_percent(Decimal("0.924500000"), "en") == "92.5%"


@given(st.fractions(0, 1, max_denominator=2000), languages)
def test_a_share_is_told_as_an_edition_prints_it(share: Fraction, language: str):
    """However it was kept: as it is, as a float, or with the nine decimals of open data."""
    printed = i18n.localise_number(rounding.points(share), language, digits=1) + "%"
    for kept in (rounding.points(share) / 100, float(share), rounding.nine(share)):
        assert i18n.localise_percent(kept, language) == printed


@given(
    st.floats(-1e9, 1e9) | st.decimals(-(10**9), 10**9, places=6) | st.integers(-(10**9), 10**9),
    languages,
    st.integers(0, 3),
)
def test_figures_are_written_as_babel_writes_them(value, language, digits):
    """Once they are rounded, which Babel does by another rule."""
    locale = {"vi": "vi_VN", "en": "en_GB"}[language]
    pattern = "#,##0" + (f".{'0' * digits}" if digits else "")
    number, share = (rounding.printed(value, digits=of) for of in (digits, digits + 2))
    written = numbers.format_decimal(number, pattern, locale=locale)
    assert i18n.localise_number(value, language, digits=digits) == written
    written = numbers.format_percent(share, f"{pattern}%", locale=locale)
    assert i18n.localise_percent(value, language, digits=digits) == written


def test_nothing_has_no_sign_however_it_came_to_be_rounded_to_it():
    assert [i18n.localise_number(zero, "en") for zero in (0.0, -0.0, 0)] == ["0", "0", "0"]
    assert i18n.localise_number(-0.04, "vi", digits=1) == "0,0"
    assert i18n.localise_number(-0.06, "vi", digits=1) == "-0,1"
