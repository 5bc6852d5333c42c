"""What the database shows to whom: the second net behind what queries keep apart.

Row security asks a setting of the connection, `hailong.sight`, and the engine makes every
connection carry the sight of whoever asks, before anything is asked through it. Nobody's sight is
the default, and sees no case: what forgets to say for whom it works gets nothing.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Final

from starlette.types import ASGIApp, Receive, Scope, Send

from feedback.actors import AgencySystem, Staff
from feedback.models import Role
from feedback.permissions import OPEN_SEALED, SEE_ALL
from sla.acts import Actor

NOBODY: Final = ""
ANYBODY: Final = "anybody"  # asks only for what is shown to all, such as who is signed in
SYSTEM: Final = "system"  # jobs and commands: all there is
RESIDENT: Final = "resident"  # whoever holds a code; found by its hash alone
CITY: Final = "city"  # staff who see every agency's cases
AUDITOR: Final = "auditor"  # so do these, and change nothing: the engine lets them read only
RECEIVER: Final = "receiver"  # who opens what is sealed, and sees no case

_current: ContextVar[str] = ContextVar("sight", default=NOBODY)


def current() -> str:
    """The sight in which this task works."""
    return _current.get()


def take(sight: str) -> None:
    """Work in this sight from now on: for as long as the request lasts, or the task."""
    _current.set(sight)


@contextmanager
def seeing(sight: str) -> Iterator[None]:
    """Work in this sight inside, and as before afterwards."""
    before = current()
    take(sight)
    try:
        yield
    finally:
        take(before)


def of(actor: Actor) -> str:
    """The sight of staff and of agencies' systems; nobody's for all others."""
    match actor:
        case Staff(role=Role.AUDITOR):
            return AUDITOR
        case Staff(role=role) if role in SEE_ALL:
            return CITY
        case Staff(agency_id=int(own)) | AgencySystem(agency_id=own):
            return f"agency:{own}"
        case Staff(role=role) if role in OPEN_SEALED:
            return RECEIVER
    return NOBODY


class Sighted:
    """Each request begins in nobody's sight; what `access.check` finds ends with it."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        with seeing(NOBODY):
            await self.app(scope, receive, send)
