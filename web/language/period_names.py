"""Periods as people say them."""

import re
from datetime import date

from web.language import i18n

_PERIOD = re.compile(r"(?P<year>[1-9]\d{3})(?:-Q(?P<quarter>[1-4])|-(?P<month>0[1-9]|1[0-2]))?")


def in_words(name: str, language: str) -> str:
    """2026-Q3 as "Q3 2026", inside a sentence; a name of another kind as it is."""
    match = _PERIOD.fullmatch(name)
    if match is None:
        return name
    words, parts = i18n.translator(language), match.groupdict()
    if parts["quarter"]:
        return words.gettext("Q%(quarter)s %(year)s") % parts
    if parts["month"]:
        first = date(int(parts["year"]), int(parts["month"]), 1)
        return i18n.localise_date(first, language, style="month_words")
    return words.gettext("the year %(year)s") % parts
