"""A form: what was typed, and messages beside the fields that need mending.

Every form carries the token of its own visitor, in a cookie and in itself; a form without it
comes from elsewhere.
"""

import secrets
from dataclasses import dataclass, field

from starlette.datastructures import FormData
from starlette.requests import Request

from web import errors, i18n
from web.errors import ForeignForm

FIELDS_AT_MOST = 60
PART_AT_MOST = 512 * 1024
TOKEN = "csrf_token"  # noqa: S105 -- the name of a field


@dataclass(slots=True)
class Form:
    """`values`: what was typed, by field; `faults`: what to mend, by field, in words."""

    values: dict[str, str] = field(default_factory=dict)
    faults: dict[str, str] = field(default_factory=dict)

    def __getitem__(self, name: str) -> str:
        return self.values.get(name, "")


async def read(request: Request) -> Form:
    """The form as posted. Raises `ForeignForm` when it did not come from our own page."""
    data: FormData = await request.form(
        max_fields=FIELDS_AT_MOST, max_files=0, max_part_size=PART_AT_MOST
    )
    values = {name: value for name, value in data.items() if isinstance(value, str)}
    expected = request.state.csrf_token
    if not secrets.compare_digest(values.get(TOKEN, "").encode(), expected.encode()):
        raise ForeignForm
    return Form(values)


def refused(form: Form, error: Exception, language: str) -> Form:
    """The same form with messages where the error says something is wrong."""
    words = i18n.translator(language)
    for fault in errors.faults_of(error):
        text = words.gettext(errors.REASONS[fault.reason])
        limit = i18n.localise_number(fault.limit, language) if fault.limit is not None else ""
        form.faults.setdefault(fault.field, text % {"limit": limit} if "%(" in text else text)
    about = errors.FIELDS.get(type(error))
    if about:
        form.faults.setdefault(about, words.gettext(errors.answer_to(error).title))
    return form
