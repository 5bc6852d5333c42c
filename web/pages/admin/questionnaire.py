"""The questions residents are asked: their versions, and a new one drafted, seen and proposed."""

from datetime import date

from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts, questionnaires
from feedback.administration import changes
from feedback.deeds import ChangeKind
from feedback.drafts import Reader
from feedback.errors import Faulty
from feedback.questionnaire import Question
from feedback.questionnaires import Draft, Version
from feedback.staff import accounts
from sla.errors import ReasonMissing
from web import acting
from web.errors import NoSuchPage
from web.forms import Form, read
from web.imports import cells
from web.imports.errors import RowRefused
from web.language import questions
from web.language.i18n import mark
from web.pages import staff
from web.pages.admin import frame

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

TITLES = {
    "solved": mark("Whether it was solved"),
    "clear": mark("Whether it was explained clearly"),
    "contacts": mark("How often one had to come again"),
    "comment": mark("Words of their own"),
}


@router.get("/admin/questionnaire")
async def listed(request: Request) -> Response:
    """Every version there was, is and will be."""
    every = await questionnaires.listed()
    now = await questionnaires.asked(request.app.state.clock())
    return await frame.page(
        request,
        "admin/questionnaire.html",
        versions=every,
        now=now.version,
        today=request.app.state.today(),
        waiting=await changes.waiting(ChangeKind.QUESTIONNAIRE),
        names=await accounts.display_names({one.by for one in every}),
    )


@router.get("/admin/questionnaire/new")
async def ask(request: Request) -> Response:
    """The form of a new version, begun with the words of today."""
    now = await questionnaires.asked(request.app.state.clock())
    return await _form(request, Form(questions.words_of(now)))


@router.post("/admin/questionnaire/new")
async def propose(request: Request) -> Response:
    """Show it as residents will see it; propose it once that is confirmed."""
    form = await read(request)
    if form["do"] == "edit":
        return await _form(request, form)
    try:
        draft, reason = await _draft(form)
        refusal = await questionnaires.refusal(draft, at=request.app.state.clock())
        if refusal is not None:
            frame.taken(refusal)
        if form["do"] != "propose":
            return await _preview(request, form, draft)
        async with acting.opened(request) as act:
            number = await questionnaires.propose(draft, act, reason=reason)
    except (Faulty, RowRefused, ReasonMissing) as error:
        frame.tell(form, error, request)
        return await _form(request, form, status=422)
    return staff.see(request, "admin/changes", number, done="proposed")


async def _draft(form: Form) -> tuple[Draft, str]:
    reader = Reader(form.values)
    draft = questionnaires.read(
        reader, version=await questionnaires.next_name(), effective_on=date.max
    )
    reason = reader.text("reason", at_most=drafts.REASON_AT_MOST, required=True)
    reader.finish()
    effective_on = cells.day(form["effective_on"], "effective_on")
    if effective_on is None:
        raise RowRefused("effective_on", "missing")
    return Draft(draft.version, effective_on, draft.words), reason


@router.get("/admin/questionnaire/{version}")
async def shown(version: str, request: Request) -> Response:
    """One version as residents see it, in every language."""
    try:
        found = await questionnaires.named(version[:20])
    except KeyError:
        raise NoSuchPage from None
    return await frame.page(
        request,
        "admin/questionnaire_version.html",
        version=found,
        shown_as=asked(found),
        blank=Form(),
    )


def asked(version: Version) -> list[tuple[str, tuple[Question, ...]]]:
    """What it asks, by language."""
    return [(one, questions.worded(version, one)) for one in questionnaires.LANGUAGES]


async def _preview(request: Request, form: Form, draft: Draft) -> Response:
    return await frame.page(
        request,
        "admin/questionnaire_preview.html",
        form=form,
        draft=draft,
        shown_as=asked(questionnaires.of_draft(draft)),
        blank=Form(),
        kept={name: form[name] for name in (*questionnaires.WORDS, "effective_on", "reason")},
    )


async def _form(request: Request, form: Form, *, status: int = 200) -> Response:
    fields = [
        (
            field,
            [f"{field}_{language}" for language in questionnaires.LANGUAGES],
            [(value, f"{field}_{value}_vi", f"{field}_{value}_en") for value in values],
        )
        for field, values in questionnaires.ANSWERS.items()
    ]
    return await frame.page(
        request,
        "admin/questionnaire_form.html",
        status=status,
        form=form,
        fields=fields,
        titles=frame.named(TITLES, request),
        headline=[questions.headline(language) for language in questionnaires.LANGUAGES],
        limits=drafts,
    )
