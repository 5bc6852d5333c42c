"""What stands before every request, as plain ASGI: size, origin, headers, the visitor's token.

Nothing here knows of cases. What is refused here is answered like any refusal, as a page or a
problem, but nothing of its body is read and nobody is asked who sent it.
"""

import secrets
from http.cookies import CookieError, SimpleCookie
from typing import Final
from urllib.parse import urlsplit

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.errors import ForeignForm, TooLarge, WebError
from web.guarding import limits

SAFE_METHODS: Final = frozenset({"GET", "HEAD", "OPTIONS"})
VISITOR = "hailong_visitor"

HEADERS: Final = {
    "content-security-policy": (
        "default-src 'none'; script-src 'self'; style-src 'self'; font-src 'self'; "
        "img-src 'self' data:; connect-src 'self'; manifest-src 'self'; form-action 'self'; "
        "base-uri 'none'; frame-ancestors 'none'"
    ),
    "referrer-policy": "no-referrer",
    "x-content-type-options": "nosniff",
    "x-frame-options": "DENY",
    "cross-origin-opener-policy": "same-origin",
    "permissions-policy": "geolocation=(), camera=(), microphone=()",
}


class Guard:
    """Limits bodies, refuses forms from other sites, marks visitors, sets headers.

    `secure` says that the site is reached by https alone: cookies are then `__Host-` ones.
    """

    def __init__(self, app: ASGIApp, *, secure: bool) -> None:
        self.app = app
        self.secure = secure

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        headers = Headers(scope=scope)
        at_most = limits.body(scope["path"], headers.get("content-type", ""))
        state = scope.setdefault("state", {})
        state["refusal"] = _refusal(scope["method"], headers, at_most)
        visitor, is_new = self._visitor(headers)
        state["csrf_token"] = visitor
        state["is_known_visitor"] = not is_new
        taking = _nothing if state["refusal"] else _limited(receive, at_most)
        await self.app(scope, taking, self._marked(send, scope, visitor, is_new))

    def _visitor(self, headers: Headers) -> tuple[str, bool]:
        known = cookies(headers).get(cookie_name(VISITOR, secure=self.secure), "")
        return (known, False) if len(known) == 43 else (secrets.token_urlsafe(32), True)

    def _marked(self, send: Send, scope: Scope, visitor: str, is_new: bool) -> Send:
        async def sending(message: Message) -> None:
            if message["type"] == "http.response.start":
                headers = MutableHeaders(scope=message)
                for name, value in HEADERS.items():
                    headers.setdefault(name, value)
                is_page = headers.get("content-type", "").startswith("text/html")
                if is_page:
                    headers.setdefault("cache-control", "no-store")
                if is_new and is_page and "max-age" not in headers.get("cache-control", ""):
                    headers.append("set-cookie", cookie(VISITOR, visitor, secure=self.secure))
            await send(message)

        return sending


def is_foreign(headers: Headers) -> bool:
    """Whether a browser says that another site sent this. Programs say nothing, and may."""
    site = headers.get("sec-fetch-site")
    if site is not None:
        return site not in {"same-origin", "none"}
    origin = headers.get("origin")
    return origin is not None and urlsplit(origin).netloc != headers.get("host", "")


def cookies(headers: Headers) -> dict[str, str]:
    """The cookies of a request; what cannot be read is no cookie."""
    found: dict[str, str] = {}
    for part in headers.get("cookie", "").split(";"):
        try:
            found |= {name: morsel.value for name, morsel in SimpleCookie(part.strip()).items()}
        except CookieError:
            continue
    return found


def cookie_name(name: str, *, secure: bool) -> str:
    """Over https the browser itself keeps the cookie to this host."""
    return f"__Host-{name}" if secure else name


def cookie(name: str, value: str, *, secure: bool, lasts: int | None = None) -> str:
    """A `Set-Cookie` value for this host alone; `lasts` in seconds, else until the browser ends."""
    parts = [f"{cookie_name(name, secure=secure)}={value}", "Path=/", "HttpOnly", "SameSite=Lax"]
    if secure:
        parts.append("Secure")
    if lasts is not None:
        parts.append(f"Max-Age={lasts}")
    return "; ".join(parts)


def int_or_zero(text: str | None) -> int:
    return int(text) if text and text.isdecimal() and len(text) < 19 else 0


def _limited(receive: Receive, at_most: int) -> Receive:
    """A body that claims to be small and is not, ends as too large."""
    taken = 0

    async def receiving() -> Message:
        nonlocal taken
        message = await receive()
        taken += len(message.get("body", b""))
        if taken > at_most:
            raise TooLarge
        return message

    return receiving


def _refusal(method: str, headers: Headers, at_most: int) -> WebError | None:
    """Why a request goes no further, as far as its head tells."""
    if int_or_zero(headers.get("content-length")) > at_most:
        return TooLarge()
    if method not in SAFE_METHODS and is_foreign(headers):
        return ForeignForm()
    return None


async def _nothing() -> Message:
    return {"type": "http.request", "body": b"", "more_body": False}
