"""What the law asks of a case besides what was promised: its statutory stages, from its story."""

from collections.abc import Iterable, Iterator
from datetime import datetime

from feedback import events
from feedback.events import CaseEvent
from feedback.timeline import Line
from sla import charter, statutory
from sla.ledger import Promised
from sla.statutory import Course, Happening

# Complaints and suggestions here are phản ánh, kiến nghị; a statutory complaint (khiếu nại) or a
# denunciation goes elsewhere.
KIND = "feedback"

# What an event is for the law; None where it moves no statutory clock. Whoever is put in charge
# accepts the case.
HAPPENINGS: dict[type[CaseEvent], str | None] = {
    events.CaseFiled: None,
    events.CaseAssigned: "accepted",
    events.ResidentAsked: "asked",
    events.ResidentReplied: None,
    events.NoteAdded: None,
    events.CaseTransferred: "transferred",
    events.CaseExtended: None,
    events.CaseRecategorised: None,
    events.CaseAnswered: "answered",
    events.CaseReopened: None,
    events.CaseClosed: None,
    events.CaseWithdrawn: "withdrawn",
    events.CaseReleased: None,
    events.CaseRefused: "withdrawn",
    events.RefusalContested: None,
    events.CaseHandedOver: None,
    events.CaseAppealed: None,
    events.AppealDecided: None,
    events.PicturesAdded: None,
    events.IdentityRevealed: None,
    events.CaseErased: None,
}
_BY_NAME = {kind.__name__: name for kind, name in HAPPENINGS.items()}

# Answers go to the resident; where the law wants them published too, that is done elsewhere.
NOT_RECORDED = frozenset({"publish"})
# Who knows enough need not ask.
IF_NEEDED = frozenset({"ask"})


async def course(promise: Promised, story: Iterable[Line], *, at: datetime) -> Course | None:
    """The statutory stages of a case at a moment; None without a procedure or a calendar."""
    known = await charter.current()
    calendar_id = promise.calendar_id
    if calendar_id is None:
        agency = known.agency_of_id(promise.agency_id)
        calendar_id = known.latest_calendar.get(agency.calendar_code)
    if calendar_id is None:
        return None
    happenings = list(_happenings(story))
    return statutory.course(
        KIND, promise.started_at, happenings, known.calendars[calendar_id], at=at
    )


def _happenings(story: Iterable[Line]) -> Iterator[Happening]:
    """What moves the statutory clock; a refusal that was contested never happened."""
    lines = list(story)
    for line, after in zip(lines, [*lines[1:], None], strict=True):
        is_undone = after is not None and after.kind == events.RefusalContested.__name__
        name = _BY_NAME.get(line.kind)
        if name is not None and not is_undone:
            yield Happening(name, line.at)
