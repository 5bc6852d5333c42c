"""By when a plan is owed, and when the day of a measure is over."""

from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from sla.charter import Agency, Charter
from sla.errors import CalendarEnds


def due(published_at: datetime, days: int, zone: ZoneInfo) -> datetime:
    """The last moment of the last local day."""
    last = published_at.astimezone(zone).date() + timedelta(days=days + 1)
    return datetime.combine(last, time(), zone).astimezone(UTC) - timedelta(seconds=1)


def closing(agency: Agency, known: Charter, day: date, zone: ZoneInfo) -> datetime:
    """The end of the office's day; of its next open day where it is closed. Beyond the known
    calendar, the end of the day itself.
    """
    number = known.calendar_of(agency, None)
    try:
        if number is not None:
            calendar = known.calendars[number]
            spans = calendar.spans_on(calendar.open_day_from(day))
            return calendar.local(spans[-1][1]).astimezone(UTC)
    except CalendarEnds:
        pass
    return datetime.combine(day, time(23, 59, 59), zone).astimezone(UTC)
