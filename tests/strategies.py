"""Values to try things on, drawn by Hypothesis."""

from datetime import UTC, date, datetime, timedelta
from zoneinfo import ZoneInfo

from hypothesis import strategies as st

from sla.calendars import Day, DayKind, WorkingCalendar
from sla.openings import Window, Windows

# Both kinds of clock change, one at midnight (and back over it), half hours, and none at all.
ZONES = (
    "Asia/Ho_Chi_Minh",
    "America/New_York",
    "Europe/Berlin",
    "Australia/Lord_Howe",
    "America/Sao_Paulo",
    "America/St_Johns",
    "UTC",
)
FIRST, LAST = date(2010, 1, 1), date(2030, 12, 31)


@st.composite
def windows(draw: st.DrawFn, *, minutes: int = 15, at_least: int = 0) -> Windows:
    """Opening hours of a day in steps of some minutes, up to three spells, to 24:00."""
    count = draw(st.integers(at_least, 3))
    steps = 24 * 60 // minutes
    bounds = draw(
        st.lists(st.integers(0, steps), min_size=2 * count, max_size=2 * count, unique=True)
    )
    marks = [bound * minutes * 60 for bound in sorted(bounds)]
    return tuple(Window(*pair) for pair in zip(marks[::2], marks[1::2], strict=True))


@st.composite
def special_days(draw: st.DrawFn, *, around: date, minutes: int = 15) -> dict[date, Day]:
    """Days that differ, within two weeks of a date: closed, worked, or half."""
    offsets = draw(st.lists(st.integers(-3, 14), max_size=5, unique=True))
    days = {}
    for offset in offsets:
        kind = draw(st.sampled_from(DayKind))
        worked = kind in {DayKind.SWAPPED_WORKING, DayKind.HALF_DAY}
        hours = draw(windows(minutes=minutes, at_least=1)) if worked else None
        days[around + timedelta(days=offset)] = Day(kind, hours, name_en=f"day {offset}")
    return days


@st.composite
def calendars(
    draw: st.DrawFn, *, around: date, zones: tuple[str, ...] = ZONES, minutes: int = 15
) -> WorkingCalendar:
    """A calendar that opens at least once a week, with days that differ around a date."""
    week = draw(st.lists(windows(minutes=minutes), min_size=7, max_size=7).filter(any))
    zone = ZoneInfo(draw(st.sampled_from(zones)))
    return WorkingCalendar(zone, tuple(week), draw(special_days(around=around, minutes=minutes)))


def dates() -> st.SearchStrategy[date]:
    """Any day, and the days about which clocks change."""
    changes = [date(2026, 3, 8), date(2026, 11, 1), date(2026, 3, 29), date(2026, 10, 25)]
    midnight_changes = [date(2010, 3, 14), date(2010, 11, 7), date(2018, 2, 17), date(2018, 11, 4)]
    near = st.sampled_from(changes + midnight_changes)
    return near | st.dates(FIRST, LAST)


@st.composite
def moments(draw: st.DrawFn, *, around: date, step: int = 1) -> datetime:
    """A moment in UTC within three days of a date, on a whole number of `step` seconds."""
    seconds = draw(st.integers(-86_400 // step, 3 * 86_400 // step)) * step
    start = datetime(around.year, around.month, around.day, tzinfo=UTC)
    return start + timedelta(seconds=seconds)
