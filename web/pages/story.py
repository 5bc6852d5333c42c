"""The story of a case for its resident: what happened and what was said, as one."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime

from feedback import restricted
from feedback.messages import Message, MessageKind
from feedback.timeline import Line
from feedback.tracking import TrackedCase
from sla.charter import Charter
from web.language import i18n, i18n_names
from web.language.i18n import mark

# Which message is told with which event.
TOLD_WITH: Mapping[str, frozenset[MessageKind]] = {
    "CaseAnswered": frozenset({MessageKind.ANSWER}),
    "ResidentAsked": frozenset({MessageKind.QUESTION}),
    "ResidentReplied": frozenset({MessageKind.REPLY}),
    "CaseReopened": frozenset({MessageKind.OBJECTION}),
    "RefusalContested": frozenset({MessageKind.OBJECTION}),
    "CaseAppealed": frozenset({MessageKind.OBJECTION}),
    "CaseWithdrawn": frozenset({MessageKind.REPLY}),
}
LOOKS = frozenset({"CaseReleased", "CaseRefused"})
# What residents did themselves is told them so, and needs no name beside it.
OWN: Mapping[str, str] = {
    "ResidentReplied": mark("You replied"),
    "CaseReopened": mark("You said it is not solved"),
    "CaseWithdrawn": mark("You withdrew it"),
    "PicturesAdded": mark("Pictures were added by you"),
    "CaseAppealed": mark("You asked the higher level to look again"),
}
LOOKED_UP = mark("The office looked up your contact details")
WHO = {
    "resident": mark("You"),
    "staff": mark("The office"),
    "key": mark("The office"),
    "system": mark("Hài lòng"),
}


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, as the timeline shows it."""

    at: datetime
    title: str
    by: str
    text: str


def of(case: TrackedCase, known: Charter, language: str) -> list[Entry]:
    """What happened, first thing first, each with what was written then."""
    return list(_entries(case, known, language))


def _entries(case: TrackedCase, known: Charter, language: str) -> Iterator[Entry]:
    words = i18n.translator(language)
    unsaid = list(case.messages)
    for line in case.timeline:
        said = _said(unsaid, line.kind, line.at)
        text = said.text if said else ""
        is_own = line.by.startswith("resident") and line.kind in OWN
        title = words.gettext(OWN[line.kind]) if is_own else i18n_names.event(line.kind, language)
        if line.kind == "CaseFiled":
            text = "" if case.text == restricted.BLANK else case.text
        elif line.kind == "IdentityRevealed":
            title = words.gettext(LOOKED_UP)
        elif line.kind == "CaseAnswered":
            title, text = answered(line, text, language)
        elif line.kind == "CaseRefused":
            told = line.detail.get("reason")
            found = (i18n.name_of(o, language) for o in i18n_names.HOLD_DECISIONS if o == told)
            text = next(found, "")
        elif line.kind == "CaseAppealed":
            agency = known.agencies.get(str(line.detail.get("to")))
            title += f": {agency.name(language)}" if agency else ""
        elif line.kind == "CaseTransferred":
            agency = known.agencies.get(str(line.detail.get("to")))
            title += f": {agency.name(language)}" if agency else ""
            text = str(line.detail.get("reason") or "")
        # Who looks at what is held is none of the office.
        who = None if is_own or line.kind in LOOKS else WHO.get(line.by.partition(":")[0])
        yield Entry(line.at, title, words.gettext(who) if who else "", text)


def answered(line: Line, text: str, language: str) -> tuple[str, str]:
    """An answer as its resident reads it: with what it came to, and why where it says so."""
    title = i18n_names.event(line.kind, language)
    outcome = outcome_of(line, language)
    reason = str(line.detail.get("reason") or "")
    if reason:
        because = i18n.translator(language).gettext(mark("Reason: %(reason)s"))
        text = f"{text}\n\n{because % {'reason': reason}}"
    return (f"{title}: {outcome}" if outcome else title), text


def outcome_of(line: Line, language: str) -> str:
    """What an answer came to, in words; nothing where nobody said."""
    told = line.detail.get("outcome")
    return next((i18n.name_of(o, language) for o in i18n_names.OUTCOMES if o.value == told), "")


def _said(unsaid: list[Message], kind: str, at: datetime) -> Message | None:
    """The message of an event, taken out of those not told yet."""
    kinds = TOLD_WITH.get(kind, frozenset())
    found = next((m for m in unsaid if m.kind in kinds and m.at == at), None)
    if found:
        unsaid.remove(found)
    return found
