"""Where an answer comes from, as far as a day's fingerprint of it is kept (feedback.sources)."""

import ipaddress

from starlette.requests import Request

from feedback import sources
from feedback.actors import Resident
from feedback.sources import Source
from web.guarding import throttling

NEIGHBOURS = {4: 24, 6: 48}
"""Bits of an address that neighbours share, by version."""


def source(request: Request) -> Source:
    """The day's pseudonyms of the visitor's cookie and of their network.

    A program that keeps no cookie is known by what it calls itself and from where. What comes from
    this machine itself, as behind a proxy nobody named, is from no network.
    """
    state = request.app.state
    actor = request.state.actor
    visitor = request.state.csrf_token if request.state.is_known_visitor else ""
    return sources.source(
        device=visitor or (actor.device if isinstance(actor, Resident) else ""),
        network=network(throttling.address_of(request)),
        on=state.clock().astimezone(state.settings.zone).date(),
        keys=state.keys,
    )


def network(host: str) -> str:
    """The /24 of an IPv4 address, the /48 of an IPv6 one; nothing for any other, or a loopback."""
    try:
        address = ipaddress.ip_network(host, strict=False).network_address
    except ValueError:
        return ""
    if address.is_loopback:
        return ""
    return str(ipaddress.ip_network((address, NEIGHBOURS[address.version]), strict=False))
