"""The story of a case as the office reads it: events, messages, notes, corrections, as one."""

from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, field
from datetime import datetime

from feedback.corrections import Done, Waiting
from feedback.messages import Message, MessageKind
from feedback.office.case_file import CaseFile
from feedback.timeline import Line
from sla.charter import Charter
from sla.standing import Standing
from web.language import i18n, i18n_names
from web.language.i18n import mark
from web.pages import story

_TOLD_WITH = {**story.TOLD_WITH, "NoteAdded": frozenset({MessageKind.NOTE})}
_WHO = {
    "resident": mark("The resident"),
    "key": mark("The agency's own system"),
    "system": mark("Hài lòng"),
}
NEWEST = "newest"
LAPSED = mark("The clock went on by itself: the longest pause allowed was over")
ASKED = mark("A correction of the end was asked for")
DECIDED = {
    True: mark("The correction of the end was approved"),
    False: mark("The correction of the end was declined"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, with what was written then; `is_note` says that it stays inside.

    `more` are further facts, a line each.
    """

    at: datetime
    title: str
    by: str
    text: str = ""
    is_note: bool = False
    more: tuple[str, ...] = field(default=())


@dataclass(frozen=True, slots=True)
class Teller:
    """Whoever tells it: in which language, with whose names."""

    case: CaseFile
    known: Charter
    language: str
    zone: str

    def words(self, text: str) -> str:
        return i18n.translator(self.language).gettext(text)

    def who(self, reference: str) -> str:
        """Who did something, by the reference of the actor."""
        kind = reference.partition(":")[0]
        if kind == "staff":
            return self.case.names.get(reference, reference.removeprefix("staff:"))
        return self.words(_WHO[kind])

    def agency(self, code: object) -> str:
        found = self.known.agencies.get(str(code))
        return found.name(self.language) if found else ""

    def service(self, code: object) -> str:
        found = self.known.services.get(str(code))
        return found.name(self.language) if found else self.words(mark("none named"))


def told(
    teller: Teller, standing: Standing, corrections: Iterable[Waiting | Done], *, at: datetime
) -> list[Entry]:
    """What happened and what was said, first thing first."""
    entries = [*_events(teller), *_lapses(teller, standing, at), *_corrected(teller, corrections)]
    return sorted(entries, key=lambda entry: entry.at)


def _events(teller: Teller) -> Iterator[Entry]:
    unsaid = list(teller.case.messages)
    for line in teller.case.timeline:
        kinds = _TOLD_WITH.get(line.kind, frozenset())
        said = next((m for m in unsaid if m.kind in kinds and m.at == line.at), None)
        if said is not None:
            unsaid.remove(said)
        yield entry_of(line, said, teller)


def entry_of(line: Line, said: Message | None, teller: Teller) -> Entry:
    """One event, with the message it came with."""
    title = i18n_names.event(line.kind, teller.language)
    more = _more(line, teller)
    reason = str(line.detail.get("reason") or "") if line.kind != "IdentityRevealed" else ""
    text, rest = (said.text, (reason,)) if said else (reason, ())
    return Entry(
        at=line.at,
        title=f"{title}: {more}" if more else title,
        by=teller.who(line.by),
        text=text,
        is_note=line.kind == "NoteAdded",
        more=tuple(filter(None, (*rest, *_asides(line, teller)))),
    )


def _more(line: Line, teller: Teller) -> str:
    """What belongs into the headline of an event."""
    tell = _MORE.get(line.kind)
    return tell(line, teller) if tell else ""


def _handed(line: Line, teller: Teller) -> str:
    to = teller.agency(line.detail.get("to"))
    return f"{teller.agency(line.detail['from'])} → {to}" if line.detail.get("from") else to


def _renamed(line: Line, teller: Teller) -> str:
    was, service = (teller.service(line.detail.get(name)) for name in ("was", "service"))
    return f"{was} → {service}"


def _revealed(line: Line, teller: Teller) -> str:
    told = line.detail.get("reason")
    named = (i18n.name_of(x, teller.language) for x in i18n_names.REVEAL_REASONS if x == told)
    return next(named, "")


_MORE: dict[str, Callable[[Line, Teller], str]] = {
    "CaseAssigned": lambda line, _: str(line.detail.get("officer") or ""),
    "CaseTransferred": _handed,
    "CaseAppealed": _handed,
    "CaseRecategorised": _renamed,
    "CaseAnswered": lambda line, teller: story.outcome_of(line, teller.language),
    "IdentityRevealed": _revealed,
}


def _asides(line: Line, teller: Teller) -> Iterator[str]:
    cause = next((c for c in i18n_names.CAUSES if c.value == line.detail.get("cause")), None)
    if cause is not None:
        named = i18n.name_of(cause, teller.language)
        yield teller.words(mark("Why it came to this: %(cause)s")) % {"cause": named}
    if line.kind == "CaseAnswered" and line.detail.get("of"):
        yield teller.words(mark("Repeats case %(of)s")) % {"of": line.detail["of"]}
    until = str(line.detail.get("until") or "")
    if line.kind == "CaseExtended" and until:
        when = i18n.localise_datetime(
            datetime.fromisoformat(until), teller.language, teller.zone, style="long"
        )
        yield teller.words(mark("New date: %(when)s")) % {"when": when}


def _lapses(teller: Teller, standing: Standing, at: datetime) -> Iterator[Entry]:
    for pause in standing.pauses:
        if pause.lapses_at is not None and pause.lapses_at <= at:
            yield Entry(pause.lapses_at, teller.words(LAPSED), teller.words(_WHO["system"]))


def _corrected(teller: Teller, corrections: Iterable[Waiting | Done]) -> Iterator[Entry]:
    for one in corrections:
        waiting = one.waiting if isinstance(one, Done) else one
        asked = waiting.request
        yield Entry(asked.requested_at, teller.words(ASKED), waiting.asked_by, asked.reason)
        if isinstance(one, Done):
            decided = one.decided
            title = teller.words(DECIDED[decided.is_approved])
            yield Entry(decided.decided_at, title, one.decided_by, decided.answer)
