"""The cases of an agency, deadline first."""

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from functools import partial
from typing import Any

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import JSONResponse, Response

from feedback import permissions
from feedback.actors import Staff
from feedback.errors import Faulty, NotAFact
from feedback.office import inbox, inbox_beside, inbox_counts
from feedback.office.inbox_beside import Beside
from feedback.office.inbox_views import View
from sla import charter
from sla.charter import Charter
from web import forms
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import Form
from web.language import i18n
from web.language.i18n import mark
from web.pages import inbox_filters, inbox_form, staff
from web.pages.inbox_filters import Asked
from web.pages.inbox_form import Offered
from web.pages.inbox_table import Table
from web.storage import engine

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

DONE = {
    "transfer": mark("The case was handed over. It is in the other agency's inbox now."),
    "kept": mark("The list is kept under its name."),
    "renamed": mark("The list has its new name."),
    "forgotten": mark("The list is no longer kept."),
}


@dataclass(frozen=True, slots=True)
class Tab:
    """A list one click away; `count` says how many cases it has, or nothing.

    `is_hot` where these should not be there at all.
    """

    name: str
    query: str
    count: str
    is_here: bool
    is_hot: bool


@router.get("/inbox")
async def listed(request: Request) -> Response:
    """The list, narrowed as its address says. A number typed whole leads straight to its case."""
    # How a list without bounds is read does not depend on what is asked for; with bounds it does.
    if inbox_filters.BOUNDS.isdisjoint(request.query_params):
        with engine.planning_once():
            return await _listed(request)
    return await _listed(request)


async def _listed(request: Request) -> Response:
    query = request.query_params
    beside = await beside_any(request, inbox_filters.typed(query))
    asked, known = await asked_by(request, query, beside.officers)
    if beside.reference is not None:
        return staff.see(request, "inbox", beside.reference)
    return await shown(request, asked, known, beside, done=DONE.get(query.get("done", ""), ""))


async def beside_any(request: Request, typed: str = "") -> Beside:
    """What stands beside any list of whoever asks; with the case whose number was typed."""
    return await inbox_beside.seen(request.state.actor, typed, at=request.app.state.clock())


async def asked_by(
    request: Request, query: Mapping[str, str], officers: Mapping[str, str]
) -> tuple[Asked, Charter]:
    """What a query asks for, which can name these officers, with the charter it was read by."""
    me: Staff = request.state.actor
    known = await charter.current()
    zone = request.app.state.settings.zone
    try:
        asked = inbox_filters.read(query, known, me, zone=zone, officers=officers.__contains__)
    except NotAFact:
        raise NoSuchPage from None
    return asked, known


async def shown(
    request: Request,
    asked: Asked,
    known: Charter,
    beside: Beside,
    *,
    status: int = 200,
    **values: Any,
) -> Response:
    """The page of a list."""
    me: Staff = request.state.actor
    at: datetime = request.app.state.clock()
    language = rendering.language_of(request)
    found = await inbox.listed(me, asked.wanted, at=at)
    this_list = asked.without()
    kept = next((one for one in beside.lists if one.query == this_list), None)
    form = forms.refused(Form(dict(asked.values)), Faulty(asked.wrong), language)
    sees_all = me.role in permissions.SEE_ALL
    may_assign = me.role in permissions.WORK_ON_CASES
    on = request.app.state.today()
    open_now = known.open_agencies(on=on) if sees_all else ()
    offered = Offered(
        agencies=tuple((agency.code, agency.name(language)) for agency in open_now),
        services=_services(me, known, on, language),
        officers=tuple(beside.officers.items()),
    )
    return await staff.page(
        request,
        "inbox/list.html",
        section="inbox",
        status=422 if asked.wrong else status,
        form=form,
        chosen=asked,
        found=found,
        table=partial(
            Table,
            language,
            request.app.state.settings.timezone,
            may_assign=may_assign,
            sees_all=sees_all,
        ),
        at=at,
        tabs=_tabs(asked, beside.counts, language),
        lists=beside.lists,
        this_list=this_list,
        this_kept=kept,
        chips=inbox_filters.chips(asked, known, beside.officers, language),
        fields=inbox_form.fields(form, offered, language),
        list_name=inbox_form.name(values.get("keeping", Form()), kept, language),
        officers=offered.officers,
        sees_all=sees_all,
        may_assign=may_assign,
        **{"done": "", "outcome": None, "keeping": Form()} | values,
    )


def _tabs(asked: Asked, counts: Mapping[View, Any], language: str) -> tuple[Tab, ...]:
    return tuple(
        Tab(
            i18n.name_of(view, language),
            f"view={view}",
            _figure(counts.get(view), language),
            view is asked.wanted.view,
            view is View.OVERDUE and counts[view].number > 0,
        )
        for view in View
    )


def _figure(count: Any, language: str) -> str:
    if count is None:
        return ""
    return i18n.localise_number(count.number, language) + ("+" if count.is_capped else "")


def _services(me: Staff, known: Charter, on: date, language: str) -> tuple[tuple[str, str], ...]:
    """The services an agency's cases can be about; all of them for who sees every agency."""
    if me.agency_id is not None:
        own = known.agency_of_id(me.agency_id)
        found = known.offered(own, on=on)
    else:
        found = tuple(sorted(known.services.values(), key=lambda s: (s.sort_key, s.code)))
    return tuple((service.code, service.name(language)) for service in found)


@router.get("/inbox-news")
async def news(request: Request) -> Response:
    """How many cases have come into a list since it was shown, for a page that asks by itself.

    With them how many there are in each list now, by its address.
    """
    me: Staff = request.state.actor
    query = request.query_params
    officers = await inbox.officers(me) if query.get("officer") else {}
    asked, _ = await asked_by(request, query, officers)
    since = _moment(query.get("since", ""))
    at = request.app.state.clock()
    count = await inbox_counts.news(me, asked.wanted, since=since, at=at)
    told: dict[str, Any] = {"new": count.number, "text": "", "counts": {}}
    if count.number:
        language = rendering.language_of(request)
        words = i18n.translator(language)
        said = words.ngettext("%(num)s new case", "%(num)s new cases", count.number)
        told["text"] = said % {"num": _figure(count, language)}
        tabs = _tabs(asked, await inbox_counts.counted(me, at=at), language)
        told["counts"] = {tab.query: tab.count for tab in tabs if tab.count}
    return JSONResponse(told, headers={"Cache-Control": "no-store"})


def _moment(text: str) -> datetime:
    try:
        moment = datetime.fromisoformat(text)
    except ValueError:
        raise NoSuchPage from None
    if moment.tzinfo is None:
        raise NoSuchPage
    return moment
