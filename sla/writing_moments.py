"""Moments as texts, of which there are millions: as `isoformat` writes them in UTC.

Days and times of day come back again and again: each is put into words once.
"""

from datetime import UTC, date, datetime, timedelta
from functools import lru_cache

import numpy as np
import numpy.typing as npt

from sla import openings

_DAY = openings.DAY_SECONDS * openings.SECOND
_EPOCH = datetime(1970, 1, 1, tzinfo=UTC)


@lru_cache(maxsize=8192)
def _midnight(day: str) -> int:
    return (date.fromisoformat(day).toordinal() - _EPOCH.toordinal()) * _DAY


@lru_cache(maxsize=1 << 17)
def _clock(time: str) -> int:
    return openings.micros(datetime.fromisoformat(f"1970-01-01{time}"))


def read(written: str) -> int:
    """A moment from its text."""
    return _midnight(written[:10]) + _clock(written[10:])


def at(moment: int) -> datetime:
    """A moment as a time in UTC."""
    return _EPOCH + timedelta(microseconds=moment)


@lru_cache(maxsize=8192)
def _day(day: int) -> str:
    return at(day * _DAY).isoformat()[:10]


@lru_cache(maxsize=1 << 17)
def _time(moment: int) -> str:
    return at(moment).isoformat()[10:]


def written(moment: int) -> str:
    """A moment as text."""
    day, clock = divmod(moment, _DAY)
    return _day(day) + _time(clock)


def all_written(moments: npt.NDArray[np.int64]) -> list[str]:
    """Many moments as texts."""
    days, at_day = np.unique(moments // _DAY, return_inverse=True)
    times, at_time = np.unique(moments % _DAY, return_inverse=True)
    heads = np.array([*map(_day, days.tolist()), ""], dtype=object)
    tails = np.array([*map(_time, times.tolist()), ""], dtype=object)
    texts: list[str] = (heads[at_day] + tails[at_time]).tolist()
    return texts
