"""Text goes gzipped to whoever takes it, unless it holds a secret for one pair of eyes.

BREACH (2013) reads a secret out of the length of a packed answer that also repeats what the
attacker wrote, such as an address or a search. Two things keep it empty-handed.
The token of every form is masked anew each time (`forms.masked`). And whoever asks with a session,
a key or a case at hand is answered unpacked, as what is shown to them alone may be worth guessing;
forms from other sites are refused before (`guards`), so that nobody else writes what they post.
"""

import gzip
from typing import Final

from starlette.datastructures import Headers, MutableHeaders
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from web.guarding import guards

AT_LEAST: Final = 1024
"""Bytes below which packing gains no packet."""

LEVEL: Final = 5
_TEXTS: Final = ("text/", "application/json", "application/problem+json", "image/svg+xml")


class Packing:
    """Packs whole answers of text; what is streamed, packed already or small stays as it is."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] == "HEAD":
            await self.app(scope, receive, send)
            return
        asked = Headers(scope=scope)
        may_pack = takes_gzip(asked.get("accept-encoding", "")) and not _has_secret(asked)
        start: Message = {}

        async def sending(message: Message) -> None:
            nonlocal start
            if message["type"] == "http.response.start":
                start = message
                return
            if start:
                message = _packed(start, message, may_pack=may_pack)
                await send(start)
                start = {}
            await send(message)

        await self.app(scope, receive, sending)


def takes_gzip(accepted: str) -> bool:
    """Whether an `Accept-Encoding` allows gzip: named, or by `*`, and not with weight zero."""
    for wish in accepted.lower().split(","):
        name, _, weight = wish.replace(" ", "").partition(";")
        if name in {"gzip", "*"}:
            return weight not in {"q=0", "q=0.0", "q=0.00", "q=0.000"}
    return False


def wants(accepted: str, content: bytes) -> bool:
    """Whether to pack this for whoever accepts that."""
    return len(content) >= AT_LEAST and takes_gzip(accepted)


def _has_secret(asked: Headers) -> bool:
    """Whether a request shows more than the token of a visitor, which stands masked in pages."""
    if "authorization" in asked:
        return True
    ours = {guards.cookie_name(guards.VISITOR, secure=secure) for secure in (False, True)}
    return any(name not in ours for name in guards.cookies(asked))


def _packed(start: Message, message: Message, *, may_pack: bool) -> Message:
    headers = MutableHeaders(scope=start)
    is_text = headers.get("content-type", "").startswith(_TEXTS)
    if not is_text or "content-encoding" in headers or "vary" in headers:
        return message
    headers["vary"] = "Accept-Encoding, Cookie"
    body = message.get("body", b"")
    if not may_pack or message.get("more_body") or len(body) < AT_LEAST:
        return message
    body = gzip.compress(body, LEVEL, mtime=0)
    headers["content-encoding"] = "gzip"
    headers["content-length"] = str(len(body))
    return {**message, "body": body}
