"""Sign-in through an identity provider: OpenID Connect, authorization code flow with PKCE.

A provider is believed only as far as what it signed for us, now, in answer to our own question:
state, nonce, PKCE S256 (RFC 7636), issuer (RFC 9207), audience, authorised party, times and an
allowed algorithm are all checked (OpenID Connect Core 1.0, 3.1.3.7). Every answer is bounded in
time and size, and no redirect is followed. Who the subject is here, only an administrator says.
"""

import hmac
import secrets
from base64 import b64encode
from collections.abc import AsyncIterator, Mapping
from dataclasses import dataclass, field
from datetime import datetime, timedelta
from typing import Any
from urllib.parse import quote, urlsplit

import httpx
import orjson
from authlib.oauth2.rfc6749.parameters import prepare_grant_uri, prepare_token_request
from authlib.oauth2.rfc7636 import create_s256_code_challenge
from joserfc import jwk, jwt
from joserfc.errors import JoseError

ALGORITHMS = ("RS256", "PS256", "ES256", "EdDSA", "Ed25519")
SECONDS = 5.0
BYTES_AT_MOST = 256 * 1024
LEEWAY = timedelta(seconds=60)
KNOWN_FOR = timedelta(hours=1)
SUBJECT_AT_MOST = 255


@dataclass(eq=False)
class Distrusted(Exception):
    """What came back is not what we asked for; `why` is a stable word, never the provider's."""

    why: str


@dataclass(eq=False)
class ProviderDown(Exception):
    """The provider does not answer as one should; `why` names a kind of failure."""

    why: str


@dataclass(frozen=True, slots=True)
class Question:
    """What we keep of a sign-in under way: only its own browser can finish it."""

    state: str
    nonce: str
    verifier: str


@dataclass(frozen=True, slots=True)
class Metadata:
    """What the provider says of itself, and the keys it signs with."""

    authorization: str
    token: str
    keys: jwk.KeySet
    read_at: datetime


def question() -> Question:
    """Fresh secrets for one sign-in."""
    return Question(*(secrets.token_urlsafe(48) for _ in range(3)))


class _Bounded(httpx.AsyncBaseTransport):
    """A transport whose answers end with `ProviderDown` when they are too long."""

    def __init__(self, inner: httpx.AsyncBaseTransport) -> None:
        self.inner = inner

    async def handle_async_request(self, request: httpx.Request) -> httpx.Response:
        response = await self.inner.handle_async_request(request)
        if isinstance(response.stream, httpx.AsyncByteStream):
            response.stream = _BoundedStream(response.stream)
        return response

    async def aclose(self) -> None:
        await self.inner.aclose()


@dataclass(slots=True)
class _BoundedStream(httpx.AsyncByteStream):
    inner: httpx.AsyncByteStream

    async def __aiter__(self) -> AsyncIterator[bytes]:
        taken = 0
        async for piece in self.inner:
            taken += len(piece)
            if taken > BYTES_AT_MOST:
                raise ProviderDown("too_long")
            yield piece

    async def aclose(self) -> None:
        await self.inner.aclose()


@dataclass(slots=True)
class Provider:
    """One issuer, as configured; what it says of itself is read when first needed."""

    issuer: str
    client_id: str
    client_secret: str
    _metadata: Metadata | None = field(default=None, init=False)

    async def address(self, asked: Question, *, back: str, at: datetime) -> str:
        """Where the browser goes to sign in, to return to `back`. Raises `ProviderDown`."""
        metadata = await self._known(at)
        address: str = prepare_grant_uri(
            metadata.authorization,
            self.client_id,
            "code",
            redirect_uri=back,
            scope="openid",
            state=asked.state,
            nonce=asked.nonce,
            code_challenge=create_s256_code_challenge(asked.verifier),
            code_challenge_method="S256",
        )
        return address

    async def subject(
        self, answer: Mapping[str, str], asked: Question, *, back: str, at: datetime
    ) -> str:
        """Who signed in, from what the browser brought back.

        Raises `Distrusted` for anything not said to us, here and now, and `ProviderDown`.
        """
        if not hmac.compare_digest(answer.get("state", "").encode(), asked.state.encode()):
            raise Distrusted("state")
        if answer.get("iss", self.issuer) != self.issuer:
            raise Distrusted("issuer")
        if "error" in answer or not answer.get("code"):
            raise Distrusted("refused")
        metadata = await self._known(at)
        token = await self._exchanged(metadata, answer["code"], asked, back)
        try:
            claims = claims_of(token, metadata.keys)
        except Distrusted:
            # Perhaps the provider changed its keys since we looked: once more, freshly.
            claims = claims_of(token, (await self._known(at, afresh=True)).keys)
        check(claims, issuer=self.issuer, client_id=self.client_id, nonce=asked.nonce, at=at)
        return str(claims["sub"])

    async def _exchanged(self, metadata: Metadata, code: str, asked: Question, back: str) -> str:
        """The ID token for a code, which is good once; the code's verifier proves it is ours."""
        body = prepare_token_request(
            "authorization_code",
            "" if self.client_secret else f"client_id={quote(self.client_id, safe='')}",
            redirect_uri=back,
            code=code,
            code_verifier=asked.verifier,
        )
        headers = {"content-type": "application/x-www-form-urlencoded"}
        if self.client_secret:  # each part encoded, as RFC 6749, 2.3.1 has it
            own = f"{quote(self.client_id, safe='')}:{quote(self.client_secret, safe='')}"
            headers["authorization"] = "Basic " + b64encode(own.encode()).decode()
        try:
            async with _client() as client:
                response = await client.post(metadata.token, content=body, headers=headers)
            if 400 <= response.status_code < 500:
                raise Distrusted("code")
            token = _object(response).get("id_token")
        except (httpx.HTTPError, ValueError) as error:
            raise ProviderDown(type(error).__name__) from error
        if not isinstance(token, str):
            raise Distrusted("no_token")
        return token

    async def _known(self, at: datetime, *, afresh: bool = False) -> Metadata:
        known = self._metadata
        if known is None or afresh or at - known.read_at >= KNOWN_FOR:
            known = self._metadata = await self._read(at)
        return known

    async def _read(self, at: datetime) -> Metadata:
        try:
            async with _client() as client:
                said = await _json(
                    client, self.issuer.rstrip("/") + "/.well-known/openid-configuration"
                )
                if said.get("issuer") != self.issuer:
                    raise ProviderDown("other_issuer")
                keys = await _json(client, self._address(said, "jwks_uri"))
                return Metadata(
                    self._address(said, "authorization_endpoint"),
                    self._address(said, "token_endpoint"),
                    jwk.KeySet.import_key_set(keys),  # type: ignore[arg-type]  # checked by it
                    at,
                )
        except (httpx.HTTPError, JoseError, ValueError, KeyError, TypeError) as error:
            raise ProviderDown(type(error).__name__) from error

    def _address(self, said: Mapping[str, Any], name: str) -> str:
        """An address of the provider, of no lesser scheme than its own."""
        url = str(said[name])
        schemes = {"https", urlsplit(self.issuer).scheme}
        if urlsplit(url).scheme not in schemes or not urlsplit(url).hostname:
            raise ProviderDown("address")
        return url


def _client() -> httpx.AsyncClient:
    return httpx.AsyncClient(
        transport=_Bounded(httpx.AsyncHTTPTransport()),
        timeout=SECONDS,
        follow_redirects=False,
        trust_env=False,
        headers={"accept": "application/json"},
    )


async def _json(client: httpx.AsyncClient, url: str) -> dict[str, Any]:
    return _object(await client.get(url))


def _object(response: httpx.Response) -> dict[str, Any]:
    if response.status_code != 200:
        raise ProviderDown("status")
    found = orjson.loads(response.content)
    if not isinstance(found, dict):
        raise ProviderDown("shape")
    return found


def claims_of(token: str, keys: jwk.KeySet) -> dict[str, Any]:
    """What one of these keys signed, by an allowed algorithm; else `Distrusted`."""
    try:
        return dict(jwt.decode(token, keys, algorithms=list(ALGORITHMS)).claims)
    except (JoseError, ValueError, TypeError, KeyError) as error:
        raise Distrusted("signature") from error


def check(
    claims: Mapping[str, Any], *, issuer: str, client_id: str, nonce: str, at: datetime
) -> None:
    """Raises `Distrusted` unless these claims were made by this issuer, for us, now, in answer to
    this question (OpenID Connect Core 1.0, 3.1.3.7). Times may be a minute off.
    """
    now = at.timestamp()
    audience = claims.get("aud")
    audiences = audience if isinstance(audience, list) else [audience]
    party = claims.get("azp")
    subject = claims.get("sub")
    leeway = LEEWAY.total_seconds()
    said = claims.get("nonce")
    rules = {
        "issuer": claims.get("iss") == issuer,
        "audience": client_id in audiences,
        "party": party == client_id or (party is None and len(audiences) == 1),
        "expired": _is_time(claims.get("exp")) and now < claims["exp"] + leeway,
        "issued": _is_time(claims.get("iat")) and claims["iat"] <= now + leeway,
        "not_yet": "nbf" not in claims
        or (_is_time(claims["nbf"]) and claims["nbf"] <= now + leeway),
        "nonce": isinstance(said, str) and hmac.compare_digest(said.encode(), nonce.encode()),
        "subject": isinstance(subject, str)
        and 0 < len(subject) <= SUBJECT_AT_MOST
        and subject.isprintable(),
    }
    for why, holds in rules.items():
        if not holds:
            raise Distrusted(why)


def _is_time(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)
