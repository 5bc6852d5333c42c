"""From what was refused to what is answered: one table of status, stable type and words."""

from collections.abc import Awaitable, Mapping
from dataclasses import dataclass

from feedback import errors as feedback
from feedback.staff import hand_errors
from ranking.errors import RankingError
from sla import errors as sla
from web.answers import DOMAIN, Answer
from web.language import i18n
from web.language.i18n import mark
from web.storage.engine import Busy


class WebError(Exception):
    """The root of what only the web can refuse; never raised itself."""


class NotSignedIn(WebError):
    """The page or call is for somebody known, and nobody is."""


@dataclass(eq=False)
class CodeOwed(WebError):
    """A password was given, the second factor was not; without one it has to be set up first."""

    has_factor: bool


class ForeignForm(WebError):
    """A form that did not come from our own page."""


class NotJson(WebError):
    """The body is not what this call takes: not JSON, or not of its shape."""


class TooLarge(WebError):
    """The body is larger than anything we take."""


class BadForm(WebError):
    """A form with files that is cut short, or no such form at all."""


@dataclass(eq=False)
class SlowDown(WebError):
    """Too much at once: `puzzle` may be solved, or `ticket` kept for `seconds`.

    `values` is the form as it was sent, so that nothing typed is lost. The ticket is empty when
    too many wait already.
    """

    puzzle: str
    ticket: str
    seconds: int
    values: Mapping[str, str]


class NoSuchPage(WebError):
    """There is nothing at this address."""


ANSWERS: dict[type[Exception], Answer] = {
    **DOMAIN,
    hand_errors.NotApart: Answer(
        403,
        "not-apart",
        mark(
            "One person may be behind your account and the one that asked: the same hand has opened"
            " them or set how they sign in. Somebody else decides, or another administrator first"
            " confirms the account on its page."
        ),
    ),
    hand_errors.SecondPersonNeeded: Answer(
        403,
        "second-person-needed",
        mark("An account that decides as the second person is itself approved by two."),
    ),
    hand_errors.NothingToConfirm: Answer(
        409,
        "nothing-to-confirm",
        mark("Nobody but its owner has had a hand in how this account signs in."),
    ),
    feedback.NoSuchHandle: Answer(
        404,
        "no-such-code",
        mark("This link is not whole. Please open it from our mail again, or copy all of it."),
    ),
    feedback.NotAPicture: Answer(422, "not-a-picture", mark("This is not a picture we can show.")),
    feedback.NoSuchPicture: Answer(404, "not-found", mark("There is nothing at this address.")),
    feedback.TooManyPictures: Answer(
        422, "too-many-pictures", mark("This case has all the pictures it can hold.")
    ),
    Busy: Answer(503, "busy", mark("Too many are asking at once. Please try again in a moment.")),
    NotSignedIn: Answer(401, "not-signed-in", mark("Please sign in first.")),
    CodeOwed: Answer(401, "code-owed", mark("Please finish signing in with your second factor.")),
    ForeignForm: Answer(
        403, "foreign-form", mark("Please open our page again and send from there.")
    ),
    NotJson: Answer(422, "not-json", mark("The body is not what this call takes.")),
    TooLarge: Answer(413, "too-large", mark("This is larger than we can take.")),
    BadForm: Answer(400, "bad-form", mark("This did not arrive whole. Please send it again.")),
    SlowDown: Answer(
        429,
        "slow-down",
        mark("Many requests came from this connection. Please wait a moment."),
    ),
    NoSuchPage: Answer(404, "not-found", mark("There is nothing at this address.")),
}

# Which field of a form or a body an error is about, where it is about one.
FIELDS: dict[type[Exception], str] = {
    feedback.NameTaken: "name",
    feedback.WrongCode: "code",
    feedback.IdentityTaken: "subject",
    feedback.UnknownAgency: "agency",
    feedback.AgencyClosed: "agency",
    feedback.UnknownService: "service",
    sla.DateNotLater: "until",
}

REASONS: dict[str, str] = {
    "not_a_date": mark("This is not a date, such as 2026-10-05."),
    "not_a_time": mark("This is not a time with its offset, such as 2026-10-05T09:00:00+07:00."),
    "not_a_day": mark("This is not a day, such as 2026-10-05."),
    "not_a_clock_time": mark("This is not a time of day, such as 16:30."),
    "before_receipt": mark("This lies before the case was received."),
    "closed_day": mark("The office is closed on this day. Please choose a working day."),
    "day_unknown": mark("The days off around this day are not known yet."),
    "not_later": mark("The new date must lie ahead, and after the first one."),
    "in_the_past": mark("This day has passed. Choose today or a later day."),
    "no_such_agency": mark("One of these codes is no agency that works today."),
    "code_taken": mark("One of these codes belongs to another agency already."),
    "not_an_heir": mark("Write one agency a line: its code; a new one also with its names."),
    "one_heir_only": mark("Here only one agency goes on."),
    "nobody_above": mark("Nobody stands above this agency. Say who goes on with what is open."),
    "heir_twice": mark("An agency is named twice, or it would succeed itself."),
    "in_the_future": mark("This lies in the future."),
    "said_twice": mark("Two answers say the same."),
    "not_a_share": mark("Write a percentage between 0 and 100, such as 92.5."),
    "not_in_range": mark("This number lies outside what is possible here."),
    "too_early_to_publish": mark(
        "This day leaves no time for answers and objections. Please choose a later one."
    ),
    "left_out_unexplained": mark("Write one agency a line: its code; and why it is left out."),
    "missing": mark("Please fill this in."),
    "already_so": mark("The case is about this service already."),
    "unknown_placeholder": mark(
        "There is a placeholder here that we do not know. Use only those listed, in {braces}."
    ),
    "too_many": mark("There are %(limit)s already. Take one away first."),
    "name_taken": mark("One of your lists has this name already."),
    "nothing_narrowed": mark("Choose something that narrows the list first."),
    "too_long": mark("This is too long: at most %(limit)s characters."),
    "too_short": mark("This is too short: at least %(limit)s characters."),
    "too_common": mark("This is among the first that are tried. Please choose another one."),
    "not_text": mark("This holds characters that are not text."),
    "not_an_email": mark("This is not an e-mail address, such as an.nguyen@example.vn."),
    "not_a_phone": mark("This is not a phone number, such as 0901 234 567."),
    "not_a_name": mark("Use 2 to 40 small letters without marks, digits, dots or hyphens."),
    "not_an_address": mark(
        "This is not an address we can call, such as https://mot-cua.example.vn/hai-long."
        " Leave out users, passwords and whatever follows a question mark."
    ),
    "not_https": mark("Only addresses that begin with https:// are called."),
    "not_public": mark(
        "This address lies inside a network. Ask the operator of this site to open it for calls."
    ),
    "name_given": mark("A template for the same bears this name already."),
    "address_called": mark("This address is called already. Change what it is told of instead."),
    "not_days": mark("This is not a whole number of days."),
    "too_many_days": mark("At most %(limit)s days are possible."),
    "no_such_case": mark("Your agency has no other case of this number."),
    "not_a_choice": mark("Please choose one of the answers."),
    "out_of_range": mark("Please choose one of the answers."),
}


def answer_to(error: Exception) -> Answer:
    """The row for an error, or for the nearest of its kind. KeyError for a stranger."""
    for kind in type(error).__mro__:
        if kind in ANSWERS:
            return ANSWERS[kind]
    raise KeyError(type(error).__name__)


def told(error: Exception, language: str) -> str:
    """What an error reads like to a person."""
    return i18n.translator(language).gettext(answer_to(error).title)


async def why_not(check: Awaitable[object], language: str) -> str:
    """What a check of the domain refuses, as it reads to a person; nothing where it lets pass."""
    try:
        await check
    except (feedback.Refusal, sla.Refusal, RankingError) as refusal:
        return told(refusal, language)
    return ""


def faults_of(error: Exception) -> tuple[feedback.NotAFact, ...]:
    """What is wrong with which field, as far as the error says."""
    if isinstance(error, feedback.Faulty):
        return error.faults
    if isinstance(error, feedback.NotAFact):
        return (error,)
    return ()
