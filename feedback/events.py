"""What happens to cases, closures and ratings. What follows from each is decided in `web`."""

from dataclasses import dataclass

from sla.acts import Event


@dataclass(frozen=True, slots=True)
class CaseEvent(Event):
    """Something that happened to one case; each is one row of its timeline."""

    case_id: int


@dataclass(frozen=True, slots=True)
class CaseFiled(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseAssigned(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class ResidentAsked(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class ResidentReplied(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class NoteAdded(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseTransferred(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseRecategorised(CaseEvent):
    """It is about another service; the promise in force at its receipt stays."""


@dataclass(frozen=True, slots=True)
class CaseExtended(CaseEvent):
    """A new date was told, with an apology; the first one stays the one judged."""


@dataclass(frozen=True, slots=True)
class CaseAnswered(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseReopened(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseClosed(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseWithdrawn(CaseEvent):
    pass


@dataclass(frozen=True, slots=True)
class CaseReleased(CaseEvent):
    """It looked like spam and is none: from now on its agency sees it."""


@dataclass(frozen=True, slots=True)
class CaseRefused(CaseEvent):
    """It is spam, as a person found: it ends, and its sender is told why."""


@dataclass(frozen=True, slots=True)
class RefusalContested(CaseEvent):
    """Its sender says that it is no spam: it waits again, for somebody else's look."""


@dataclass(frozen=True, slots=True)
class CaseHandedOver(CaseEvent):
    """It is no feedback: it left for the procedure the law has for it, out of counts and ranks."""


@dataclass(frozen=True, slots=True)
class PicturesAdded(CaseEvent):
    """By the resident or by the agency."""


@dataclass(frozen=True, slots=True)
class PictureSettled(Event):
    """A picture was drawn anew or refused: its original is no longer needed."""

    case_id: int


@dataclass(frozen=True, slots=True)
class PicturesForgotten(Event):
    """The keys of a case's pictures are gone; so may its files be."""

    case_id: int


@dataclass(frozen=True, slots=True)
class IdentityRevealed(CaseEvent):
    """The office looked up who the resident is."""


@dataclass(frozen=True, slots=True)
class CaseErased(CaseEvent):
    """Everything personal about the case is gone; that it was there remains."""


@dataclass(frozen=True, slots=True)
class CaseAppealed(CaseEvent):
    """The level above is asked to look at the answer; until it has, the case is not closed."""


@dataclass(frozen=True, slots=True)
class AppealDecided(CaseEvent):
    """The case above has ended, and this one with it."""


@dataclass(frozen=True, slots=True)
class RatingGiven(Event):
    closure_id: int


@dataclass(frozen=True, slots=True)
class WebhookOwed(Event):
    """An agency's own system is to be called."""


@dataclass(frozen=True, slots=True)
class ResetAsked(Event):
    """A member of staff forgot the password, and a mail is owed."""

    account_id: int
