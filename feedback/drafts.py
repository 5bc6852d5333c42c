"""What residents and staff hand in, parsed once into values that cannot be wrong.

Every parser collects all faults before it refuses. Reasons are stable words: `missing`,
`too_long`, `not_text`, `not_an_email`, `not_a_phone`, `not_a_name`, `not_a_choice`,
`out_of_range`.
"""

import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import TypeVar

from feedback.errors import Faulty, NotAFact
from feedback.models import CaseKind, Role
from sla import spelling
from sla.errors import NotText

SUBJECT_AT_MOST = 200
TEXT_AT_MOST = 10_000
LOCATION_AT_MOST = 300
NAME_AT_MOST = 200
COMMENT_AT_MOST = 2_000
REASON_AT_MOST = 1_000
EMAIL_AT_MOST = 254
LANGUAGES = ("vi", "en")

_EMAIL = re.compile(r"[^@\s<>\"',;:()\[\]\\]{1,64}@[A-Za-z0-9][A-Za-z0-9.-]*\.[A-Za-z]{2,}")
_NAME = re.compile(r"[a-z0-9][a-z0-9._-]{1,39}")
_PHONE = re.compile(r"\+?[0-9]{8,15}")
_BETWEEN_DIGITS = re.compile(r"[\s.()-]+")

T = TypeVar("T")


class Way(StrEnum):
    """By which way a notice reaches somebody."""

    EMAIL = "email"
    SMS = "sms"


@dataclass(frozen=True, slots=True)
class Contact:
    """How to reach a resident; every part may be empty. `by` is the way where both are given."""

    name: str = ""
    email: str = ""
    phone: str = ""
    by: Way = Way.EMAIL

    def __bool__(self) -> bool:
        return bool(self.name or self.email or self.phone)

    @property
    def ways(self) -> tuple[Way, ...]:
        """The ways there are; the one notices go first."""
        there = [Way.EMAIL] * bool(self.email) + [Way.SMS] * bool(self.phone)
        return tuple(sorted(there, key=lambda way: way != self.by))


@dataclass(frozen=True, slots=True)
class ComplaintDraft:
    """A complaint or suggestion about to be filed. `agency` and `service` are codes."""

    agency: str
    service: str | None
    kind: CaseKind
    subject: str
    text: str
    location: str
    contact: Contact
    language: str


@dataclass(frozen=True, slots=True)
class RatingDraft:
    """Answers about one closure. `overall` is 1 to 5; the rest may be missing."""

    overall: int
    solved: str | None = None
    clear: int | None = None
    contacts: int | None = None
    comment: str = ""
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class AccountDraft:
    """An account about to be opened. `agency` is a code; those who work in one need it."""

    name: str
    display_name: str
    email: str | None
    role: Role
    agency: str | None


@dataclass(frozen=True, slots=True)
class Handover:
    """To whom a case goes, by code, and why."""

    agency: str
    reason: str


@dataclass(frozen=True, slots=True)
class Duplicate:
    """Which case another one repeats, by reference, and what its resident is told."""

    of: str
    text: str


class Reader:
    """Reads named facts one by one and remembers what was wrong with each."""

    def __init__(self, given: Mapping[str, object]) -> None:
        self.given = given
        self.faults: list[NotAFact] = []

    def fault(self, field: str, reason: str, limit: int | None = None) -> None:
        self.faults.append(NotAFact(field, reason, limit))

    def text(
        self,
        field: str,
        *,
        at_most: int,
        required: bool = False,
        clean: Callable[[str], str] = spelling.one_line,
    ) -> str:
        value = self.given.get(field)
        if value is None or value == "":
            if required:
                self.fault(field, "missing")
            return ""
        try:
            text = clean(value) if isinstance(value, str) else None
        except NotText:
            text = None
        if text is None:
            self.fault(field, "not_text")
            return ""
        if required and not text:
            self.fault(field, "missing")
        # What is mostly nothing is too long as well: 64 KB of marks on one letter.
        if len(text) > at_most or len(str(value)) > 4 * at_most:
            self.fault(field, "too_long", at_most)
        return text

    def number(self, field: str, low: int, high: int, *, required: bool = False) -> int | None:
        value = self.given.get(field)
        if value is None or value == "":
            if required:
                self.fault(field, "missing")
            return None
        if isinstance(value, str) and re.fullmatch(r"[0-9]{1,3}", value):
            value = int(value)
        if isinstance(value, bool) or not isinstance(value, int) or not low <= value <= high:
            self.fault(field, "out_of_range", high)
            return None
        return value

    def choice(self, field: str, choices: Mapping[str, T], *, default: T) -> T:
        value = self.given.get(field)
        if value is None or value == "":
            return default
        if not isinstance(value, str) or value not in choices:
            self.fault(field, "not_a_choice")
            return default
        return choices[value]

    def finish(self) -> None:
        if self.faults:
            raise Faulty(tuple(self.faults))


def _email(reader: Reader) -> str:
    email = reader.text("email", at_most=EMAIL_AT_MOST)
    if email and not _EMAIL.fullmatch(email):
        reader.fault("email", "not_an_email")
    return email


def _phone(reader: Reader) -> str:
    phone = _BETWEEN_DIGITS.sub("", reader.text("phone", at_most=40))
    if phone and not _PHONE.fullmatch(phone):
        reader.fault("phone", "not_a_phone")
    return phone


def _contact(reader: Reader) -> Contact:
    return Contact(
        reader.text("name", at_most=NAME_AT_MOST),
        _email(reader),
        _phone(reader),
        reader.choice("reach_by", {way.value: way for way in Way}, default=Way.EMAIL),
    )


def complaint(given: Mapping[str, object]) -> ComplaintDraft:
    """A draft from named values: agency, service, kind, subject, text, location, name, email,
    phone, reach_by, language. Raises `Faulty` with every fault.
    """
    reader = Reader(given)
    kinds = {kind.value: kind for kind in CaseKind}
    draft = ComplaintDraft(
        agency=reader.text("agency", at_most=40, required=True),
        service=reader.text("service", at_most=40) or None,
        kind=reader.choice("kind", kinds, default=CaseKind.COMPLAINT),
        subject=reader.text("subject", at_most=SUBJECT_AT_MOST, required=True),
        text=reader.text("text", at_most=TEXT_AT_MOST, required=True, clean=spelling.tidy),
        location=reader.text("location", at_most=LOCATION_AT_MOST),
        contact=_contact(reader),
        language=reader.choice("language", {x: x for x in LANGUAGES}, default=LANGUAGES[0]),
    )
    reader.finish()
    return draft


def contact(given: Mapping[str, object]) -> Contact:
    """How to reach somebody, from named values: name, email, phone, reach_by. Raises `Faulty`."""
    reader = Reader(given)
    made = _contact(reader)
    reader.finish()
    return made


def rating(given: Mapping[str, object]) -> RatingDraft:
    """A draft from named values: overall, solved, clear, contacts, comment, language."""
    reader = Reader(given)
    overall = reader.number("overall", 1, 5, required=True)
    draft = RatingDraft(
        overall=overall or 0,
        solved=reader.choice("solved", {x: x for x in ("yes", "partly", "no")}, default=None),
        clear=reader.number("clear", 1, 5),
        contacts=reader.number("contacts", 0, 2),
        comment=reader.text("comment", at_most=COMMENT_AT_MOST, clean=spelling.tidy),
        language=reader.choice("language", {x: x for x in LANGUAGES}, default=LANGUAGES[0]),
    )
    reader.finish()
    return draft


def message(given: Mapping[str, object], *, field: str = "text") -> str:
    """A text of a message, question, answer or note. Raises `Faulty`."""
    reader = Reader(given)
    text = reader.text(field, at_most=TEXT_AT_MOST, required=True, clean=spelling.tidy)
    reader.finish()
    return text


def reason(given: Mapping[str, object], *, field: str = "reason") -> str:
    """A short reason for an act. Raises `Faulty`."""
    reader = Reader(given)
    text = reader.text(field, at_most=REASON_AT_MOST, required=True)
    reader.finish()
    return text


def handover(given: Mapping[str, object]) -> Handover:
    """From named values: agency, reason. Raises `Faulty`."""
    reader = Reader(given)
    draft = Handover(
        agency=reader.text("agency", at_most=40, required=True),
        reason=reader.text("reason", at_most=REASON_AT_MOST, required=True),
    )
    reader.finish()
    return draft


def duplicate(given: Mapping[str, object]) -> Duplicate:
    """From named values: of, text. Raises `Faulty`."""
    reader = Reader(given)
    draft = Duplicate(
        of=reader.text("of", at_most=40, required=True),
        text=reader.text("text", at_most=TEXT_AT_MOST, required=True, clean=spelling.tidy),
    )
    reader.finish()
    return draft


def account(given: Mapping[str, object]) -> AccountDraft:
    """A draft from named values: name, display_name, email, role, agency. Raises `Faulty`."""
    reader = Reader(given)
    name = reader.text("name", at_most=40, required=True)
    if name and not _NAME.fullmatch(name):
        reader.fault("name", "not_a_name")
    role = reader.choice("role", {role.value: role for role in Role}, default=None)
    if role is None and not any(fault.field == "role" for fault in reader.faults):
        reader.fault("role", "missing")
    agency = reader.text("agency", at_most=40)
    if not agency and role in {Role.OFFICER, Role.HEAD}:
        reader.fault("agency", "missing")
    draft = AccountDraft(
        name=name,
        display_name=reader.text("display_name", at_most=NAME_AT_MOST) or name,
        email=_email(reader) or None,
        role=role or Role.AUDITOR,
        agency=agency or None,
    )
    reader.finish()
    return draft
