"""The rows of a list of cases. Written here and not by a template: a list is mostly these."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from functools import cache

from markupsafe import Markup

from feedback.lifecycle import CaseStatus
from feedback.office.inbox_rows import InboxRow
from feedback.office.urgency import Clock, Urgency
from web.drawing import rendering
from web.drawing.folding import written
from web.language import i18n
from web.language.i18n import mark

_WORDS = {
    "choose": mark("Choose %(reference)s"),
    "reply": mark("New from the resident"),
    "reopened": mark("Reopened"),
    "negative": mark("Sounds dissatisfied (machine’s guess)"),
    "nobody": mark("nobody yet"),
    "latest": mark("at the latest %(when)s"),
}


@dataclass(frozen=True, slots=True)
class Table:
    """What is the same for every row."""

    language: str
    timezone: str
    titles: Sequence[str]
    may_assign: bool
    sees_all: bool

    def lines(self, rows: Iterable[InboxRow]) -> Markup:
        """The lines of the table's body."""
        words, titles = _words(self.language), [written(title) for title in self.titles]
        return Markup("".join(self._line(*row, words, titles) for row in enumerate(rows, 1)))  # noqa: S704 -- escaped cell by cell

    def _line(
        self, number: int, row: InboxRow, words: Mapping[str, str], titles: Sequence[str]
    ) -> str:
        case, deadline, status, officer = titles[:4]
        due = f'<span class="hl-more">{written(self._due(row, words))}</span>' if row.due_at else ""
        agency = (
            f'<td role="cell" data-label="{titles[4]}">{written(row.agency.name(self.language))}'
            "</td>\n"
            if self.sees_all
            else ""
        )
        return (
            f'<tr role="row" class="hl-row hl-row--{row.urgency.clock}" data-case>\n'
            f'<th role="rowheader" scope="row" data-label="{case}">\n'
            f"{self._tick(number, row, words)}{self._what(row, words)}</th>\n"
            f'<td role="cell" data-label="{deadline}">{self._clock(row.urgency)}{due}</td>\n'
            f'<td role="cell" data-label="{status}">{_status(row.status, self.language)}</td>\n'
            f'<td role="cell" data-label="{officer}">{written(row.officer or words["nobody"])}'
            f"</td>\n{agency}</tr>\n"
        )

    def _tick(self, number: int, row: InboxRow, words: Mapping[str, str]) -> str:
        if not self.may_assign:
            return ""
        reference = written(row.reference)
        choose = written(words["choose"] % {"reference": row.reference})
        return (
            f'<span class="hl-tick"><input type="checkbox" form="assign" name="case-{number}"'
            f' value="{reference}" id="case-{number}"><label for="case-{number}">'
            f'<span class="govuk-visually-hidden">{choose}</span></label></span>\n'
        )

    def _what(self, row: InboxRow, words: Mapping[str, str]) -> str:
        href = rendering.url(self.language, "inbox", row.reference)
        service = f" · {written(row.service.name(self.language))}" if row.service else ""
        return (
            f'<span class="hl-row__what"><a class="govuk-link" href="{written(href)}"'
            f' lang="{written(row.language)}">{written(row.subject)}</a>\n'
            f"{''.join(self._tags(row, words))}"
            f'<span class="hl-more">{written(row.reference)}{service}</span></span>\n'
        )

    def _tags(self, row: InboxRow, words: Mapping[str, str]) -> Iterable[str]:
        if row.has_reply:
            yield f'<strong class="hl-tag hl-tag--warm">{words["reply"]}</strong>\n'
        if row.is_reopened:
            yield f'<strong class="hl-tag hl-tag--bad">{words["reopened"]}</strong>\n'
        if row.others:
            said = i18n.translator(self.language).ngettext(
                "%(num)s person more reports the same",
                "%(num)s people more report the same",
                row.others,
            )
            yield f'<span class="hl-tag">{said % {"num": row.others}}</span>\n'
        if row.tone == "negative":
            yield f'<span class="hl-tag hl-tag--quiet">{words["negative"]}</span>\n'

    def _clock(self, urgency: Urgency) -> str:
        if urgency.time_left is None:
            return _chip(urgency.clock, self.language)
        left = i18n.time_left(urgency.time_left, self.language, working_day=urgency.working_day)
        before, after = _chip_around(urgency.clock, self.language)
        return f"{before}{written(left)}{after}"

    def _due(self, row: InboxRow, words: Mapping[str, str]) -> str:
        """When it is due; while the clock stands, when at the latest."""
        if row.due_at is None:
            return ""
        when = i18n.localise_datetime(row.due_at, self.language, self.timezone, style="weekday")
        return words["latest"] % {"when": when} if row.urgency.clock is Clock.PAUSED else when


@cache
def _words(language: str) -> Mapping[str, str]:
    say = i18n.translator(language).gettext
    return {name: say(text) for name, text in _WORDS.items()}


# The few shapes of a chip are the templates' own.
_HERE = "\N{OBJECT REPLACEMENT CHARACTER}"


@cache
def _chip(clock: Clock, language: str, text: str | None = None) -> str:
    return rendering.part("case/parts.html", "clock_of", language, clock, text)


@cache
def _chip_around(clock: Clock, language: str) -> tuple[str, str]:
    """A chip before and behind the time it tells."""
    before, _, after = _chip(clock, language, _HERE).partition(_HERE)
    return before, after


@cache
def _status(status: CaseStatus, language: str) -> str:
    return rendering.part("case/parts.html", "status_tag", language, status)
