"""The form of an answer: begun from a template or a draft, shown before it goes out."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from feedback import answer_drafts, answer_templates, outcomes, placeholders
from feedback.actors import Staff
from feedback.answer_templates import Template
from feedback.office.case_file import CaseFile
from feedback.timeline import Line
from web.forms import Form
from web.guarding import guards
from web.language import i18n, i18n_names
from web.language.i18n import mark
from web.pages import story

STEPS = frozenset({"template", "preview", "draft"})
LANGUAGES = {"vi": "Tiếng Việt", "en": "English"}


@dataclass(frozen=True, slots=True)
class Preview:
    """An answer as its resident will read it, in the resident's language."""

    language: str
    entry: story.Entry


async def values(
    case: CaseFile, me: Staff, form: Form | None, language: str, zone: str
) -> dict[str, Any]:
    """What the page of the form needs besides the case; without a form, the draft is its text."""
    service_id = case.service.id if case.service else None
    templates = await answer_templates.of_case(case.agency.id, service_id)
    draft = await answer_drafts.of_case(case.facts.id)
    if form is None:
        form = Form()
        if draft is not None:
            told = draft.unsent
            form.values |= {"text": told.text, "outcome": told.outcome, "cause": told.cause}
            form.values |= {"outcome_reason": told.reason, "draft": draft.version}
    elif form["step"] == "template":
        _begin(form, templates, case, me, zone)
    return {
        "form": form,
        "draft": draft,
        "templates": _offered(templates, case.language, language),
        "outcomes": [(o.value, i18n.name_of(o, language)) for o in i18n_names.OUTCOMES],
        "causes": [(c.value, i18n.name_of(c, language)) for c in i18n_names.CAUSES],
    }


def _offered(templates: list[Template], first: str, language: str) -> list[tuple[str, str]]:
    """Every template in both languages, the resident's first."""
    words = i18n.translator(language)
    everybody = words.gettext(mark("all agencies"))
    order = sorted(LANGUAGES, key=lambda one: one != first)
    whose = [one.agency.name(language) if one.agency else everybody for one in templates]
    return [
        (f"{one.id}-{spoken}", f"{one.name} ({owner}, {LANGUAGES[spoken]})")
        for spoken in order
        for one, owner in zip(templates, whose, strict=True)
    ]


def _begin(form: Form, templates: list[Template], case: CaseFile, me: Staff, zone: str) -> None:
    """Put a template before what is written already, so that nothing is lost."""
    number, _, spoken = form["template"].partition("-")
    chosen = next((one for one in templates if one.id == guards.int_or_zero(number)), None)
    if chosen is None or spoken not in LANGUAGES:
        return
    begun = placeholders.fill(chosen.text(spoken), _facts(case, me, spoken, zone))
    form.values["text"] = f"{begun}\n\n{form['text']}".strip()


def _facts(case: CaseFile, me: Staff, spoken: str, zone: str) -> dict[str, str]:
    due = case.due_at
    return {
        "reference": case.facts.reference,
        "subject": case.subject,
        "service": case.service.name(spoken) if case.service else "",
        "agency": case.agency.name(spoken),
        "due": i18n.localise_datetime(due, spoken, zone, style="long") if due else "",
        "filed": i18n.localise_datetime(case.filed_at, spoken, zone, style="long"),
        "officer": me.display_name,
        "location": case.location,
    }


def check(form: Form) -> None:
    """Whether there is something to show. Raises `Faulty`."""
    outcomes.answer(form.values)


def preview(case: CaseFile, form: Form, at: datetime) -> Preview:
    """What the resident will read, made by what makes the resident's own page. Raises `Faulty`."""
    text, told = outcomes.answer(form.values)
    detail: dict[str, object] = {"outcome": told.outcome.value, "reason": told.reason}
    line = Line("CaseAnswered", at, "staff:", detail)
    language = case.language if case.language in LANGUAGES else "vi"
    title, shown = story.answered(line, text, language)
    office = story.WHO["staff"]
    by = i18n.translator(language).gettext(office)
    return Preview(language, story.Entry(line.at, title, by, shown))
