"""How a promised date came about, in words: what was counted, what was not, and why."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sla.steps import Step
from web import i18n
from web.i18n import mark

# The nights and lunch hours of a whole week say nothing that "office hours" does not.
LEFT_OUT = frozenset({"before_opening", "lunch", "night"})
WORDS = {
    "opened": mark("office hours: counted"),
    "swap_day": mark("a day worked in exchange for another: counted"),
    "swapped_working": mark("a day worked in exchange for another: counted"),
    "weekend": mark("weekend: not counted"),
    "closed_day": mark("the office is closed: not counted"),
    "holiday": mark("public holiday: not counted"),
    "compensatory_off": mark("day off in lieu: not counted"),
    "swapped_off": mark("day off in exchange for another: not counted"),
    "local_closure": mark("the office is closed: not counted"),
    "half_day": mark("the office is open for half the day"),
    "cut_off": mark("received too late in the day: counted from the next working day"),
    "pause": mark("the clock stood still"),
    "receipt_day": mark("day of receipt: not counted"),
    "counted_day": mark("counted"),
    "last_day": mark("moved to the next day the office is open"),
    "due": mark("the answer is due"),
}


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of time and what it meant."""

    when: str
    what: str


def lines(steps: Iterable[Step], language: str) -> Iterator[Line]:
    """A line for each piece of time that says something, in order."""
    for step in steps:
        if step.kind not in LEFT_OUT:
            yield Line(_when(step, language), _what(step, language))


def _when(step: Step, language: str) -> str:
    zone = str(step.start.tzinfo)
    if step.start == step.end:
        return i18n.localise_datetime(step.start, language, zone, style="long")
    first, last = step.start.date(), (step.end - timedelta(microseconds=1)).date()
    if first != last:
        ends = (i18n.localise_date(day, language) for day in (first, last))
        return " – ".join(ends)
    day = i18n.localise_date(first, language, style="long")
    return f"{day}, {step.start:%H:%M}–{step.end:%H:%M}" if step.counted_seconds else day


def _what(step: Step, language: str) -> str:
    words = i18n.translator(language)
    if step.counted_days:
        text = words.ngettext("%(num)s day counted", "%(num)s days counted", step.counted_days)
        return text % {"num": step.counted_days}
    text = words.gettext(WORDS[step.kind])
    if step.counted_seconds:
        text += f" ({i18n.duration(timedelta(seconds=step.counted_seconds), language)})"
    name = step.name_vi if language == "vi" else step.name_en or step.name_vi
    return f"{name}: {text}" if name else text
