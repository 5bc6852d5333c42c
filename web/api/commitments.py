"""What every agency promises, and when something received at a moment would be due."""

import re
from datetime import date, datetime
from itertools import islice
from typing import Annotated, Any

from fastapi import APIRouter, Query
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import NotAFact, UnknownAgency, UnknownService
from sla import charter, commitment_register, openings
from sla.charter import Agency, Charter, Service
from sla.commitment_register import Offer
from sla.commitments import Commitment
from sla.errors import NaiveTime, OutOfRange
from web.api.schemas import public, reply
from web.guarding.desks import agency_json, commitment_json, in_zone, service_json
from web.language import explanations

router = APIRouter(prefix="/api/v1", tags=["commitments"])

PAGE = 200
# Stands between the codes of agency and service in a cursor; codes have no line ends.
BETWEEN = "\n"
_BLANK_OFFSET = re.compile(r" (\d\d:\d\d)$", re.ASCII)
Code = Annotated[str, Query(max_length=40)]
Moment = Annotated[str, Query(max_length=40)]
Cursor = Annotated[str, Query(max_length=81)]


@router.get("/commitments")
async def listed(
    request: Request, agency: Code = "", service: Code = "", on: Moment = "", cursor: Cursor = ""
) -> Response:
    """The promises in force on a day (today), by the codes of agency and service.

    Feedback in general has the service null. For one service of one agency there is always an
    item; its commitment is null where no time is promised.
    """
    known = await charter.current()
    day = _day(on) or request.app.state.today()
    office, wanted = _agency(known, agency), _service(known, service)
    if office and wanted:
        offers = [commitment_register.offer(known, office, wanted, on=day)]
        return public(request, {"items": [_offer(one) for one in offers], "next": None})
    before, _, behind = cursor.partition(BETWEEN)
    placed = commitment_register.promises(
        known, on=day, agency=office, service=wanted, after=(before, behind)
    )
    found = list(islice(placed, PAGE + 1))
    more = BETWEEN.join(found[PAGE - 1][0]) if len(found) > PAGE else None
    return public(request, {"items": [_offer(one) for _, one in found[:PAGE]], "next": more})


@router.get("/deadline")
async def deadline(request: Request, agency: Code, service: Code = "", at: Moment = "") -> Response:
    """When something received at a moment (now) would be due, and how that comes about.

    `basis` is `service` where the service has its own time, which dossiers have too, `feedback`
    where only feedback about it has one, and null where nothing is promised.
    """
    known = await charter.current()
    office, wanted = _agency(known, agency), _service(known, service)
    if office is None:
        raise UnknownAgency(agency)
    moment = _moment(at) if at else request.app.state.clock()
    found = commitment_register.promised(known, office, wanted, at=moment, general=True)
    zone = request.app.state.settings.zone
    due = found.deadline
    return reply(
        {
            "agency": agency_json(office),
            "service": service_json(wanted) if wanted else None,
            "received_at": in_zone(moment, zone),
            "basis": basis_of(found.commitment),
            "commitment": commitment_json(found.commitment),
            "calendar": found.commitment.calendar or office.calendar_code
            if found.commitment
            else None,
            "due_at": in_zone(due.due, zone) if due else None,
            "steps": explanations.told(due.steps, zone) if due else [],
        }
    )


def basis_of(commitment: Commitment | None) -> str | None:
    """Whether a time is the service's own or that of feedback; None where nothing is promised."""
    if commitment is None:
        return None
    return "feedback" if commitment.service is None else "service"


def _offer(one: Offer) -> dict[str, Any]:
    return {
        "agency": agency_json(one.agency),
        "service": service_json(one.service) if one.service else None,
        "commitment": commitment_json(one.commitment),
        "statutory": _statutory(one),
        "against_statutory": one.against,
    }


def _statutory(one: Offer) -> dict[str, Any] | None:
    if one.limit is None:
        return None
    return {"amount": one.limit.amount, "unit": one.limit.unit, "source": one.source}


def _agency(known: Charter, code: str) -> Agency | None:
    if code and code not in known.agencies:
        raise UnknownAgency(code)
    return known.agencies[code] if code else None


def _service(known: Charter, code: str) -> Service | None:
    if code and code not in known.services:
        raise UnknownService(code)
    return known.services[code] if code else None


def _day(text: str) -> date | None:
    if not text:
        return None
    try:
        return date.fromisoformat(text)
    except ValueError:
        raise NotAFact("on", "not_a_date") from None


def _moment(text: str) -> datetime:
    """An ISO 8601 time with its offset, whose plus sign may have become a blank on the way."""
    try:
        moment = datetime.fromisoformat(_BLANK_OFFSET.sub(r"+\1", text))
        openings.micros(moment)
    except (ValueError, NaiveTime, OutOfRange):
        raise NotAFact("at", "not_a_time") from None
    return moment
