"""One case: its whole story, and what can be done about it."""

import secrets
from collections.abc import Iterator
from dataclasses import dataclass
from datetime import datetime
from hashlib import sha256
from typing import Any

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import appeals, drafts, inbox, law, urgency
from feedback import permissions as may
from feedback.actors import Staff
from feedback.errors import Faulty, NotAFact, NotNow, NotYours, Refusal, UnknownAgency
from feedback.inbox import CaseFile
from feedback.lifecycle import CaseStatus
from feedback.messages import Message, MessageKind
from sla import charter, corrections
from sla.charter import Charter
from sla.errors import AlreadyRequested, SlaError
from web import acting, errors, forms, i18n, i18n_names, idempotency, rendering, uploads
from web.errors import NoSuchPage
from web.forms import Form
from web.i18n import mark
from web.idempotency import Stored
from web.pages import attachments, explained, staff, story
from web.pages.case_actions import ACTIONS
from web.uploads import Posted

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)


@router.get("/inbox/{reference:path}/{action}")
async def asked(reference: str, action: str, request: Request) -> Response:
    """The form of one action; a reference of elsewhere may hold a slash, and is none."""
    if action not in ACTIONS:
        return await opened(f"{reference}/{action}", request)
    return await _form(request, reference, action, Form())


@router.get("/inbox/{reference:path}")
async def opened(reference: str, request: Request) -> Response:
    """The whole case."""
    done = ACTIONS.get(request.query_params.get("done", ""))
    return await _shown(request, reference, "case/case.html", done=done)


@router.post("/inbox/{reference:path}/{action}")
async def done(reference: str, action: str, request: Request) -> Response:
    """Do it, once. What was typed is never lost: not to a fault, not to a colleague's speed."""
    if action not in ACTIONS:
        raise NoSuchPage
    async with uploads.received(request) as posted:
        return await _done(request, reference, action, posted)


async def _done(request: Request, reference: str, action: str, posted: Posted) -> Response:
    form = posted.form
    try:
        await _once(request, reference, action, posted)
    except (Faulty, NotAFact, UnknownAgency) as error:
        forms.refused(form, error, rendering.language_of(request))
        return await _form(request, reference, action, form, status=422)
    except (NotYours, NotNow, SlaError) as error:
        answer = errors.answer_to(error)
        status, changed = answer.status, answer.title
        return await _form(request, reference, action, form, status=status, changed=changed)
    if action == "transfer":
        return staff.see(request, "inbox", done=action)
    return staff.see(request, "inbox", reference, done=action)


async def _once(request: Request, reference: str, action: str, posted: Posted) -> None:
    """A form sent twice is done once; the same form with other words is another one."""
    form, keys = posted.form, request.app.state.keys
    body = orjson.dumps(form.values, option=orjson.OPT_SORT_KEYS)
    scope = f"{request.url.path}\0{request.state.actor.reference}\0{sha256(body).hexdigest()}"
    once = idempotency.once_of(form["form_key"], scope, body, keys)
    async with acting.opened(request) as act:

        async def doing() -> Stored:
            await ACTIONS[action].do(reference, form, act, keys)
            if action == "answer" and posted.files:
                await attachments.show(reference, posted, act, request)
            return Stored(303, {})

        await idempotency.answered(once, act, keys, doing)


async def _form(
    request: Request,
    reference: str,
    action: str,
    form: Form,
    *,
    status: int = 200,
    changed: str = "",
) -> Response:
    if action not in ACTIONS:
        raise NoSuchPage
    return await _shown(
        request,
        reference,
        f"case/{action}.html",
        status=status,
        form=form,
        action=action,
        changed=changed,
    )


@dataclass(frozen=True, slots=True)
class Choice:
    """An action as a button: `refused` says why it cannot be pressed now, or is empty."""

    name: str
    title: str
    refused: str


async def _shown(
    request: Request, reference: str, template: str, *, status: int = 200, **values: Any
) -> Response:
    me: Staff = request.state.actor
    language = rendering.language_of(request)
    case = await inbox.opened(me, reference)
    at = request.app.state.clock()
    deadline = await urgency.explained(case.promise_id, at=at)
    asked = await corrections.open_requests(promise_id=case.promise_id)
    known = await charter.current()
    others = (a for a in known.open_agencies(on=request.app.state.today()) if a != case.agency)
    return await staff.page(
        request,
        template,
        section="inbox",
        status=status,
        case=case,
        deadline=deadline,
        lines=list(explained.lines(deadline.steps, language, deadline.standing)),
        law=await law.course(case.promise_id, case.timeline, at=at),
        not_recorded=law.NOT_RECORDED,
        if_needed=law.IF_NEEDED,
        story=list(_story(case, known, language)),
        pictures=await attachments.of_staff(reference, request),
        reasons=attachments.REASONS,
        appeals=await appeals.of_case(case.facts.id),
        correction=asked[0] if asked else None,
        choices={
            choice.name: choice for choice in _choices(me, case, language, is_asked=bool(asked))
        },
        colleagues=await _colleagues(me, case),
        agencies=[(agency.code, agency.name(language)) for agency in others],
        limits=drafts,
        may_reveal=may.why_not(may.check_may_reveal, me, case.facts) is None,
        form_key=secrets.token_urlsafe(16),
        **values,
    )


def _choices(me: Staff, case: CaseFile, language: str, *, is_asked: bool) -> Iterator[Choice]:
    words = i18n.translator(language)
    for name, action in ACTIONS.items():
        refusal: Refusal | AlreadyRequested | None = may.why_not(action.check, me, case.facts)
        if name == "correction" and is_asked and refusal is None:
            refusal = AlreadyRequested(case.promise_id)
        refused = words.gettext(_reason(name, refusal, case)) if refusal else ""
        yield Choice(name, words.gettext(action.title), refused)


def _reason(action: str, refusal: Exception, case: CaseFile) -> str:
    if isinstance(refusal, NotNow) and action == "correction":
        return mark("Only once the case has ended.")
    if isinstance(refusal, NotNow) and case.facts.status is CaseStatus.FILED:
        return mark("Only once somebody is in charge.")
    return errors.answer_to(refusal).title


async def _colleagues(me: Staff, case: CaseFile) -> list[tuple[str, str]]:
    """Who can be put in charge: the agency's own, and a coordinator who looks at it."""
    found = await inbox.colleagues(case.agency.id)
    return found if me.name in dict(found) else [*found, (me.name, me.display_name)]


@dataclass(frozen=True, slots=True)
class Entry:
    """One thing that happened, with what was written then; `is_note` says that it stays inside."""

    at: datetime
    title: str
    by: str
    text: str
    is_note: bool


_TOLD_WITH = {**story.TOLD_WITH, "NoteAdded": frozenset({MessageKind.NOTE})}
_WHO = {
    "resident": mark("The resident"),
    "key": mark("The agency's own system"),
    "system": mark("Hài lòng"),
}


def _story(case: CaseFile, known: Charter, language: str) -> Iterator[Entry]:
    """What happened and what was said, as one, first thing first."""
    unsaid = list(case.messages)
    for line in case.timeline:
        kinds = _TOLD_WITH.get(line.kind, frozenset())
        said = next((m for m in unsaid if m.kind in kinds and m.at == line.at), None)
        if said is not None:
            unsaid.remove(said)
        title, text = _told(line.kind, line.detail, said, known, language)
        is_note = line.kind == "NoteAdded"
        yield Entry(line.at, title, _who(line.by, case, language), text, is_note)


def _told(
    kind: str, detail: dict[str, object], said: Message | None, known: Charter, language: str
) -> tuple[str, str]:
    title = i18n_names.event(kind, language)
    more = str(detail.get("officer") or "")
    if kind in {"CaseTransferred", "CaseAppealed"}:
        agency = known.agencies.get(str(detail.get("to")))
        more = agency.name(language) if agency else ""
    text = said.text if said else str(detail.get("reason") or "")
    return (f"{title}: {more}" if more else title), text


def _who(reference: str, case: CaseFile, language: str) -> str:
    kind = reference.partition(":")[0]
    if kind == "staff":
        return case.names.get(reference, reference.removeprefix("staff:"))
    return i18n.translator(language).gettext(_WHO[kind])
