"""What a visitor's browser keeps for us between two pages: sealed, for minutes, never in a URL."""

from datetime import timedelta
from typing import Any

from starlette.requests import Request
from starlette.responses import Response

from feedback import contacts
from web.guarding import guards

# The receipt is shown once; the case stays at hand while somebody reads it.
RECEIPT, CASE, THANKS = "hailong_receipt", "hailong_case", "hailong_thanks"
LASTS = {
    RECEIPT: timedelta(minutes=15),
    CASE: timedelta(minutes=30),
    THANKS: timedelta(minutes=15),
}


def put(response: Response, request: Request, name: str, value: object) -> None:
    """Have the browser keep a JSON value under one of the names above."""
    state = request.app.state
    until = (state.clock() + LASTS[name]).timestamp()
    sealed = contacts.seal([name, until, value], state.keys).decode()
    seconds = int(LASTS[name].total_seconds())
    _set(response, guards.cookie(name, sealed, secure=state.secure, lasts=seconds))


def get(request: Request, name: str) -> Any | None:
    """The value kept under a name; None when there is none, it is too old or not of our making."""
    state = request.app.state
    kept = guards.cookies(request.headers).get(guards.cookie_name(name, secure=state.secure), "")
    try:
        found, until, value = contacts.unseal(kept.encode(), state.keys)
    except ValueError:
        return None
    return value if found == name and state.clock().timestamp() < until else None


def drop(response: Response, request: Request, name: str) -> None:
    """Have the browser forget it."""
    _set(response, guards.cookie(name, "", secure=request.app.state.secure, lasts=0))


def in_field(code: str, request: Request) -> str:
    """A code for a hidden field of a form that may stay open longer than a cookie."""
    return contacts.seal(code, request.app.state.keys).decode()


def from_field(text: str, request: Request) -> str:
    """The code of `in_field`; empty when the field is not of our making."""
    try:
        value = contacts.unseal(text.encode("utf-8", "replace"), request.app.state.keys)
    except ValueError:
        return ""
    return value if isinstance(value, str) else ""


def _set(response: Response, cookie: str) -> None:
    response.headers.append("set-cookie", cookie)
