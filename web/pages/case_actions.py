"""What staff do with a case: each with its form, its rule, and what is said afterwards."""

from collections.abc import Awaitable, Callable
from dataclasses import dataclass

from feedback import (
    apologies,
    casework,
    corrections,
    drafts,
    outcomes,
    recategorising,
    restricted,
    told_dates,
)
from feedback import permissions as may
from feedback.codes import Keyring
from feedback.errors import NoSuchCase, NotAFact
from feedback.office import case_file, looks
from feedback.permissions import CaseFacts
from sla.acts import Act, Actor
from web.forms import Form
from web.language.i18n import mark

Do = Callable[[str, Form, Act, Keyring], Awaitable[None]]


@dataclass(frozen=True, slots=True)
class Action:
    """Something staff do with a case: when they may, how, and what is said afterwards."""

    title: str
    done: str
    check: Callable[[Actor, CaseFacts], None]
    do: Do


async def _answer(reference: str, form: Form, act: Act, keys: Keyring) -> None:
    text, ending = outcomes.answer(form.values)
    await casework.answer(reference, text, act, keys, ending=ending)


async def _ask(reference: str, form: Form, act: Act, keys: Keyring) -> None:
    await casework.ask(reference, drafts.message(form.values), act, keys)


async def _note(reference: str, form: Form, act: Act, _: Keyring) -> None:
    await casework.note(reference, drafts.message(form.values), act)


async def _assign(reference: str, form: Form, act: Act, _: Keyring) -> None:
    officer = drafts.reason(form.values, field="officer")
    await casework.assign(reference, act, officer=officer, unless_taken=form["take"] == "yes")


async def _transfer(reference: str, form: Form, act: Act, _: Keyring) -> None:
    facts = drafts.handover(form.values)
    await casework.transfer(reference, act, to=facts.agency, reason=facts.reason)


async def _recategorise(reference: str, form: Form, act: Act, _: Keyring) -> None:
    await recategorising.recategorise(reference, recategorising.draft(form.values), act)


async def _extend(reference: str, form: Form, act: Act, keys: Keyring) -> None:
    await apologies.tell_new_day(reference, told_dates.new_date(form.values), act, keys)


async def _correct(reference: str, form: Form, act: Act, _: Keyring) -> None:
    await corrections.ask_for(reference, told_dates.correction(form.values), act)


async def _close_duplicate(reference: str, form: Form, act: Act, keys: Keyring) -> None:
    facts = drafts.duplicate(form.values)
    try:
        await casework.close_duplicate(reference, facts.text, act, keys, original=facts.of)
    except NoSuchCase as error:
        if error.reference == reference:
            raise
        raise NotAFact("of", "no_such_case") from None


async def _hand_over(reference: str, form: Form, act: Act, keys: Keyring) -> None:
    chosen = restricted.procedure_of(form.values)
    await restricted.hand_over(reference, act, keys, procedure=chosen)


async def _look(reference: str, _: Form, act: Act, __: Keyring) -> None:
    await looks.point_at((await case_file.opened(act.by, reference)).facts, act)


ACTIONS = {
    "answer": Action(
        mark("Answer"),
        mark("Your answer is stored. The resident can read it and say how it was."),
        may.check_may_answer,
        _answer,
    ),
    "ask": Action(
        mark("Ask the resident"),
        mark("Your question is stored. The clock stands until the resident replies."),
        may.check_may_ask,
        _ask,
    ),
    "note": Action(
        mark("Leave a note"),
        mark("The note is stored. Only staff can read it."),
        may.check_may_note,
        _note,
    ),
    "assign": Action(
        mark("Put somebody in charge"),
        mark("The case has a new officer in charge."),
        may.check_may_assign,
        _assign,
    ),
    "transfer": Action(
        mark("Hand over to another agency"),
        mark("The case was handed over."),
        may.check_may_transfer,
        _transfer,
    ),
    "recategorise": Action(
        mark("Put the service right"),
        mark("The case is about another service now. What was promised stays as it was."),
        may.check_may_recategorise,
        _recategorise,
    ),
    "extend": Action(
        mark("Apologise and tell a new date"),
        mark("The new date is stored, and the resident is told. The first one stays on record."),
        may.check_may_extend,
        _extend,
    ),
    "close-duplicate": Action(
        mark("Close as a duplicate"),
        mark("The case is answered with a pointer to the one it repeats."),
        may.check_may_answer,
        _close_duplicate,
    ),
    "look": Action(
        mark("This may be no feedback"),
        mark("A coordinator from outside the agency looks at it. Meanwhile the case goes on."),
        may.check_may_note,
        _look,
    ),
    "hand-over": Action(
        mark("Let it leave for another procedure"),
        mark("The case has left, out of counts and ranks."),
        may.check_may_hand_over,
        _hand_over,
    ),
    "correction": Action(
        mark("Ask to correct the end"),
        mark("Your request is stored. A coordinator from outside the agency decides about it."),
        may.check_may_correct,
        _correct,
    ),
}
