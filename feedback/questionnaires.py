"""The questions of this city: versions in words of its own, each from a day on, decided by two.

The headline question and the values of all answers are the method's and never change; the words of
the other four are the city's. What was asked once is never rewritten: a change is a new version.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, date, datetime
from typing import Any

from feedback import audit, questionnaire
from feedback import permissions as may
from feedback.administration import changes
from feedback.administration.change_errors import ChangeImpossible
from feedback.administration.changes import Change
from feedback.deeds import ChangeKind, Deed, Subject
from feedback.drafts import Reader
from feedback.models import QuestionnaireRow
from feedback.questionnaire import Question, Questionnaire
from sla import registers
from sla.acts import Act
from sla.registers import Verdict

LANGUAGES = ("vi", "en")
TEXT_AT_MOST = 200
ANSWER_AT_MOST = 60

# By field the values of its answers; none: free text.
ANSWERS: Mapping[str, tuple[str, ...]] = {
    "solved": ("yes", "partly", "no"),
    "clear": ("1", "2", "3", "4", "5"),
    "contacts": ("0", "1", "2"),
    "comment": (),
}


def _columns() -> tuple[str, ...]:
    found = []
    for field, values in ANSWERS.items():
        found += [f"{field}_{language}" for language in LANGUAGES]
        found += [f"{field}_{value}_{language}" for value in values for language in LANGUAGES]
    return tuple(found)


WORDS = _columns()
"""The columns of the words: `solved_vi`, `solved_yes_vi` ..."""


@dataclass(frozen=True, slots=True)
class Draft:
    """A version about to be decided; `words` by column, only those that are there."""

    version: str
    effective_on: date
    words: Mapping[str, str]


@dataclass(frozen=True, slots=True)
class Version:
    """A version as it is kept; without `by` it came with the software, in the catalogues' words."""

    version: str
    effective_on: date
    words: Mapping[str, str]
    by: str
    at: datetime | None


def read(reader: Reader, *, version: str, effective_on: date) -> Draft:
    """The words of a form or a row by column; a question has all its words in both languages, or
    none. Faults stand in the reader.
    """
    words: dict[str, str] = {}
    for field, values in ANSWERS.items():
        names = [name for name in WORDS if name.split("_")[0] == field]
        found = {name: reader.text(name, at_most=_at_most(name)) for name in names}
        if not any(found.values()):
            continue
        for name, text in found.items():
            if not text:
                reader.fault(name, "missing")
        words |= found
        for language in LANGUAGES:
            _check_different(reader, found, [f"{field}_{value}_{language}" for value in values])
    return Draft(version, effective_on, words)


def _at_most(name: str) -> int:
    return TEXT_AT_MOST if name.count("_") == 1 else ANSWER_AT_MOST


def _check_different(reader: Reader, found: Mapping[str, str], names: Sequence[str]) -> None:
    seen: set[str] = set()
    for name in names:
        text = found[name].casefold()
        if text and text in seen:
            reader.fault(name, "said_twice")
        seen.add(text)


def questions(version: Version, language: str) -> tuple[Question, ...]:
    """What residents are asked by it, in their language; the first is the method's."""
    base = _base(version.version)
    if base is not None:
        return base.questions
    latest = list(questionnaire.VERSIONS.values())[-1]
    headline, *_ = latest.questions
    own = [
        Question(
            field,
            version.words[f"{field}_{language}"],
            tuple((value, version.words[f"{field}_{value}_{language}"]) for value in values),
            worded=True,
        )
        for field, values in ANSWERS.items()
        if f"{field}_{language}" in version.words
    ]
    return (headline, *own)


async def asked(at: datetime) -> Version:
    """What is asked at a moment: the newest version that has begun, by its day in UTC."""
    base = questionnaire.current(at)
    row = (
        await QuestionnaireRow.filter(
            effective_on__gte=base.effective_on, effective_on__lte=_day(at)
        )
        .order_by("-effective_on", "-id")
        .first()
    )
    return _of_base(base) if row is None else _of_row(row)


async def named(version: str) -> Version:
    """A version by its name. `KeyError` for one that never was."""
    row = await QuestionnaireRow.get_or_none(version=version)
    return _of_base(questionnaire.VERSIONS[version]) if row is None else _of_row(row)


async def listed() -> tuple[Version, ...]:
    """Every version, the latest first."""
    rows = [_of_row(row) for row in await QuestionnaireRow.all().order_by("id")]
    every = [*map(_of_base, questionnaire.VERSIONS.values()), *rows]
    return tuple(sorted(every, key=lambda one: (one.effective_on, one.version), reverse=True))


async def next_name() -> str:
    """The name of the version after the last: core-2, core-3 ..."""
    taken = {one.version for one in await listed()}
    number = len(taken) + 1
    while f"core-{number}" in taken:
        number += 1
    return f"core-{number}"


async def propose(draft: Draft, act: Act, *, reason: str) -> int:
    """Ask a second person for it; the number of the proposal. Errors as `changes.propose`."""
    on = draft.effective_on
    return await changes.propose(*_wanted(draft), act, reason=reason, effective_on=on)


async def waits(draft: Draft) -> bool:
    """Whether the very same waits for a second person already."""
    return await changes.asked_already(*_wanted(draft), draft.effective_on) is not None


def _wanted(draft: Draft) -> tuple[ChangeKind, str, dict[str, object]]:
    body: dict[str, object] = {
        "effective_on": draft.effective_on.isoformat(),
        "words": dict(draft.words),
    }
    return ChangeKind.QUESTIONNAIRE, draft.version, body


async def refusal(draft: Draft, *, at: datetime) -> Verdict | None:
    """Why a version cannot be taken: its day has begun, or another one's is the same."""
    known = await listed()
    same = next((one for one in known if one.version == draft.version), None)
    if same is not None:
        is_equal = same.effective_on == draft.effective_on and dict(same.words) == draft.words
        return registers.compared(is_equal)
    if draft.effective_on <= _day(at):
        return registers.refused("effective_on", "not_ahead")
    if any(one.effective_on == draft.effective_on for one in known):
        return registers.refused("effective_on", "differs_from_stored")
    return None


async def take(draft: Draft, act: Act, *, reason: str) -> Verdict:
    """Take a version for good. Raises `RoleMayNot`, `ReasonMissing`."""
    may.check_may_change(act.by, ChangeKind.QUESTIONNAIRE)
    found = await refusal(draft, at=act.at)
    if found is not None:
        return found
    await QuestionnaireRow.create(
        version=draft.version,
        effective_on=draft.effective_on,
        words=dict(draft.words),
        by=act.by.reference,
        at=act.at,
        reason=reason,
    )
    after: dict[str, Any] = {"effective_on": draft.effective_on, **draft.words}
    about = Subject.QUESTIONNAIRE, draft.version, Deed.ADDED
    await audit.record(*about, act, after=after, reason=reason)
    return registers.TAKEN


async def carry_out(change: Change, act: Act) -> None:
    """Take the version a second person approved. Raises `ChangeImpossible`."""
    verdict = await take(of_change(change), act, reason=change.reason)
    if not verdict.is_new:
        raise ChangeImpossible(change.id, verdict.column or "version")


def of_change(change: Change) -> Draft:
    """The version a proposal holds."""
    day = date.fromisoformat(str(change.body["effective_on"]))
    return Draft(change.about, day, dict(change.body["words"]))


def of_draft(draft: Draft) -> Version:
    """A version as it would be kept."""
    return Version(draft.version, draft.effective_on, draft.words, "", None)


def _base(version: str) -> Questionnaire | None:
    return questionnaire.VERSIONS.get(version)


def _of_base(base: Questionnaire) -> Version:
    return Version(base.version, base.effective_on, {}, "", None)


def _of_row(row: QuestionnaireRow) -> Version:
    return Version(row.version, row.effective_on, row.words, row.by, row.at)


def _day(at: datetime) -> date:
    return at.astimezone(UTC).date()
