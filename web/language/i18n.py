"""The two languages: which one a reader gets, and how words, times and numbers look in it.

Message ids are English sentences; Vietnamese stands in `translations/vi/<area>.po`, read as it is
when first needed. `python -m web.language.i18n` lists what still lacks a translation.
"""

import gettext
import io
import runpy
from collections.abc import Callable, Iterator, Mapping
from datetime import date, datetime, timedelta
from decimal import Decimal
from enum import Enum
from functools import cache, lru_cache
from pathlib import Path
from zoneinfo import ZoneInfo

from babel import Locale, dates, numbers
from babel.messages.catalog import Catalog
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po

from ranking.method import rounding

LANGUAGES = ("vi", "en")  # the first is what a reader gets who asks for neither
ENDONYMS = {"vi": "Tiếng Việt", "en": "English"}
TIMEZONE = "Asia/Ho_Chi_Minh"
TRANSLATIONS = Path(__file__).parents[1] / "translations"

_LOCALES = {"vi": "vi_VN", "en": "en_GB"}
_DATES = {
    "vi": {
        "short": "dd/MM/yyyy",
        "weekday": "EEEE, dd/MM/yyyy",
        "words": "'ngày' d 'tháng' M 'năm' yyyy",
        "long": "EEEE, 'ngày' d 'tháng' M 'năm' yyyy",
        "axis": "d/M",
        "month": "M/yyyy",
        "month_words": "'tháng' M 'năm' yyyy",
    },
    "en": {
        "short": "d MMM yyyy",
        "weekday": "EEE d MMM yyyy",
        "words": "d MMMM yyyy",
        "long": "EEEE d MMMM yyyy",
        "axis": "d MMM",
        "month": "MMM yyyy",
        "month_words": "MMMM yyyy",
    },
}
_MOMENTS = {"vi": "{time}, {day}", "en": "{day}, {time}"}

NAMES: dict[type[Enum], Mapping[Enum, str]] = {}
"""English names of the values people see; a page's module adds its own: `NAMES[CaseStatus] =
{CaseStatus.FILED: mark("Received"), ...}`. By type first, for equal strings of two enums are equal
keys."""


def mark(message: str) -> str:
    """The message itself, marked as one to be translated where it is shown."""
    return message


def name_of(value: Enum, language: str) -> str:
    """What people call `value`. KeyError when nobody named it: a missing name is a fault."""
    return translator(language).gettext(NAMES[type(value)][value])


def negotiate(accept_language: str | None) -> str:
    """The language of ours that an `Accept-Language` header likes best.

    Equal wishes go to the one named first; whatever is not a wish of that header is passed over.
    """
    best, best_weight = LANGUAGES[0], 0.0
    for tag, weight in _wishes(accept_language or ""):
        if tag in LANGUAGES and weight > best_weight:
            best, best_weight = tag, weight
    return best


def _wishes(header: str) -> Iterator[tuple[str, float]]:
    for wish in header[:1000].split(","):
        tag, _, parameter = wish.partition(";")
        try:
            weight = float(parameter.strip().removeprefix("q=")) if parameter.strip() else 1.0
        except ValueError:
            continue
        if 0 < weight <= 1:
            yield tag.strip().lower().partition("-")[0], weight


def files(language: str) -> list[Path]:
    """Where the words of a language stand; none of the one that ids are written in."""
    return sorted((TRANSLATIONS / language).glob("*.po"))


def areas(language: str) -> dict[str, Catalog]:
    """The catalogues of a language by area (`common`, `residents`, ...), in order of name."""
    found = {}
    for path in files(language):
        with path.open("rb") as file:
            found[path.stem] = read_po(file, locale=language, abort_invalid=True)
    return found


@cache
def translator(language: str) -> gettext.NullTranslations:
    """The words of one language; an id without translation is shown as it stands."""
    merged = Catalog(locale=language)
    for catalogue in areas(language).values():
        for message in catalogue:
            if message.id and message.string:
                merged[message.id] = message
    if not len(merged):
        return gettext.NullTranslations()
    compiled = io.BytesIO()
    write_mo(compiled, merged)
    compiled.seek(0)
    return gettext.GNUTranslations(compiled)


@lru_cache(maxsize=1 << 12)
def localise_date(day: date, language: str, *, style: str = "short") -> str:
    """A day. For tables `short`, 05/10/2026 or 5 Oct 2026, and `weekday`, which adds the day of the
    week; for sentences `words`, ngày 5 tháng 10 năm 2026 or 5 October 2026, and `long`, which does.
    `axis` is the day alone, `month` and `month_words` its month.
    """
    return dates.format_date(day, _DATES[language][style], locale=_LOCALES[language])


def localise_day(
    moment: datetime, language: str, timezone: str = TIMEZONE, *, style: str = "short"
) -> str:
    """The local day of an aware moment, in a style of `localise_date`."""
    return localise_date(moment.astimezone(ZoneInfo(timezone)).date(), language, style=style)


def localise_last_day(
    end: datetime, language: str, timezone: str = TIMEZONE, *, style: str = "short"
) -> str:
    """The last local day of what ends just before an aware moment, in a style of `localise_date`.

    What ends as 16 October begins was open until the 15th.
    """
    return localise_day(end - timedelta(microseconds=1), language, timezone, style=style)


# A list shows the same few moments again whenever somebody looks at it.
@lru_cache(maxsize=1 << 14)
def localise_datetime(
    moment: datetime, language: str, timezone: str = TIMEZONE, *, style: str = "short"
) -> str:
    """An aware moment in the local zone, 16:05, 21/11/2026; its day in a style as above."""
    local = moment.astimezone(ZoneInfo(timezone))
    day = localise_date(local.date(), language, style=style)
    return _MOMENTS[language].format(time=f"{local:%H:%M}", day=day)


def localise_number(value: float | Decimal, language: str, *, digits: int | None = None) -> str:
    """1.234,5 or 1,234.5; with `digits`, always that many decimals."""
    return numbers_in(language)(value, digits)


def localise_percent(share: float | Decimal, language: str, *, digits: int = 1) -> str:
    """A share from 0 to 1 as a percentage: 91,3% or 91.3%."""
    return percents_in(language)(share, digits)


@cache
def numbers_in(language: str) -> Callable[..., str]:
    """`localise_number` in that language, as `function(value, digits=None)`.

    It keeps what it wrote: an edition shows the same few thousand figures in tables, charts and
    words, page after page.
    """

    @lru_cache(maxsize=1 << 16, typed=True)
    def written(value: float | Decimal, digits: int | None = None) -> str:
        return _figure(str(value), language, digits)

    return written


@cache
def percents_in(language: str) -> Callable[..., str]:
    """`localise_percent` in that language, as `function(share, digits=1)`; it keeps them too."""

    @lru_cache(maxsize=1 << 16, typed=True)
    def written(share: float | Decimal, digits: int = 1) -> str:
        return _figure(str(share), language, digits, is_share=True)

    return written


@cache
def cases_in(language: str) -> Callable[..., str]:
    """Cases by number; of one that was handed on each holder has a part, told to a tenth."""
    number = numbers_in(language)

    @lru_cache(maxsize=1 << 16, typed=True)
    def written(count: Decimal | int) -> str:
        return number(count, None if count == int(count) else 1)

    return written


def _figure(text: str, language: str, digits: int | None, *, is_share: bool = False) -> str:
    """Rounded as in an edition, so that no page tells the same share a tenth apart."""
    decimals = "." + "0" * digits if digits else "" if digits == 0 else ".###"
    rounded = rounding.printed(Decimal(text), digits=len(decimals[1:]) + (2 if is_share else 0))
    pattern = _pattern("#,##0" + decimals + ("%" if is_share else ""))
    figure: str = pattern.apply(rounded, _locale(language))
    return figure


@cache
def _locale(language: str) -> Locale:
    return Locale.parse(_LOCALES[language])


_pattern = cache(numbers.parse_pattern)


def duration(length: timedelta, language: str) -> str:
    """Time on the clock in its two largest units, cut off below: 2 days 3 hours."""
    words = translator(language)
    minutes = int(abs(length).total_seconds()) // 60
    days, hours = divmod(minutes // 60, 24)
    return _largest(
        (days, words.ngettext("%(num)s day", "%(num)s days", days)),
        (hours, words.ngettext("%(num)s hour", "%(num)s hours", hours)),
        (minutes % 60, words.ngettext("%(num)s minute", "%(num)s minutes", minutes % 60)),
    )


def working_time(
    length: timedelta, language: str, *, working_day: timedelta = timedelta(hours=8)
) -> str:
    """Open time in its two largest units, cut off below: 2 working days 3 hours.

    `working_day` is how much open time makes one day.
    """
    words = translator(language)
    days, rest = divmod(abs(length), working_day)
    hours, minutes = divmod(int(rest.total_seconds()) // 60, 60)
    if days:
        hour_words = words.ngettext("%(num)s hour", "%(num)s hours", hours)
    else:
        hour_words = words.ngettext("%(num)s working hour", "%(num)s working hours", hours)
    return _largest(
        (days, words.ngettext("%(num)s working day", "%(num)s working days", days)),
        (hours, hour_words),
        (minutes, words.ngettext("%(num)s minute", "%(num)s minutes", minutes)),
    )


def time_left(
    length: timedelta, language: str, *, working_day: timedelta = timedelta(hours=8)
) -> str:
    """Open time until a deadline, or since (below 0): 3 hours left, 1 working day overdue."""
    late = length < timedelta(0)
    minutes = abs(length) // _MINUTE
    return _told_left(minutes, language, working_day, late=late)


_MINUTE = timedelta(minutes=1)


@lru_cache(maxsize=1 << 14)
def _told_left(minutes: int, language: str, working_day: timedelta, *, late: bool) -> str:
    words = translator(language)
    sentence = words.gettext("%(duration)s overdue") if late else words.gettext("%(duration)s left")
    told = working_time(minutes * _MINUTE, language, working_day=working_day)
    return sentence % {"duration": told}


def _largest(*parts: tuple[int, str]) -> str:
    """The first part that is not 0 and its neighbour; the last part when all are 0."""
    first = next((i for i, (count, _) in enumerate(parts) if count), len(parts) - 1)
    shown = [parts[first], *(part for part in parts[first + 1 : first + 2] if part[0])]
    return " ".join(words % {"num": count} for count, words in shown)


if __name__ == "__main__":
    runpy.run_module("web.language.catalogues", run_name="__main__")
