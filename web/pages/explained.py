"""How a promised date came about, line by line, as pages show it."""

from collections.abc import Iterable, Iterator
from dataclasses import dataclass
from datetime import timedelta

from sla.standing import Standing
from sla.steps import Step
from web.language import explanations, i18n

# The nights and lunch hours of a whole week say nothing that "office hours" does not.
LEFT_OUT = frozenset({"before_opening", "lunch", "night"})


@dataclass(frozen=True, slots=True)
class Line:
    """A piece of time and what it meant."""

    when: str
    what: str


def lines(steps: Iterable[Step], language: str, standing: Standing | None = None) -> Iterator[Line]:
    """A line for each piece of time that says something, in order.

    With the `standing` of the promise a pause says why it was.
    """
    for step in steps:
        if step.kind not in LEFT_OUT:
            what = explanations.words_of(step, language, standing)
            yield Line(_when(step, language), what)


def _when(step: Step, language: str) -> str:
    zone = str(step.start.tzinfo)
    if step.start == step.end:
        return i18n.localise_datetime(step.start, language, zone, style="weekday")
    first, last = step.start.date(), (step.end - timedelta(microseconds=1)).date()
    if first != last:
        ends = (i18n.localise_date(day, language) for day in (first, last))
        return " – ".join(ends)
    day = i18n.localise_date(first, language, style="weekday")
    return f"{day}, {step.start:%H:%M}–{step.end:%H:%M}" if step.counted_seconds else day
