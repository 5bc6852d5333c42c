"""Periods as people say them."""

import re

from web.language import i18n

_PERIOD = re.compile(r"(?P<year>\d{4})(?:-Q(?P<quarter>[1-4])|-(?P<month>\d\d))?")


def in_words(name: str, language: str) -> str:
    """2026-Q3 as "quarter 3 of 2026", inside a sentence; a name of another kind as it is."""
    match = _PERIOD.fullmatch(name)
    if match is None:
        return name
    words, parts = i18n.translator(language), match.groupdict()
    if parts["quarter"]:
        return words.gettext("quarter %(quarter)s of %(year)s") % parts
    if parts["month"]:
        month = {"number": int(parts["month"]), "year": parts["year"]}
        return words.gettext("month %(number)s of %(year)s") % month
    return words.gettext("the year %(year)s") % parts
