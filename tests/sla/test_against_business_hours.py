"""The same answers as the engine of Request Tracker, Business::Hours, on thousands of calendars.

One perl process answers them all. It counts seconds as points, both ends included: the end of a
deadline is the point of its last second plus one, and open time is asked up to the second before.
A deadline that it is asked for a second later falls on the next opening; ours on closing time. It
cannot say 24:00, half a day, or a day worked in exchange, and gives up after thirty days.
"""

import random
import shutil
import subprocess
from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from functools import cached_property
from zoneinfo import ZoneInfo

import pytest

from sla.calendars import Day, DayKind, WorkingCalendar
from sla.openings import Window

PERL = shutil.which("perl")
COUNT = 2000
ZONES = ("Asia/Ho_Chi_Minh", "America/New_York", "Europe/Berlin", "Australia/Sydney", "UTC")
# A month of normal time, and the changes of clocks of Europe and America, there and back.
STARTS = (date(2026, 2, 9), date(2026, 3, 5), date(2026, 3, 26), date(2026, 10, 22))
GIVEN_UP = -1

# A line each: zone, start, seconds, end, hours by weekday from Sunday, days off.
ANSWER = r"""
use strict; use warnings; use POSIX (); use Business::Hours;
$| = 1;
while (my $line = <STDIN>) {
    chomp $line;
    my ($zone, $start, $seconds, $end, $week, $off) = split /\t/, $line, -1;
    $ENV{TZ} = $zone; POSIX::tzset();
    my $fresh = sub {
        my %hours = (holidays => [split /,/, $off]);
        for my $day (split /;/, $week) {
            my ($name, $opens, $lunch, $back, $closes) = split / /, $day;
            $hours{$name} = { Name => $name, Start => $opens, End => $closes,
                              Breaks => [{ Start => $lunch, End => $back }] };
        }
        my $made = Business::Hours->new();
        $made->business_hours(%hours);
        return $made;
    };
    my $last = $fresh->()->add_seconds($start, $seconds - 1);
    my $passed = $fresh->()->between($start, $end - 1);
    print "$last $passed\n";
}
"""


def _is_installed() -> bool:
    if PERL is None:
        return False
    asked = subprocess.run([PERL, "-MBusiness::Hours", "-e1"], capture_output=True, check=False)
    return asked.returncode == 0


pytestmark = pytest.mark.skipif(
    not _is_installed(), reason="Business::Hours (Debian: libbusiness-hours-perl) is not installed"
)


@dataclass(frozen=True)
class Situation:
    """Hours with a lunch break on some weekdays (0 is Monday), days off, and two questions."""

    zone: str
    hours: dict[int, tuple[int, int, int, int]]  # minutes of the day
    off: frozenset[date]
    start: datetime
    seconds: int
    end: datetime

    @cached_property
    def calendar(self) -> WorkingCalendar:
        week = tuple(_windows(self.hours.get(weekday)) for weekday in range(7))
        off = {day: Day(DayKind.HOLIDAY) for day in self.off}
        return WorkingCalendar(ZoneInfo(self.zone), week, off)

    def line(self) -> str:
        week = ";".join(
            " ".join([str((weekday + 1) % 7), *map(_clock, marks)])
            for weekday, marks in self.hours.items()
        )
        off = ",".join(map(str, sorted(self.off)))
        moments = int(self.start.timestamp()), self.seconds, int(self.end.timestamp())
        return "\t".join([self.zone, *map(str, moments), week, off])


def _windows(marks: tuple[int, int, int, int] | None) -> tuple[Window, ...]:
    if marks is None:
        return ()
    opens, lunch, back, closes = (minute * 60 for minute in marks)
    return Window(opens, lunch), Window(back, closes)


def _clock(minute: int) -> str:
    return f"{minute // 60}:{minute % 60:02}"


def _situation(chance: random.Random) -> Situation:
    days = chance.sample(range(7), chance.randint(1, 7))
    first = chance.choice(STARTS)
    begin = datetime(first.year, first.month, first.day, tzinfo=UTC)
    start = begin + timedelta(seconds=chance.randrange(10 * 86_400))
    return Situation(
        zone=chance.choice(ZONES),
        hours={day: _hours(chance) for day in sorted(days)},
        off=frozenset(first + timedelta(days=n) for n in chance.sample(range(15), 3)),
        start=start,
        seconds=chance.choice([chance.randint(1, 3 * 3600), 60 * chance.randint(1, 6 * 60)]),
        end=start + timedelta(seconds=chance.randint(1, 20 * 86_400)),
    )


def _hours(chance: random.Random) -> tuple[int, int, int, int]:
    opens, lunch, back, closes = sorted(chance.sample(range(5 * 60, 23 * 60), 4))
    return opens, lunch, back, closes


@pytest.fixture(scope="module")
def answered() -> list[tuple[Situation, int, int]]:
    """Each situation with the point of the deadline's last second and the open seconds."""
    chance = random.Random(766)
    asked = [_situation(chance) for _ in range(COUNT)]
    told = subprocess.run(
        [PERL or "perl", "-e", ANSWER],
        input="\n".join(each.line() for each in asked),
        capture_output=True,
        text=True,
        check=True,
        timeout=300,
    ).stdout.split("\n")
    pairs = [tuple(map(int, line.split())) for line in told if line]
    return [(each, *pair) for each, pair in zip(asked, pairs, strict=True)]


def test_deadlines_agree(answered):
    reached = [(each, last) for each, last, _ in answered if last != GIVEN_UP]
    assert len(reached) > COUNT * 0.9
    for each, last in reached:
        due = each.calendar.after(each.start, each.seconds)
        assert int(due.timestamp()) == last + 1, each


def test_open_time_agrees(answered):
    for each, _, passed in answered:
        assert each.calendar.between(each.start, each.end) == passed, each
