"""A page is said of one moment: while it is made, agencies, services and calendars stand still."""

from starlette.types import ASGIApp, Receive, Scope, Send

from sla import charter

_READING = {"GET", "HEAD"}  # which change nothing


class Steady:
    """Each request that only reads reads the charter once."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http" or scope["method"] not in _READING:
            await self.app(scope, receive, send)
            return
        with charter.steady():
            await self.app(scope, receive, send)
