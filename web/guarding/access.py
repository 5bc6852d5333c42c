"""Who asks, and whether the route is for them. What has no row in the table does not start."""

from fastapi.routing import APIRoute
from starlette.requests import Request

from feedback import agency_keys
from feedback.actors import AgencySystem, Resident, Staff
from feedback.codes import Keyring
from feedback.errors import RoleMayNot, ScopeMissing
from feedback.models import Role
from feedback.staff import sessions
from feedback.staff.sessions import Signed
from sla.acts import Actor
from web.errors import CodeOwed, NoSuchPage, NotSignedIn, WebError
from web.guarding import guards, throttling
from web.guarding.access_table import ACCESS, Whom
from web.storage import sight

SESSION = "hailong_session"


# Where a member of staff begins the day.
LANDING: dict[Role, str] = {
    Role.OFFICER: "inbox",
    Role.HEAD: "inbox",
    Role.COORDINATOR: "inbox",
    Role.AUDITOR: "inbox",
    Role.PUBLISHER: "publishing",
    Role.ADMINISTRATOR: "admin",
    Role.INSPECTOR: "handed-over",
}


# What auditors write: their own account and their own lists.
AUDITORS_OWN = frozenset(
    ("POST", f"/{{lang:lang}}/{path}")
    for path in (
        "account/password",
        "account/recovery-codes",
        "account/second-factor",
        "account/sessions",
        "inbox/lists",
        "inbox/lists/forget",
        "inbox/lists/rename",
        "sign-in/code",
    )
)


def may_open(staff: Staff, path: str) -> bool:
    """Whether a page without parameters (`inbox`) is for this member of staff."""
    return staff.role in ACCESS["GET", f"/{{lang:lang}}/{path}"].roles


def check_complete(routes: set[tuple[str, str]]) -> None:
    """Raises RuntimeError when a route has no row, or a row no route."""
    if routes != set(ACCESS):
        missing, idle = sorted(routes - set(ACCESS)), sorted(set(ACCESS) - routes)
        raise RuntimeError(f"access table: without a row {missing}, without a route {idle}")


async def check(request: Request) -> None:
    """Raise `NotSignedIn` or `RoleMayNot` unless the request is for whom its route is.

    What the guards refused by its head alone ends here, before anything is asked.
    """
    refusal: WebError | None = request.state.refusal
    if refusal is not None:
        raise refusal
    if "\0" in request.scope["path"]:
        raise NoSuchPage  # the database cannot even be asked about such a name
    found = request.scope["route"]
    route = _method(request), found.path if isinstance(found, APIRoute) else ""
    whom = ACCESS[route]
    actor = await actor_of(request)
    signed: Signed | None = request.state.signed
    if signed and whom.halfway:
        actor = signed.staff
    request.state.actor = actor
    sight.take(_sight(actor, route, whom))
    await throttling.check(request, route)
    if whom.everybody:
        return
    if isinstance(actor, Resident):
        raise NotSignedIn if signed is None else CodeOwed(has_factor=signed.owes_code)
    if isinstance(actor, AgencySystem):
        _check_scope(actor, whom)
    if isinstance(actor, Staff) and actor.role not in whom.roles:
        raise RoleMayNot(actor.role)


def _sight(actor: Actor, route: tuple[str, str], whom: Whom) -> str:
    if whom.everybody:
        return sight.RESIDENT
    found = sight.of(actor)
    return sight.CITY if found == sight.AUDITOR and route in AUDITORS_OWN else found


def _check_scope(system: AgencySystem, whom: Whom) -> None:
    if whom.scope is None:
        raise RoleMayNot("agency key")
    if whom.scope not in system.scopes:
        raise ScopeMissing(whom.scope)


def _method(request: Request) -> str:
    return "GET" if request.method == "HEAD" else request.method


async def actor_of(request: Request) -> Actor:
    """Who is asking: staff by session, a system by its key, else a resident.

    A session before its second factor is nobody's: it stands in `request.state.signed` alone.
    """
    request.state.signed = None
    keys: Keyring = request.app.state.keys
    scheme, _, secret = request.headers.get("authorization", "").partition(" ")
    if scheme.lower() == "bearer":
        state = request.app.state
        system = await agency_keys.holder(secret.strip(), keys, at=state.clock(), on=state.today())
        if system is None:
            raise NotSignedIn
        return system
    token = session_token(request)
    if token:
        with sight.seeing(sight.ANYBODY):
            signed = await sessions.of_token(token, keys, at=request.app.state.clock())
        request.state.signed = signed
        settings = request.app.state.settings
        if signed and signed.is_whole(required=settings.is_second_factor_required):
            return signed.staff
    return Resident(device=_device(request))


def session_token(request: Request) -> str:
    """The secret of the session cookie, or nothing."""
    name = guards.cookie_name(SESSION, secure=request.app.state.secure)
    return guards.cookies(request.headers).get(name, "")


def _device(request: Request) -> str:
    """What tells two devices apart without naming anybody; only ever hashed with the day."""
    return f"{throttling.address_of(request)} {request.headers.get('user-agent', '')}"
