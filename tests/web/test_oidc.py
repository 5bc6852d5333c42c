"""Sign-in through a real provider, driven as a browser would; and what a hostile one could try."""

import base64
import hashlib
import json
import os
import shutil
import socket
import subprocess
import tempfile
from collections.abc import AsyncIterator, Iterator
from pathlib import Path
from urllib.parse import parse_qs, urlencode, urljoin, urlsplit

import httpx
import pytest
from joserfc import jwk, jwt

from feedback.errors import IdentityTaken
from feedback.models import Role
from feedback.staff import identities, sessions
from tests import make, pages
from tests.make import Clock, act
from tests.web.client import client
from web import clock as web_clock
from web import oidc, reactions
from web.guarding import access, guards
from web.oidc import Distrusted, Provider, ProviderDown
from web.settings import Settings

HERE = Path(__file__).parents[1] / "oidc"
SECRET = "a secret of the tests: with/signs"
BACK = "https://hailong.example/vi/sign-in/provider/return"


def _installed() -> Path:
    """The provider with all it needs, installed once per lock file, without running its scripts."""
    if not shutil.which("node") or not shutil.which("npm"):
        pytest.skip("the provider needs node and npm, which are not here")
    lock = (HERE / "package-lock.json").read_bytes()
    folder = Path(tempfile.gettempdir()) / f"hailong-oidc-{hashlib.sha256(lock).hexdigest()[:12]}"
    if not (folder / "whole").exists():
        folder.mkdir(exist_ok=True)
        for name in ("package.json", "package-lock.json"):
            shutil.copy(HERE / name, folder / name)
        done = subprocess.run(
            ["npm", "ci", "--ignore-scripts", "--no-audit", "--no-fund"],
            cwd=folder,
            capture_output=True,
            text=True,
            timeout=120,
            check=False,
        )
        if done.returncode:
            if os.environ.get("HAILONG_REQUIRE_PROVIDER"):
                raise RuntimeError(done.stderr[-2000:])
            pytest.skip("the provider cannot be installed: the package registry is not reachable")
        (folder / "whole").touch()
    shutil.copy(HERE / "provider.mjs", folder / "provider.mjs")
    return folder


@pytest.fixture(scope="module")
def issuer() -> Iterator[str]:
    """The address of a provider that runs."""
    folder = _installed()
    with socket.socket() as free:
        free.bind(("127.0.0.1", 0))
        port = free.getsockname()[1]
    with subprocess.Popen(
        ["node", "provider.mjs", str(port), BACK],
        cwd=folder,
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        text=True,
    ) as process:
        assert process.stdout
        if not any(line.strip() == "ready" for line in process.stdout):
            if os.environ.get("HAILONG_REQUIRE_PROVIDER"):
                raise RuntimeError("the provider does not start")
            pytest.skip("the provider does not start: this node may be too old for it")
        yield f"http://127.0.0.1:{port}"
        process.terminate()


@pytest.fixture
def clock() -> Clock:
    return Clock(web_clock.now())  # the provider has no other


@pytest.fixture
async def browser(
    database: None, settings: Settings, clock: Clock, issuer: str
) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    with_provider = settings.model_copy(
        update={
            "oidc_issuer": issuer,
            "oidc_client_id": "hailong",
            "oidc_client_secret": SECRET,
        }
    )
    async with client(with_provider, clock) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


async def leave(browser: httpx.AsyncClient) -> str:
    """Where our page sends the browser."""
    away = await browser.get("/vi/sign-in/provider")
    assert away.status_code == 303, away.text
    return away.headers["location"]


async def at_the_provider(address: str, name: str = "lan.nguyen") -> str:
    """Somebody signs in there and agrees; the address the provider sends the browser back to."""
    async with httpx.AsyncClient(trust_env=False) as there:
        answer = await there.get(address)
        for _ in range(12):
            if answer.is_redirect:
                onward = urljoin(str(answer.url), answer.headers["location"])
                if onward.startswith("https://hailong.example/"):
                    return onward
                answer = await there.get(onward)
            else:
                prompt = "login" if 'name="login"' in answer.text else "consent"
                data = {"prompt": prompt, "login": name, "password": "any"}
                answer = await there.post(answer.url, data=data)
    raise AssertionError(answer.text)


def _path(address: str) -> str:
    parts = urlsplit(address)
    return f"{parts.path}?{parts.query}"


async def test_a_subject_an_administrator_named_signs_in(
    browser: httpx.AsyncClient, issuer: str
) -> None:
    lan = await make.make_staff("lan")
    await identities.add("lan", act(), issuer=issuer, subject="lan.nguyen")
    address = await leave(browser)
    asked = parse_qs(urlsplit(address).query)
    assert asked["code_challenge_method"] == ["S256"]
    assert asked["redirect_uri"] == [BACK]
    assert {"state", "nonce", "code_challenge"} <= set(asked)
    answer = await browser.get(_path(await at_the_provider(address)))
    assert answer.status_code == 303, answer.text
    assert answer.headers["location"] == "/vi/inbox"
    assert (await browser.get("/vi/inbox")).status_code == 200
    (one,) = await sessions.listed(lan.account_id, at=web_clock.now())
    assert one.id


async def test_an_equal_name_or_address_opens_nothing(browser: httpx.AsyncClient) -> None:
    await make.make_staff("lan")
    answer = await browser.get(_path(await at_the_provider(await leave(browser), "lan")))
    assert answer.status_code == 403
    assert pages.read(answer.text).text.count("lan")
    assert (await browser.get("/vi/inbox")).status_code == 303


@pytest.mark.parametrize("spoiled", ["state", "nonce", "challenge", "iss", "code", "cookie"])
async def test_an_answer_that_is_not_to_our_question_opens_nothing(
    browser: httpx.AsyncClient, issuer: str, spoiled: str
) -> None:
    await make.make_staff("lan")
    await identities.add("lan", act(), issuer=issuer, subject="lan.nguyen")
    address = await leave(browser)
    if spoiled == "nonce":
        address = _with(address, nonce="x" * 40)
    if spoiled == "challenge":  # somebody else's question: our verifier does not answer it (PKCE)
        address = _with(address, code_challenge="x" * 43)
    back = await at_the_provider(address)
    if spoiled == "state":
        back = _with(back, state="x" * 40)
    if spoiled == "iss":
        back = _with(back, iss="https://evil.example")
    if spoiled == "code":
        back = _with(back, code="x" * 40)
    if spoiled == "cookie":
        browser.cookies.clear()
    assert (await browser.get(_path(back))).status_code == 403
    assert (await browser.get("/vi/inbox")).status_code == 303


def _with(address: str, **changed: str) -> str:
    parts = urlsplit(address)
    query = {name: values[0] for name, values in parse_qs(parts.query).items()} | changed
    return parts._replace(query=urlencode(query)).geturl()


async def test_a_code_is_good_once(browser: httpx.AsyncClient, issuer: str) -> None:
    await make.make_staff("lan")
    await identities.add("lan", act(), issuer=issuer, subject="lan.nguyen")
    back = _path(await at_the_provider(await leave(browser)))
    kept = {c.name: c.value or "" for c in browser.cookies.jar}
    assert (await browser.get(back)).status_code == 303
    browser.cookies.clear()
    for name, value in kept.items():
        browser.cookies.set(name, value)
    assert (await browser.get(back)).status_code == 403


async def test_what_the_provider_said_too_long_ago_opens_nothing(
    browser: httpx.AsyncClient, issuer: str, clock: Clock
) -> None:
    await make.make_staff("lan")
    await identities.add("lan", act(), issuer=issuer, subject="lan.nguyen")
    back = _path(await at_the_provider(await leave(browser)))
    clock.move(minutes=9)  # our own cookie would still do
    assert (await browser.get(back)).status_code == 403


async def test_a_closed_account_is_not_opened_by_its_identity(
    browser: httpx.AsyncClient, issuer: str
) -> None:
    from feedback.staff import accounts

    await make.make_staff("lan")
    await identities.add("lan", act(), issuer=issuer, subject="lan.nguyen")
    await accounts.disable("lan", act())
    answer = await browser.get(_path(await at_the_provider(await leave(browser))))
    assert answer.status_code == 403


async def test_the_password_stays_a_way_in_when_the_provider_is_down(
    database: None, settings: Settings, clock: Clock
) -> None:
    await make.make_city()
    away = settings.model_copy(
        update={"oidc_issuer": "http://127.0.0.1:9", "oidc_client_id": "hailong"}
    )
    async with client(away, clock) as browser:
        assert (await browser.get("/vi/sign-in/provider")).status_code == 503
        assert (await browser.get("/vi/sign-in")).status_code == 200
    async with client(settings, clock) as browser:
        assert (await browser.get("/vi/sign-in/provider")).status_code == 404


# What a provider could claim

KEY = jwk.RSAKey.generate_key(2048, {"kid": "one"})
KEYS = jwk.KeySet([KEY])
AT = make.NOW
CLAIMS = {
    "iss": "https://id.example",
    "sub": "lan.nguyen",
    "aud": "hailong",
    "exp": int(AT.timestamp()) + 60,
    "iat": int(AT.timestamp()),
    "nonce": "n",
}


def _checked(**changed: object) -> None:
    claims = {name: value for name, value in (CLAIMS | changed).items() if value is not None}
    oidc.check(claims, issuer="https://id.example", client_id="hailong", nonce="n", at=AT)


def test_honest_claims_are_believed() -> None:
    _checked()
    _checked(aud=["hailong", "other"], azp="hailong")
    _checked(exp=int(AT.timestamp()) - 59)


@pytest.mark.parametrize(
    ("changed", "why"),
    [
        ({"iss": "https://evil.example"}, "issuer"),
        ({"iss": None}, "issuer"),
        ({"aud": "other"}, "audience"),
        ({"aud": ["hailong", "other"]}, "party"),
        ({"azp": "other"}, "party"),
        ({"exp": int(AT.timestamp()) - 61}, "expired"),
        ({"exp": None}, "expired"),
        ({"exp": True}, "expired"),
        ({"iat": int(AT.timestamp()) + 61}, "issued"),
        ({"nbf": int(AT.timestamp()) + 61}, "not_yet"),
        ({"nonce": "other"}, "nonce"),
        ({"nonce": None}, "nonce"),
        ({"sub": ""}, "subject"),
        ({"sub": "a\nb"}, "subject"),
        ({"sub": "x" * 256}, "subject"),
    ],
)
def test_claims_that_are_not_for_us_now_are_not_believed(
    changed: dict[str, object], why: str
) -> None:
    with pytest.raises(Distrusted) as caught:
        _checked(**changed)
    assert caught.value.why == why


def _part(content: object) -> str:
    return base64.urlsafe_b64encode(json.dumps(content).encode()).decode().rstrip("=")


def test_only_the_providers_own_signature_counts() -> None:
    honest = jwt.encode({"alg": "RS256", "kid": "one"}, dict(CLAIMS), KEY)
    assert oidc.claims_of(honest, KEYS)["sub"] == "lan.nguyen"
    other = jwk.RSAKey.generate_key(2048, {"kid": "one"})
    header, body, _ = honest.split(".")
    forged = [
        f"{_part({'alg': 'none'})}.{body}.",
        f"{header}.{_part(CLAIMS | {'sub': 'an'})}.{honest.split('.')[2]}",
        jwt.encode({"alg": "RS256", "kid": "one"}, dict(CLAIMS), other),
        jwt.encode({"alg": "HS256"}, dict(CLAIMS), jwk.OctKey.import_key("k" * 32)),
        "no.token.at.all",
        "",
    ]
    for token in forged:
        with pytest.raises(Distrusted):
            oidc.claims_of(token, KEYS)


async def test_a_provider_that_calls_itself_something_else_is_not_asked(issuer: str) -> None:
    provider = Provider(issuer + "/", "hailong", SECRET)
    with pytest.raises(ProviderDown):
        await provider.address(oidc.question(), back=BACK, at=web_clock.now())


# Who says who a subject is


async def test_a_subject_is_one_account_only(database: None) -> None:
    await make.make_city()
    await make.make_staff("lan")
    await make.make_staff("an")
    assert await identities.add("lan", act(), issuer="https://id.example", subject="7")
    with pytest.raises(IdentityTaken):
        await identities.add("an", act(), issuer="https://id.example", subject="7")
    assert await identities.add("an", act(), issuer="https://other.example", subject="7")
    (mapped,) = await identities.listed("lan")
    assert await identities.remove("an", mapped.id, act()) is False
    assert await identities.remove("lan", mapped.id, act())
    assert await identities.of("https://id.example", "7") is None


async def test_an_administrator_names_and_takes_away_by_page(
    browser: httpx.AsyncClient, settings: Settings, clock: Clock
) -> None:
    await make.make_staff("lan")
    boss = await make.make_staff("boss", role=Role.ADMINISTRATOR, agency=None)
    keys = reactions.keyring(settings)
    token = await sessions.open_(boss, act(at=clock.at), keys)
    browser.cookies.set(guards.cookie_name(access.SESSION, secure=True), token)
    path = "/vi/admin/accounts/lan/sign-in"
    page = pages.read((await browser.get(path)).text)
    token = page.fields(len(page.all("form")) - 1)["csrf_token"]
    own = {"csrf_token": token, "reason": "Tài khoản của thành phố"}
    assert (await browser.post(path, data=own | {"subject": " "})).status_code == 422
    assert (await browser.post(path, data=own | {"subject": "lan.nguyen"})).status_code == 303
    (mapped,) = await identities.listed("lan")
    assert (mapped.subject, mapped.mapped_by) == ("lan.nguyen", "staff:boss")
    assert "lan.nguyen" in (await browser.get(path)).text
    assert (await browser.post(path, data=own | {"unmap": str(mapped.id)})).status_code == 200
    assert len(await identities.listed("lan")) == 1  # asked first
    sure = own | {"unmap": str(mapped.id), "sure": "yes"}
    assert (await browser.post(path, data=sure)).status_code == 303
    assert await identities.listed("lan") == []
