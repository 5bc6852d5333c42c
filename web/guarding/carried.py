"""What somebody typed into a form while their session ended: carried, sealed, through signing in.

It travels in a hidden field, never in an address, and opens only for the account it was typed by.
Passwords and codes are left behind.
"""

from dataclasses import dataclass
from datetime import timedelta

from starlette.requests import Request

from feedback import contacts
from feedback.staff import sessions
from web import forms
from web.errors import ForeignForm
from web.guarding import access

FIELD = "carry"
LASTS = timedelta(hours=12)
LEFT_BEHIND = ("password", "code", "seed", forms.TOKEN, FIELD)


@dataclass(frozen=True, slots=True)
class Carried:
    """A form on its way: where it goes, its words, and what else it held."""

    path: str
    words: dict[str, str]
    others: dict[str, str]


async def pack(request: Request) -> str:
    """The form of a POST whose session has ended, sealed; empty where there is nothing to carry."""
    kind = request.headers.get("content-type", "")
    if request.method != "POST" or not kind.startswith("application/x-www-form-urlencoded"):
        return ""
    state = request.app.state
    account = await sessions.last_of(access.session_token(request), state.keys)
    if account is None:
        return ""
    try:
        form = await forms.read(request)
    except ForeignForm:
        return ""
    values = {
        name: value
        for name, value in form.values.items()
        if not any(secret in name for secret in LEFT_BEHIND)
    }
    until = (state.clock() + LASTS).timestamp()
    content = [FIELD, account, request.url.path, values, until]
    return contacts.seal(content, state.keys).decode()


def unpack(sealed: str, request: Request, account_id: int) -> Carried | None:
    """The form again, if this account typed it and not too long ago."""
    state = request.app.state
    try:
        what, account, path, values, until = contacts.unseal(
            sealed.encode("utf-8", "replace"), state.keys
        )
    except (ValueError, TypeError):
        return None
    if what != FIELD or account != account_id or state.clock().timestamp() >= until:
        return None
    words = {name: value for name, value in values.items() if any(map(str.isspace, value))}
    others = {name: value for name, value in values.items() if name not in words}
    return Carried(path, words, others)
