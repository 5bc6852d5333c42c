"""The pages around one case: what each shows of it, whatever is being done."""

import secrets
from collections.abc import Iterable
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from feedback import appeals, corrections, drafts, duplicates, holders, law, overtaking
from feedback import permissions as may
from feedback.actors import Staff
from feedback.corrections import Waiting
from feedback.office import case_file, inbox, routing, urgency
from feedback.office.case_file import CaseFile
from sla import charter
from sla.charter import Agency, Charter
from web.drawing import rendering
from web.forms import Form
from web.guarding import guards
from web.pages import attachments, case_answer, case_choices, case_story, explained, staff


async def shown(
    request: Request, reference: str, template: str, *, status: int = 200, **values: Any
) -> Response:
    """A page about a case of one's own. Raises `NoSuchCase` for any other."""
    me: Staff = request.state.actor
    case = await case_file.opened(me, reference)
    return await _page(request, case, template, status=status, **values)


async def form(
    request: Request,
    reference: str,
    action: str,
    typed: Form | None,
    *,
    status: int = 200,
    changed: str = "",
    **values: Any,
) -> Response:
    """The form of an action with what was typed; `changed` says why it was not done."""
    me: Staff = request.state.actor
    case = await case_file.opened(me, reference)
    language, zone = rendering.language_of(request), request.app.state.settings.timezone
    teller = case_story.Teller(case, await charter.current(), language, zone)
    seen = guards.int_or_zero((typed or Form())["seen"])
    since = overtaking.since(case.timeline, seen) if changed and typed and typed["seen"] else []
    more: dict[str, Any] = {"form": typed or Form()}
    if action == "answer":
        more |= await case_answer.values(case, me, typed, language, zone)
        step = (typed or Form())["step"]
        at = request.app.state.clock()
        is_ready = step == "preview" and not changed
        more["preview"] = case_answer.preview(case, more["form"], at) if is_ready else None
        more["said"] = ""
    if action == "recategorise":
        more["services"] = _services(case, teller.known, language, request)
    return await _page(
        request,
        case,
        f"case/{action}.html",
        status=status,
        action=action,
        changed=changed,
        since=[case_story.entry_of(line, None, teller) for line in since],
        **(more | values),
    )


def _services(
    case: CaseFile, known: Charter, language: str, request: Request
) -> list[tuple[str, str]]:
    """What the agency offers, or everything where it does not say; not what it is about now."""
    offered = known.offered(case.agency, on=request.app.state.today())
    found = offered or sorted(known.services.values(), key=lambda one: (one.sort_key, one.code))
    return [(one.code, one.name(language)) for one in found if one != case.service]


async def _page(
    request: Request, case: CaseFile, template: str, *, status: int, **values: Any
) -> Response:
    me: Staff = request.state.actor
    language, zone = rendering.language_of(request), request.app.state.settings.timezone
    at = request.app.state.clock()
    deadline = await urgency.explained(case.promise, at=at)
    corrected = await corrections.of_promise(case.promise.id) if case.beside.corrections else []
    asked = next((one for one in corrected if isinstance(one, Waiting)), None)
    known = await charter.current()
    teller = case_story.Teller(case, known, language, zone)
    choices = case_choices.of(me, case, deadline.standing, language, is_asked=asked is not None)
    others = (a for a in known.open_agencies(on=request.app.state.today()) if a != case.agency)
    moved = [line.detail for line in case.timeline if line.kind == routing.TRANSFERRED]
    story = case_story.told(teller, deadline.standing, corrected, at=at)
    return await staff.page(
        request,
        template,
        section="inbox",
        status=status,
        case=case,
        deadline=deadline,
        lines=list(explained.lines(deadline.steps, language, deadline.standing)),
        law=await law.course(case.promise, case.timeline, at=at),
        not_recorded=law.NOT_RECORDED,
        if_needed=law.IF_NEEDED,
        story=story,
        seen=overtaking.version(case.timeline),
        handed=len(moved),
        returned=routing.returns(routing.way(moved)),
        holders=await holders.of(case.promise, deadline.standing),
        pictures=await attachments.of_staff(case.facts.reference, request)
        if case.beside.pictures
        else (),
        reasons=attachments.REASONS,
        appeals=await appeals.of_case(case.facts.id) if case.beside.appeals else appeals.NONE,
        joiners=await _joiners(case),
        correction=asked.request if asked else None,
        choices={choice.name: choice for choice in choices},
        colleagues=await _colleagues(me, case),
        agencies=[(agency.code, agency.name(language)) for agency in _coordinators_first(others)],
        limits=drafts,
        may_reveal=may.why_not(may.check_may_reveal, me, case.facts) is None,
        form_key=secrets.token_urlsafe(16),
        **values,
    )


async def _joiners(case: CaseFile) -> int:
    """How many more tell of the same."""
    return await duplicates.others(case.facts.id) if case.beside.joined else 0


def _coordinators_first(found: Iterable[Agency]) -> list[Agency]:
    return sorted(found, key=lambda agency: agency.kind != routing.COORDINATORS)


async def _colleagues(me: Staff, case: CaseFile) -> list[tuple[str, str]]:
    """Who can be put in charge: the agency's own, and a coordinator who looks at it."""
    found = await inbox.colleagues(case.agency.id)
    return found if me.name in dict(found) else [*found, (me.name, me.display_name)]
