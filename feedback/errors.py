"""Why something about a case or a rating was refused. Fields, no prose, no HTTP."""

from dataclasses import dataclass
from datetime import datetime


class FeedbackError(Exception):
    """The root; never raised itself."""


class Refusal(FeedbackError):
    """A rule says no; nothing was changed."""


@dataclass(eq=False)
class NoSuchCase(Refusal):
    """There is none, or none that this person may know of: the two look alike."""

    reference: str


@dataclass(eq=False)
class NoSuchCode(Refusal):
    """No case or invitation answers to this secret: wrong, mistyped, expired or erased."""


class NoSuchHandle(NoSuchCode):
    """The link of a mail that is not whole, or was none of ours."""


@dataclass(eq=False)
class NotYours(Refusal):
    """The case is another person's to act on."""

    case_id: int


@dataclass(eq=False)
class NotNow(Refusal):
    """The case is not at the point where this can be done."""

    case_id: int
    status: str


@dataclass(eq=False)
class Overtaken(Refusal):
    """Something has happened to the case since whoever acts on it looked."""

    case_id: int


@dataclass(eq=False)
class DraftOvertaken(Refusal):
    """A colleague has saved another draft of the answer since this one was begun."""

    case_id: int
    by: str
    saved_at: datetime


@dataclass(eq=False)
class NoSuchTemplate(Refusal):
    """There is none, or none that this person may know of: the two look alike."""

    number: int


@dataclass(eq=False)
class RoleMayNot(Refusal):
    """The person's role does not include this."""

    role: str


@dataclass(eq=False)
class NobodyKnown(Refusal):
    """The resident has not said who they are, or it has been forgotten since."""

    case_id: int


@dataclass(eq=False)
class WindowClosed(Refusal):
    """The time to rate or to reopen is over."""

    closure_id: int


@dataclass(eq=False)
class UnknownAgency(Refusal):
    code: str


@dataclass(eq=False)
class AgencyClosed(Refusal):
    """The agency no longer (or not yet) takes cases on this day."""

    code: str


@dataclass(eq=False)
class UnknownService(Refusal):
    code: str


class LooksElsewhere(Refusal):
    """It reads like something the law has another channel for, and nobody said that it is not."""


class LooksLikeEmergency(LooksElsewhere):
    """It reads like an emergency: a form is too slow."""


class LooksLikeDenunciation(LooksElsewhere):
    """It reads like a denunciation: it is not stored, nor shown to whom it accuses."""


class LooksLikeStatutoryComplaint(LooksElsewhere):
    """It reads like a complaint in law, which has time limits and rights of its own."""


@dataclass(eq=False)
class KeyReused(Refusal):
    """An idempotency key came back with another body."""


@dataclass(eq=False)
class NotAFact(Refusal):
    """A field of a draft is missing, too long, out of range or not text.

    `field` is the draft's field, `reason` a stable word (see `feedback.drafts`), `limit` the bound
    that was missed, where there is one.
    """

    field: str
    reason: str
    limit: int | None = None


@dataclass(eq=False)
class Faulty(Refusal):
    """A whole draft with everything that is wrong in it."""

    faults: tuple[NotAFact, ...]


@dataclass(eq=False)
class WrongCredentials(Refusal):
    """Name and password do not go together; which of the two is not said."""


@dataclass(eq=False)
class WrongCode(Refusal):
    """The digits are not those the authenticator shows now."""


@dataclass(eq=False)
class IdentityTaken(Refusal):
    """An account is this subject of the identity provider already."""

    subject: str


@dataclass(eq=False)
class OwnAccount(Refusal):
    """What is done to an account, somebody else does it."""

    name: str


@dataclass(eq=False)
class NameTaken(Refusal):
    """Another account has this name."""

    name: str


@dataclass(eq=False)
class NoSuchKey(Refusal):
    """No key of an agency's system has this number."""

    number: int


@dataclass(eq=False)
class KeyOver(Refusal):
    """The key has ended, or was replaced before: it has no successor to be given."""

    number: int


@dataclass(eq=False)
class ScopeMissing(Refusal):
    """The key is good, but this call is none of those it opens."""

    scope: str


@dataclass(eq=False)
class NoSuchWebhook(Refusal):
    """There is none, or none that this person may know of: the two look alike."""

    number: int


@dataclass(eq=False)
class TooManyWebhooks(Refusal):
    """The agency has all the addresses it can have."""

    limit: int


@dataclass(eq=False)
class NotAPicture(Refusal):
    """A file that cannot be shown as a picture; `reason` is a stable word (`feedback.images`)."""

    reason: str


@dataclass(eq=False)
class NoSuchPicture(Refusal):
    """There is none, or none that this person may see: the two look alike."""


@dataclass(eq=False)
class TooManyPictures(Refusal):
    """The case has all the pictures it can hold."""

    limit: int


@dataclass(eq=False)
class NoResult(Refusal):
    """There is no result yet that somebody could be asked about."""


@dataclass(eq=False)
class AlreadyInvited(Refusal):
    """The invitation of this closure is out; there is one, and its token is not told again."""


@dataclass(eq=False)
class OwnRefusal(Refusal):
    """Whoever refused a case does not decide about the objection to it."""

    case_id: int


@dataclass(eq=False)
class NoLevelAbove(Refusal):
    """Nobody stands above the agency that answered, or the case was heard at every level."""

    case_id: int


@dataclass(eq=False)
class AlreadyAppealed(Refusal):
    """The case is before the level above already; once per level."""

    case_id: int


@dataclass(eq=False)
class AppealClosed(Refusal):
    """The days for an appeal are over."""

    case_id: int


@dataclass(eq=False)
class BelongsToTheAccused(Refusal):
    """An appeal never goes to the agency, or the officer, whose answer it is about."""

    case_id: int


@dataclass(eq=False)
class CarrierDown(FeedbackError):
    """The carrier could not take a notice now; it is tried again later.

    `why` is a class of failure in a word, never the other side's own text.
    """

    carrier: str
    why: str = "down"


@dataclass(eq=False)
class CarrierRefuses(FeedbackError):
    """The carrier will never take this notice as it is; `why` as in `CarrierDown`."""

    carrier: str
    why: str


@dataclass(eq=False)
class TooFewComments(FeedbackError):
    """Not enough rated comments of one side to learn from: the lexicon goes on reading alone."""

    negative: int
    positive: int
    floor: int


@dataclass(eq=False)
class NotLearned(FeedbackError):
    """The text is not what `Learned.to_json` wrote; `reason` is a stable word."""

    reason: str
