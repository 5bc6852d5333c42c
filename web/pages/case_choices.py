"""What can be done with a case now, as buttons: each can be pressed, or says why it cannot."""

from collections.abc import Iterator
from dataclasses import dataclass

from feedback import permissions as may
from feedback.actors import Staff
from feedback.errors import NotNow
from feedback.lifecycle import CaseStatus
from feedback.office.case_file import CaseFile
from sla import errors as sla
from sla.standing import Standing
from web import errors
from web.language import i18n
from web.language.i18n import mark
from web.pages.case_actions import ACTIONS


@dataclass(frozen=True, slots=True)
class Choice:
    """An action as a button: `refused` says why it cannot be pressed now, or is empty."""

    name: str
    title: str
    refused: str


def of(
    me: Staff, case: CaseFile, standing: Standing, language: str, *, is_asked: bool
) -> Iterator[Choice]:
    """Every action; `is_asked`: a correction of the end waits already."""
    words = i18n.translator(language)
    for name, action in ACTIONS.items():
        refusal = may.why_not(action.check, me, case.facts)
        if refusal is not None:
            reason = _reason(name, refusal, case)
        else:
            reason = _promised(name, standing, is_asked=is_asked)
        yield Choice(name, words.gettext(action.title), words.gettext(reason) if reason else "")


def _promised(name: str, standing: Standing, *, is_asked: bool) -> str:
    """Why the promise itself does not allow it, which no role can change."""
    rule = standing.rule
    is_refused: dict[str, tuple[bool, type[Exception]]] = {
        "correction": (is_asked, sla.AlreadyRequested),
        "extend": (standing.extensions > 0, sla.AlreadyExtended),
        "ask": (
            rule is not None and rule.most is not None and len(standing.pauses) >= rule.most,
            sla.TooManyPauses,
        ),
    }
    refused, kind = is_refused.get(name, (False, Exception))
    return errors.ANSWERS[kind].title if refused else ""


def _reason(action: str, refusal: Exception, case: CaseFile) -> str:
    if isinstance(refusal, NotNow) and action == "correction":
        return mark("Only once the case has ended.")
    if isinstance(refusal, NotNow) and case.facts.status is CaseStatus.FILED:
        return mark("Only once somebody is in charge.")
    return errors.answer_to(refusal).title
