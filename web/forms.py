"""A form: what was typed, and messages beside the fields that need mending.

Every form carries the token of its own visitor, in a cookie and in itself; a form without it
comes from elsewhere.
"""

import secrets
from base64 import b64decode, urlsafe_b64encode
from dataclasses import dataclass, field

from starlette.datastructures import FormData
from starlette.requests import Request

from web import errors
from web.errors import ForeignForm
from web.language import i18n

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
    values[TOKEN] = checked(values.get(TOKEN, ""), request.state.csrf_token)
    return Form(values)


def masked(token: str) -> str:
    """The token as a page shows it: other letters in every answer, so that the length of a packed
    page tells nothing about it (BREACH).
    """
    pad = secrets.token_bytes(len(token.encode()))
    return urlsafe_b64encode(pad + _xor(pad, token.encode())).decode()


def checked(given: str, token: str) -> str:
    """The visitor's token, if `given` is it under a mask. Raises `ForeignForm`."""
    try:
        both = b64decode(given.encode(), b"-_", validate=True)
    except ValueError:
        raise ForeignForm from None
    half = len(both) // 2
    if not token or not secrets.compare_digest(_xor(both[:half], both[half:]), token.encode()):
        raise ForeignForm
    return token


def _xor(pad: bytes, text: bytes) -> bytes:
    return bytes(a ^ b for a, b in zip(pad, text, strict=False))


def refused(form: Form, error: Exception, language: str) -> Form:
    """The same form with messages where the error says something is wrong."""
    words = i18n.translator(language)
    for fault in errors.faults_of(error):
        text = words.gettext(errors.REASONS[fault.reason])
        limit = i18n.localise_number(fault.limit, language) if fault.limit is not None else ""
        form.faults.setdefault(fault.field, text % {"limit": limit} if "%(" in text else text)
    about = errors.FIELDS.get(type(error))
    if about:
        form.faults.setdefault(about, errors.told(error, language))
    return form


def blame(form: Form, field: str, error: Exception, language: str) -> int:
    """Put what an error says beside a field ("" is the whole form); the status to answer with."""
    form.faults[field] = errors.told(error, language)
    return errors.answer_to(error).status
