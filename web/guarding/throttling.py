"""Cost, not lock-out: whoever asks too much pays with work or a wait, and is never refused.

A budget belongs to an address (a whole village may share one), to a visitor's cookie, and for
guesses of codes to all together. What is counted: filings that were taken, codes that opened
nothing, sign-ins that failed. Whoever stays within pays nothing and notices nothing.

Without a proxy named in the settings everybody behind one seems to be this machine itself; filing
from there is not counted.
"""

import ipaddress
import logging
from collections.abc import Mapping
from dataclasses import dataclass, replace
from functools import lru_cache

from starlette.requests import Request
from starlette.types import ASGIApp, Message, Receive, Scope, Send

from feedback import codes
from feedback.codes import Keyring
from web import forms
from web.errors import SlowDown
from web.guarding import devices, work
from web.guarding.buckets import Buckets, Budget
from web.guarding.work import Price

log = logging.getLogger(__name__)

WORK, SOLUTION, TICKET = "work", "solution", "ticket"
HEADER = "hailong-work"


@dataclass(frozen=True, slots=True)
class Kind:
    """Something that is counted: when it was done, by the status of the answer, and its budgets."""

    name: str
    counted: frozenset[int]
    address: Budget
    visitor: Budget
    everybody: Budget | None = None
    account: Budget | None = None
    is_own_machine_free: bool = False


FILE = Kind(
    "file",
    frozenset({201, 303}),
    address=Budget(burst=300, per_hour=600, debt=600),
    visitor=Budget(burst=10, per_hour=30, debt=60),
    is_own_machine_free=True,
)
CODE = Kind(
    "code",
    frozenset({404}),
    address=Budget(burst=30, per_hour=120, debt=240),
    visitor=Budget(burst=10, per_hour=60, debt=120),
    everybody=Budget(burst=3000, per_hour=30_000, debt=15),
)
SIGN_IN = Kind(
    "sign_in",
    frozenset({401}),
    address=Budget(burst=20, per_hour=60, debt=120),
    visitor=Budget(burst=5, per_hour=30, debt=60),
    everybody=Budget(burst=500, per_hour=3000, debt=15),
    account=Budget(burst=10, per_hour=30, debt=60),
)
RESET = Kind(
    "reset",
    frozenset({303}),
    address=Budget(burst=20, per_hour=30, debt=60),
    visitor=Budget(burst=5, per_hour=10, debt=30),
)

SUBSCRIBE = replace(RESET, name="subscribe")

LIMITED: Mapping[tuple[str, str], Kind] = {
    ("POST", "/api/v1/cases"): FILE,
    ("POST", "/{lang:lang}/complaints/new"): FILE,
    ("POST", "/api/v1/cases/track"): CODE,
    ("POST", "/api/v1/cases/reply"): CODE,
    ("POST", "/api/v1/cases/reopen"): CODE,
    ("POST", "/api/v1/cases/withdraw"): CODE,
    ("POST", "/api/v1/cases/rate"): CODE,
    ("POST", "/api/v1/cases/appeal"): CODE,
    ("POST", "/api/v1/cases/attachments"): CODE,
    ("POST", "/api/v1/cases/object"): CODE,
    ("POST", "/api/v1/cases/reach"): CODE,
    ("POST", "/api/v1/cases/erase"): CODE,
    ("POST", "/api/v1/ratings"): CODE,
    ("POST", "/{lang:lang}/track"): CODE,
    ("POST", "/{lang:lang}/rate"): CODE,
    ("POST", "/{lang:lang}/rate/answer"): CODE,
    ("POST", "/{lang:lang}/sign-in"): SIGN_IN,
    ("POST", "/{lang:lang}/password/forgotten"): RESET,
    ("POST", "/{lang:lang}/password/new"): CODE,
    ("POST", "/{lang:lang}/subscribe"): SUBSCRIBE,
    ("POST", "/{lang:lang}/subscribe/confirm"): CODE,
}
# Of a form of several pages only the last one is something done.
LAST_PAGE = {"step": "send"}


@dataclass(frozen=True, slots=True)
class Verdict:
    """How far somebody is over a budget, and the price of going on; no price within it."""

    excess: float
    price: Price | None

    @property
    def is_free(self) -> bool:
        return self.price is None


# How many may wait side by side: of one visitor few, so that they leave room for neighbours.
WAITING_VISITOR = Budget(burst=3, per_hour=120, debt=0)
WAITING_ADDRESS = Budget(burst=60, per_hour=1800, debt=0)


def address_of(request: Request) -> str:
    """Who asks, as far as a network tells: an IPv4 address, or the /64 of an IPv6 one.

    Of `X-Forwarded-For` only what our own proxies wrote is believed, as many as the settings say.
    """
    proxies: int = request.app.state.settings.proxies
    said = request.headers.get("x-forwarded-for", "").split(",")
    host = request.client.host if request.client else ""
    if proxies and len(said) >= proxies:
        host = said[-proxies].strip()
    return coarse(host)


@lru_cache(maxsize=4096)
def coarse(host: str) -> str:
    """`203.0.113.7` as it is, `2001:db8::1` as `2001:db8::/64`; what is no address stays."""
    try:
        address = ipaddress.ip_address(host)
    except ValueError:
        return host
    if isinstance(address, ipaddress.IPv6Address):
        if address.ipv4_mapped:
            return str(address.ipv4_mapped)
        return str(ipaddress.ip_network((address, 64), strict=False))
    return str(address)


async def charge(request: Request, kind: Kind, *, cost: float = 1.0) -> Verdict:
    """Count one more; what the next one costs. With `cost=0` only the latter."""
    worst = 0.0
    for name, budget in _buckets_of(request, kind):
        buckets: Buckets = request.app.state.buckets
        left = await buckets.drain(name, budget, at=_now(request), cost=cost)
        worst = max(worst, 1.0 - left)
    return Verdict(worst, work.price(worst) if worst > 0 else None)


def _buckets_of(request: Request, kind: Kind) -> list[tuple[str, Budget]]:
    address = address_of(request)
    if kind.is_own_machine_free and _is_own_machine(address):
        return []
    found = [(_name(request, kind, "address", address), kind.address)]
    # A cookie just made up tells nothing: whoever drops theirs is counted by address alone.
    if request.scope.get("state", {}).get("is_known_visitor"):
        visitor = request.state.csrf_token
        found.append((_name(request, kind, "visitor", visitor), kind.visitor))
    whose, device = request.scope.get("state", {}).get("limited_account", ("", ""))
    if kind.account and device:
        # A browser its owner signed in with before: others' guesses cost its owner nothing.
        return [(_name(request, kind, "device", device), kind.visitor)]
    if kind.account and whose:
        found.append((_name(request, kind, "account", whose), kind.account))
    if kind.everybody:
        found.append((f"{kind.name}:everybody", kind.everybody))
    return found


def is_from_outside(request: Request) -> bool:
    """Whether it came over the network, and not from this machine itself."""
    return not _is_own_machine(address_of(request))


@lru_cache(maxsize=4096)
def _is_own_machine(address: str) -> bool:
    try:
        return ipaddress.ip_address(address).is_loopback
    except ValueError:
        return False


def _name(request: Request, kind: Kind, what: str, whom: str) -> str:
    return f"{kind.name}:{what}:{_hashed(what, whom, request.app.state.keys)}"


# The same few ask again and again: looking is cheaper than hashing.
@lru_cache(maxsize=4096)
def _hashed(what: str, whom: str, keys: Keyring) -> str:
    return codes.keyed_hash(f"bucket {what}", whom, keys).hex()[:24]


def _now(request: Request) -> float:
    moment: float = request.app.state.clock().timestamp()
    return moment


async def admit(request: Request, kind: Kind) -> None:
    """Let through whoever is within budget or has paid; raises `SlowDown` with the price."""
    verdict = await charge(request, kind, cost=0)
    if verdict.price is None:
        return
    values = await _sent(request)
    if any(name in values and values[name] != last for name, last in LAST_PAGE.items()):
        return
    if not await _has_paid(request, kind, values, verdict.price):
        raise await _slow_down(request, kind, values, verdict.price)


async def _sent(request: Request) -> dict[str, str]:
    """The form, or what a program sends in the header: a puzzle, a colon, its solution."""
    if request.headers.get("content-type", "").startswith("application/x-www-form-urlencoded"):
        return dict((await forms.read(request)).values)
    puzzle, _, solution = request.headers.get(HEADER, "").partition(":")
    return {WORK: puzzle.strip(), SOLUTION: solution.strip()}


async def _has_paid(request: Request, kind: Kind, values: Mapping[str, str], price: Price) -> bool:
    keys, at = request.app.state.keys, _now(request)
    offer = work.solved(values.get(WORK, ""), values.get(SOLUTION, ""), at=at, keys=keys)
    if offer is not None and offer.amount < price.bits - 2:
        offer = None  # saved up from when it was cheap
    offer = offer or work.waited(values.get(TICKET, ""), at=at, keys=keys)
    if offer is None or offer.what != kind.name or offer.whom != _whom(request):
        return False
    buckets: Buckets = request.app.state.buckets
    return await buckets.spend(offer.name, at=at, seconds=work.LASTS * 2)


def _whom(request: Request) -> str:
    return codes.keyed_hash("payer", address_of(request), request.app.state.keys).hex()[:16]


async def _slow_down(
    request: Request, kind: Kind, values: Mapping[str, str], price: Price
) -> SlowDown:
    keys, at, whom = request.app.state.keys, _now(request), _whom(request)
    kept = values.get(TICKET, "")
    seconds = work.left(kept, at=at, keys=keys)
    if not seconds:
        seconds, kept = price.seconds, ""
        if await _may_wait(request, kind, whom):
            kept = work.ticket(kind.name, whom, seconds, at=at, keys=keys)
    asked = work.puzzle(kind.name, whom, price.bits, at=at, keys=keys)
    typed = {n: v for n, v in values.items() if n not in {WORK, SOLUTION, TICKET, forms.TOKEN}}
    return SlowDown(asked, kept, seconds, typed)


async def _may_wait(request: Request, kind: Kind, whom: str) -> bool:
    """Whether there is room among those who wait; only a browser that keeps cookies does."""
    if not request.scope["state"].get("is_known_visitor"):
        return False
    buckets, at = request.app.state.buckets, _now(request)
    for name, budget in (
        (_name(request, kind, "waiting", request.state.csrf_token), WAITING_VISITOR),
        (_name(request, kind, "waiting", whom), WAITING_ADDRESS),
    ):
        if await buckets.drain(name, budget, at=at, cost=0) < 1:
            return False
        await buckets.drain(name, budget, at=at, cost=1)
    return True


class Counting:
    """Counts, once the answer is known, what `access.check` found to be limited."""

    def __init__(self, app: ASGIApp) -> None:
        self.app = app

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] != "http":
            await self.app(scope, receive, send)
            return
        state = scope.setdefault("state", {})

        async def sending(message: Message) -> None:
            kind: Kind | None = state.get("limited")
            if kind and message.get("status") in kind.counted:
                await charge(state["limited_request"], kind)
            await send(message)

        await self.app(scope, receive, sending)


async def check(request: Request, route: tuple[str, str]) -> None:
    """Before anything limited is done: `SlowDown`, or remember that it is to be counted."""
    kind = LIMITED.get(route)
    if kind is None:
        return
    request.state.limited = kind
    request.state.limited_request = request
    if kind.account:
        name = (await forms.read(request))["name"].strip()
        request.state.limited_account = (name, devices.known(request, name))
    try:
        await admit(request, kind)
    except SlowDown:
        request.state.limited = None
        raise
