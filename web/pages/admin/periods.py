"""Periods: what each is counted by and who stands in it; prepared by one, fixed by another."""

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import audit, drafts
from feedback import permissions as may
from feedback.deeds import ChangeKind, Subject
from feedback.errors import Faulty
from ranking.errors import RankingError
from ranking.frozen.terms import Terms
from ranking.life import proposing, thresholds
from ranking.life.proposing import Seen
from sla import charter
from sla.charter import Charter
from sla.errors import ReasonMissing
from web import acting, errors
from web.drawing import rendering
from web.forms import Form, read
from web.language.i18n import mark
from web.pages import staff
from web.pages.admin import frame
from web.pages.commitments import GROUPS

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

HINTS = {
    "target": mark("The share of satisfied residents every agency is held against."),
    "confidence": mark("How sure an interval is to hold the true share."),
    "false_discovery_rate": mark("Of all bands told, at most so many may be by chance."),
    "ranked_floor": mark("Fewer residents, and an agency gets no place."),
    "listed_floor": mark("Fewer residents, and no figure of its own is shown."),
    "pooled_floor": mark("Fewer residents, and nothing is shown; five at least, for privacy."),
    "response_floor": mark("Where fewer answer, an agency gets no place."),
    "response_flag": mark("Where fewer answer, the page says so."),
    "place_share": mark("A place is printed where its rank set is no wider than this."),
    "place_group": mark("Fewer ranked among its peers, and no place is printed."),
    "rolling_windows": mark("Quarters taken together where one alone is too thin."),
    "cutoff_days": mark("Days after the period in which answers still count."),
    "objection_days": mark("Days in which agencies may object to the draft."),
    "redraft_days": mark("Days for objections to a draft that was made again, at least."),
    "plan_days": mark("Days in which an agency below the target writes its plan."),
    "invited_share": mark("With fewer invitations for each closed case, an agency gets no place."),
    "held_share": mark("With more answers set aside and not settled, an agency gets no place."),
    "top_source": mark("Of a day's residents on one device; with more they are set aside."),
    "effective_share": mark("Effective devices for each resident; with fewer they are set aside."),
    "bump_level": mark("The most likely tail that counts as a bump over the target."),
    "retired_share": mark("With more of the ranked clearly above, an indicator is to be retired."),
    "call_back_share": mark("Of the results given, drawn to be asked about by telephone."),
    "reused_times": mark("Contacts of many people, so often as with peers: over it no place."),
    "crowd_residents": mark("With fewer residents on a day its devices say nothing."),
    "crowd_on_one": mark("With fewer residents on one device nothing is set aside."),
    "file_audits": mark("Results drawn to have their files looked at."),
    "burst_risk": mark("Of all bursts found, at most so many may be by chance."),
    "burst_days": mark("Days before, from which the usual number of answers is known."),
    "burst_answers": mark("With fewer answers of one level on a day there is no burst."),
    "burst_sum": mark("Above what is usual, added up from day to day; over it is alarm."),
    "hasty_seconds": mark("Satisfied answers so soon after the result are set aside."),
    "copied_likeness": mark("Of all that two comments say, so much alike; then they are copies."),
    "copied_residents": mark("Where fewer wrote alike, nothing is set aside."),
    "copied_trigrams": mark("Shorter comments may honestly be alike."),
    "contact_people": mark("People that one number or address may stand for."),
    "reopened_days": mark("In which a result taken up again is told."),
    "again_days": mark("In which the same matter of the same resident is told."),
    "bump_reach": mark("On either side of the target, compared for a bump."),
}


@router.get("/admin/periods")
async def listed(request: Request) -> Response:
    """The periods there are, and those that can be prepared."""
    state = request.app.state
    return await frame.page(
        request,
        "admin/periods.html",
        periods=await proposing.listed(state.clock(), state.settings.zone),
    )


@router.get("/admin/periods/{name}")
async def shown(name: str, request: Request) -> Response:
    """One period: its terms, its agencies, and the form that prepares others."""
    seen = await _seen(name, request)
    return await _page(request, seen, Form(proposing.values(seen.terms)))


@router.post("/admin/periods/{name}")
async def propose(name: str, request: Request) -> Response:
    """Prepare its terms: a second person commits to them."""
    form = await read(request)
    seen = await _seen(name, request)
    zone = request.app.state.settings.zone
    try:
        wanted = await proposing.prepared(form.values, seen)
        reason = drafts.reason(form.values)
        async with acting.opened(request) as act:
            number = await proposing.propose(name, wanted, act, zone, reason=reason)
    except (Faulty, ReasonMissing, RankingError) as error:
        frame.tell(form, error, request)
        return await _page(request, seen, form, status=errors.answer_to(error).status)
    return staff.see(request, "admin/changes", number, done="proposed")


async def _seen(name: str, request: Request) -> Seen:
    state = request.app.state
    return await proposing.seen(name, state.clock(), state.settings.zone)


async def _page(request: Request, seen: Seen, form: Form, *, status: int = 200) -> Response:
    typed, sought = frame.searched(request)
    known = await charter.current()
    rows = _agencies(seen.terms, known, sought)
    refusal = may.why_not(may.check_may_change, request.state.actor, ChangeKind.PERIOD)
    fields = frame.facts(request)
    return await frame.page(
        request,
        "admin/period.html",
        status=status,
        seen=seen,
        form=form,
        find=Form({"q": typed}),
        leaf=frame.leaf(rows, request),
        groups=frame.named(GROUPS, request),
        known=known,
        shares=proposing.SHARES,
        counts=tuple(proposing.COUNTS),
        days=proposing.DAYS,
        limit_shares=thresholds.SHARES,
        limit_counts=thresholds.COUNTS,
        limit_fixed=thresholds.FIXED,
        thresholds=thresholds.by_name(seen.terms.config.held_to),
        fields=fields,
        hints=frame.named(HINTS, request),
        traces=await audit.about(Subject.PERIOD, seen.period.name),
        refused=errors.told(refusal, rendering.language_of(request)) if refusal else "",
        limits=drafts,
    )


def _agencies(terms: Terms, known: Charter, sought: str) -> list[tuple[charter.Agency, str]]:
    """The agencies that stand in the period with their peers, in alphabetical order."""
    found = [
        (known.agencies[one.code], one.peer_group)
        for one in terms.agencies
        if one.code in known.agencies
    ]
    words = sought.split()
    fits = [
        pair
        for pair in found
        if all(word in f"{pair[0].search_key} {pair[0].code.lower()}" for word in words)
    ]
    return sorted(fits, key=lambda pair: (pair[1], pair[0].sort_key, pair[0].code))
