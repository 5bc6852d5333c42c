"""Before what cannot be taken back, or shuts somebody out, a page that says so and asks again."""

from dataclasses import dataclass

from starlette.requests import Request
from starlette.responses import Response

from web.forms import Form
from web.pages import staff

GIVEN = ("do", "revoke", "unmap")
"""The fields that say what is to be done; they travel with the question."""


@dataclass(frozen=True, slots=True)
class Question:
    """What is about to happen, in whole sentences that are translated when shown."""

    title: str
    text: str
    button: str


def is_sure(form: Form) -> bool:
    """Whether the question was asked and answered."""
    return form["sure"] == "yes"


async def ask(
    request: Request, form: Form, question: Question, *, section: str, back: str, **about: object
) -> Response:
    """The question; `about` fills its blanks, `back` is the path of the page it came from."""
    return await staff.page(
        request,
        "staff/sure.html",
        section=section,
        question=question,
        about=about,
        given={name: form[name] for name in GIVEN if form[name]},
        back=back,
    )
