"""What is shown to somebody who asks too much at once: their machine works, or they wait."""

from starlette.requests import Request
from starlette.responses import Response

from web.drawing import rendering
from web.errors import SlowDown
from web.forms import Form

# Never carried through a page: asked for again.
SECRET = frozenset({"password"})


def page(request: Request, error: SlowDown) -> Response:
    """The same form again, with a puzzle for the script and a ticket for who waits."""
    return rendering.page(
        request,
        "errors/slow_down.html",
        status=429,
        headers={"Retry-After": str(error.seconds), "Cache-Control": "no-store"},
        form=Form(),
        puzzle=error.puzzle,
        ticket=error.ticket,
        seconds=error.seconds,
        carried={n: v for n, v in error.values.items() if n not in SECRET},
        asks_again=sorted(SECRET & set(error.values)),
    )
