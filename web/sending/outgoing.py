"""Calls to agencies' own systems: thin, signed, to addresses that were judged, in a few seconds."""

import asyncio
import ssl
from dataclasses import dataclass, field

import httpx
import orjson

from feedback.deliveries import Call, Heard
from feedback.errors import NotAFact
from feedback.webhook_kinds import WebhookKind
from web.sending import addresses, signing
from web.sending.addresses import NotThere, Resolve, Site
from web.settings import Settings

SECONDS = 8.0
AGENT = "Hai-long-webhooks/1"


@dataclass(frozen=True, slots=True)
class Outgoing:
    """Makes calls. `inside`: hosts the operator has named, though they are not public."""

    base_url: str
    inside: frozenset[str] = frozenset()
    resolve: Resolve = addresses.looked_up
    trust: ssl.SSLContext = field(default_factory=ssl.create_default_context)

    async def call(self, call: Call) -> Heard:
        """Make one call; never raises. The answer's body is not read."""
        try:
            async with asyncio.timeout(SECONDS):
                to = addresses.site(call.url, self.inside)
                address = await addresses.pinned(to, self.inside, self.resolve)
                return Heard(await self._post(to, address, call))
        except (NotThere, NotAFact) as refused:
            return Heard(error=refused.why if isinstance(refused, NotThere) else refused.reason)
        except TimeoutError:
            return Heard(error="timeout")
        except (httpx.HTTPError, httpx.InvalidURL, ssl.SSLError, OSError, ValueError) as error:
            return Heard(error=_why(error))

    async def _post(self, to: Site, address: str, call: Call) -> int:
        body = payload(call, self.base_url)
        headers = {
            "Host": to.netloc,
            "Content-Type": "application/json",
            "User-Agent": AGENT,
            **signing.headers(call.secrets, call.key, int(call.at.timestamp()), body),
        }
        host = f"[{address}]" if ":" in address else address
        url = f"{to.scheme}://{host}:{to.port}{to.path}"
        # Neither a proxy of the environment nor a redirect leads it elsewhere; the certificate is
        # the host's, though the call goes to the address.
        async with (
            httpx.AsyncClient(
                verify=self.trust, trust_env=False, follow_redirects=False, timeout=SECONDS
            ) as client,
            client.stream(
                "POST", url, content=body, headers=headers, extensions={"sni_hostname": to.host}
            ) as answer,
        ):
            return answer.status_code


def _why(error: Exception) -> str:
    """A failure in a word; that a certificate is not trusted is worth one of its own."""
    seen: BaseException | None = error
    while seen is not None:
        if isinstance(seen, ssl.SSLCertVerificationError):
            return "certificate"
        seen = seen.__cause__ or seen.__context__
    return type(error).__name__


def payload(call: Call, base_url: str) -> bytes:
    """What a call says: what happened when, and where to read more. No personal data, ever."""
    data = dict(call.facts)
    if "reference" in data:
        data["url"] = f"{base_url}/api/v1/inbox/{data['reference']}"
    if call.kind is WebhookKind.EDITION_PUBLISHED:
        data["url"] = f"{base_url}/api/v1/editions/{data['edition']}"
    told = {"type": call.kind.value, "timestamp": call.owed_at.isoformat(), "data": data}
    return orjson.dumps(told)


def caller(settings: Settings) -> Outgoing:
    """The caller of this installation."""
    return Outgoing(settings.site, inside(settings))


def inside(settings: Settings) -> frozenset[str]:
    """The hosts that may be called though they are not public."""
    return frozenset(name.lower() for name in settings.webhook_hosts)
