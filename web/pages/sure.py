"""Before what cannot be taken back, or shuts somebody out, a page that says so and asks why."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from feedback import drafts
from web import errors
from web.drawing import rendering
from web.forms import Form
from web.language import i18n
from web.pages import staff

GIVEN = ("do", "revoke", "rotate", "unmap")
"""The fields that say what is to be done; they travel with the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to happen, in whole sentences that are translated when shown."""

    title: str
    text: str
    button: str


def is_sure(form: Form) -> bool:
    """Whether the question was asked and answered, with the reason that goes on record."""
    return form["sure"] == "yes" and bool(why(form))


def why(form: Form) -> str:
    """The reason that was given."""
    return form["reason"].strip()[: drafts.REASON_AT_MOST]


async def ask(
    request: Request, form: Form, question: Question, *, section: str, back: str, **about: object
) -> Response:
    """The question; `about` fills its blanks, `back` is the path of the page it came from."""
    if form["sure"]:
        words = i18n.translator(rendering.language_of(request))
        missing = errors.REASONS["missing"]
        form.faults["reason"] = words.gettext(missing)
    return await staff.page(
        request,
        "staff/sure.html",
        section=section,
        status=422 if form.faults else 200,
        form=form,
        question=question,
        about=about,
        given={name: form[name] for name in GIVEN if form[name]},
        back=back,
    )
