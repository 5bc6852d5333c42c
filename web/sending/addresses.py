"""Where our calls may go: the open internet by https, and what the operator has named besides.

A name is looked up once, every address it has is judged, and the call goes to the address that was
judged: a name that answers otherwise a moment later gains nothing (DNS rebinding).
"""

import asyncio
import ipaddress
import re
import socket
from collections.abc import Awaitable, Callable, Collection
from dataclasses import dataclass
from urllib.parse import urlsplit

from feedback.errors import NotAFact

URL_AT_MOST = 500
Resolve = Callable[[str, int], Awaitable[list[str]]]
"""The addresses of a host and port; raises OSError where there are none."""

_HOST = re.compile(r"[a-z0-9]([a-z0-9.-]{0,251}[a-z0-9])?|[0-9a-f:.]{2,45}")
_PATH = re.compile(r"[\x21-\x7e]*")
# Of IPv6 only what is given out is the internet: no IPv4 address in its clothes, and nothing that
# carries one inside (6to4, Teredo) or is there for examples (RFC 6890, 3849, 9637). Of IPv4 not
# what is kept for protocols or once led to relays (RFC 6890, 7526), though Python lets it pass.
_GIVEN_OUT = ipaddress.IPv6Network("2000::/3")
_KEPT_BACK = tuple(map(ipaddress.IPv4Network, ("192.0.0.0/24", "192.88.99.0/24")))
_NOT_GIVEN_OUT = tuple(
    map(ipaddress.IPv6Network, ("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20"))
)


@dataclass(eq=False)
class NotThere(Exception):
    """Nobody is called there; `why` is a word."""

    why: str


@dataclass(frozen=True, slots=True)
class Site:
    """Where a call goes, as it is written."""

    scheme: str
    host: str
    port: int
    path: str

    @property
    def netloc(self) -> str:
        """Host and, where it is not the usual one, port."""
        host = f"[{self.host}]" if ":" in self.host else self.host
        return host if self.port == _USUAL[self.scheme] else f"{host}:{self.port}"

    @property
    def url(self) -> str:
        return f"{self.scheme}://{self.netloc}{self.path}"

    def is_named(self, inside: Collection[str]) -> bool:
        """Whether the operator has named this host, with any port or with this one."""
        return not {self.host, f"{self.host}:{self.port}"}.isdisjoint(inside)


_USUAL = {"http": 80, "https": 443}


def site(text: str, inside: Collection[str] = ()) -> Site:
    """An address somebody typed. Raises `NotAFact` about `url`.

    By https, or by either where the operator has named the host. Without user, query or fragment:
    nothing secret is to stand in it, a signature says who calls.
    """
    typed = text.strip()
    if not typed:
        raise NotAFact("url", "missing")
    if len(typed) > URL_AT_MOST:
        raise NotAFact("url", "too_long", URL_AT_MOST)
    found = _parts(typed)
    if found.is_named(inside):
        return found
    if found.scheme != "https":
        raise NotAFact("url", "not_https")
    if not _looks_public(found.host):
        raise NotAFact("url", "not_public")
    return found


def _parts(typed: str) -> Site:
    try:
        parts = urlsplit(typed)
        host, port = (parts.hostname or "").rstrip("."), parts.port
    except ValueError:
        raise NotAFact("url", "not_an_address") from None
    is_plain = parts.scheme in _USUAL and not (parts.query or parts.fragment or "@" in parts.netloc)
    if not (is_plain and _HOST.fullmatch(host) and _PATH.fullmatch(parts.path)) or port == 0:
        raise NotAFact("url", "not_an_address")
    if typed.endswith(("?", "#")):
        raise NotAFact("url", "not_an_address")
    return Site(parts.scheme, host, port or _USUAL[parts.scheme], parts.path or "/")


def _looks_public(host: str) -> bool:
    """What can be said of a host before its name is looked up."""
    try:
        return is_public(host)
    except ValueError:
        last = host.rpartition(".")[2]
        return "." in host and not last.isdigit() and last not in {"localhost", "local", "internal"}


def is_public(text: str) -> bool:
    """Whether an IP address is one of the open internet. ValueError where it is none."""
    address = ipaddress.ip_address(text.partition("%")[0])
    if isinstance(address, ipaddress.IPv6Address):
        is_bad = any(address in network for network in _NOT_GIVEN_OUT)
        return address in _GIVEN_OUT and not is_bad
    is_kept_back = any(address in network for network in _KEPT_BACK)
    return address.is_global and not address.is_multicast and not is_kept_back


async def pinned(to: Site, inside: Collection[str], resolve: Resolve) -> str:
    """The IP address to call, looked up now. Raises `NotThere`.

    One address among them that is not public is enough to refuse the name.
    """
    try:
        found = await resolve(to.host, to.port)
    except (OSError, UnicodeError):
        raise NotThere("no_such_host") from None
    if not found:
        raise NotThere("no_such_host")
    if not to.is_named(inside) and not all(map(is_public, found)):
        raise NotThere("not_public")
    return found[0].partition("%")[0]


async def looked_up(host: str, port: int) -> list[str]:
    """As the machine's own resolver says."""
    loop = asyncio.get_running_loop()
    found = await loop.getaddrinfo(host, port, type=socket.SOCK_STREAM)
    return [str(sockaddr[0]) for *_, sockaddr in found]
