"""Calls to other systems: to a server that really listens, and to addresses that are traps."""

import base64
import hmac
import ipaddress
import socket
import ssl
from collections.abc import Awaitable, Callable, Iterator
from datetime import timedelta
from hashlib import sha256
from pathlib import Path

import orjson
import pytest
from cryptography import x509
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.x509.oid import NameOID
from hypothesis import given
from hypothesis import strategies as st

from feedback import webhook_secrets
from feedback.deliveries import Call, Heard
from feedback.errors import NotAFact
from feedback.webhook_kinds import WebhookKind
from tests.make import NOW
from tests.web import listening_system
from tests.web.listening_system import Listening
from web import clock
from web.sending import addresses, outgoing, signing
from web.sending.outgoing import Outgoing
from web.settings import Settings

SITE = "https://hailong.example"
SECRET, FORMER = b"s" * 32, b"f" * 32
REFERENCE = "HL-261005-ABCDEFG"


def call(url: str, kind: WebhookKind = WebhookKind.CASE_FILED, **facts: str) -> Call:
    told = facts or {"reference": REFERENCE, "agency": "W1"}
    return Call(url, "msg_1", kind, told, NOW - timedelta(minutes=1), NOW, (SECRET, FORMER))


@pytest.fixture
def listening() -> Iterator[Listening]:
    yield from listening_system.serving(Listening())


@pytest.fixture(scope="module")
def certificate(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A certificate of mot-cua.example with its key, in one file."""
    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, "mot-cua.example")])
    today = clock.now()  # the machine's own clock judges certificates
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(x509.random_serial_number())
        .not_valid_before(today - timedelta(days=1))
        .not_valid_after(today + timedelta(days=2))
        .add_extension(x509.SubjectAlternativeName([x509.DNSName("mot-cua.example")]), False)
        .add_extension(x509.BasicConstraints(ca=True, path_length=None), True)
        .sign(key, hashes.SHA256())
    )
    path = tmp_path_factory.mktemp("tls") / "mot-cua.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    )
    path.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    return path


@pytest.fixture
def secure(certificate: Path) -> Iterator[Listening]:
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(certificate)
    yield from listening_system.serving(Listening(), context)


def answering(*found: str) -> Callable[[str, int], Awaitable[list[str]]]:
    """A resolver that knows one answer to every name."""

    async def resolve(host: str, port: int) -> list[str]:
        return list(found)

    return resolve


def plain(listening: Listening) -> tuple[Outgoing, str]:
    inside = frozenset({f"127.0.0.1:{listening.port}"})
    return Outgoing(SITE, inside), f"http://127.0.0.1:{listening.port}/hai-long"


async def test_a_call_says_what_happened_and_where_to_read_more(listening: Listening) -> None:
    caller, url = plain(listening)
    assert await caller.call(call(url)) == Heard(204)
    [asked] = listening.asked
    assert asked.path == "/hai-long"
    assert asked.headers["content-type"] == "application/json"
    assert orjson.loads(asked.body) == {
        "type": "case.filed",
        "timestamp": "2026-10-05T01:59:00+00:00",
        "data": {
            "reference": REFERENCE,
            "agency": "W1",
            "url": f"{SITE}/api/v1/inbox/{REFERENCE}",
        },
    }


async def test_a_call_is_signed_as_standard_webhooks_has_it(listening: Listening) -> None:
    caller, url = plain(listening)
    await caller.call(call(url))
    [asked] = listening.asked
    stamp = asked.headers["webhook-timestamp"]
    assert (asked.headers["webhook-id"], stamp) == ("msg_1", str(int(NOW.timestamp())))
    signed = b"msg_1." + stamp.encode() + b"." + asked.body
    expected = [
        "v1," + base64.b64encode(hmac.digest(secret, signed, sha256)).decode()
        for secret in (SECRET, FORMER)
    ]
    assert asked.headers["webhook-signature"].split(" ") == expected


def test_the_signature_is_the_one_of_the_standards_own_example() -> None:
    # From the specification of Standard Webhooks and its reference libraries.
    secret = base64.b64decode("MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw")
    found = signing.signature(
        secret, "msg_p5jXN8AQM9LWM0D4loKWxJek", "1614265330", b'{"test": 2432232314}'
    )
    assert found == "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE="


def test_a_secret_is_spelled_as_the_standard_has_it() -> None:
    spelled = webhook_secrets.spelled(SECRET)
    assert base64.b64decode(spelled.removeprefix("whsec_"), validate=True) == SECRET


@pytest.mark.parametrize("status", [200, 201, 301, 302, 307, 308, 400, 404, 410, 429, 500, 503])
async def test_an_answer_is_what_it_says_and_no_redirect_is_followed(
    listening: Listening, status: int
) -> None:
    listening.status = status
    caller, url = plain(listening)
    heard = await caller.call(call(url))
    assert heard == Heard(status)
    assert heard.is_taken is (status < 300)
    assert len(listening.asked) == 1


async def test_news_of_an_edition_leads_to_the_edition(listening: Listening) -> None:
    caller, url = plain(listening)
    await caller.call(call(url, WebhookKind.EDITION_PUBLISHED, edition="2026-Q3"))
    [asked] = listening.asked
    data = orjson.loads(asked.body)["data"]
    assert data == {"edition": "2026-Q3", "url": f"{SITE}/api/v1/editions/2026-Q3"}


async def test_a_name_is_called_at_the_address_that_was_judged_with_its_own_certificate(
    secure: Listening, certificate: Path
) -> None:
    host = f"mot-cua.example:{secure.port}"
    trust = ssl.create_default_context(cafile=str(certificate))
    caller = Outgoing(SITE, frozenset({host}), answering("127.0.0.1"), trust)
    assert await caller.call(call(f"https://{host}/hai-long")) == Heard(204)
    assert secure.asked[0].headers["host"] == host


async def test_a_certificate_of_another_name_or_nobodys_is_not_trusted(
    secure: Listening, certificate: Path
) -> None:
    trusting = ssl.create_default_context(cafile=str(certificate))
    for host, trust in (
        ("other.example", trusting),
        ("mot-cua.example", ssl.create_default_context()),
    ):
        named = f"{host}:{secure.port}"
        caller = Outgoing(SITE, frozenset({named}), answering("127.0.0.1"), trust)
        assert await caller.call(call(f"https://{named}/")) == Heard(error="certificate")
    assert secure.asked == []


HOSTILE = (
    "127.0.0.1", "127.8.8.8", "0.0.0.1", "10.0.0.5", "172.16.0.1", "172.31.255.255",
    "192.168.1.1", "169.254.169.254", "100.64.0.1", "192.0.0.8", "192.0.2.1", "198.18.0.1",
    "198.51.100.7", "203.0.113.9", "224.0.0.1", "240.0.0.1", "255.255.255.255", "192.88.99.1",
    "::1", "::", "fe80::1", "fe80::1%eth0", "fc00::1", "fd00:ec2::254", "ff02::1",
    "::ffff:127.0.0.1", "::ffff:169.254.169.254", "::ffff:7f00:1", "::127.0.0.1",
    "64:ff9b::7f00:1", "64:ff9b::a9fe:a9fe", "2002:7f00:1::", "2001:0:7f00:1::",
    "2001:db8::1", "100::1", "3fff::1",
)  # fmt: skip


@pytest.mark.parametrize("address", HOSTILE)
async def test_a_name_that_leads_inside_is_not_called(address: str, listening: Listening) -> None:
    inside = frozenset({f"127.0.0.1:{listening.port}"})
    for found in ([address], ["8.8.8.8", address], [address, "8.8.8.8"]):
        caller = Outgoing(SITE, inside, answering(*found))
        url = f"https://evil.example.com:{listening.port}/"
        assert await caller.call(call(url)) == Heard(error="not_public")
    assert listening.asked == []


@pytest.mark.parametrize("address", ["8.8.8.8", "113.160.0.1", "2001:4860:4860::8888", "2400::1"])
def test_the_open_internet_is_open(address: str) -> None:
    assert addresses.is_public(address)


@given(st.ip_addresses(v=4))
def test_an_address_in_the_clothes_of_another_kind_is_not_called(
    address: ipaddress.IPv4Address,
) -> None:
    mapped = ipaddress.IPv6Address(0xFFFF_0000_0000 | int(address))
    assert not addresses.is_public(str(mapped))


@given(st.ip_addresses())
def test_nothing_python_calls_private_is_public(
    address: ipaddress.IPv4Address | ipaddress.IPv6Address,
) -> None:
    unlike = (
        address.is_private,
        address.is_loopback,
        address.is_link_local,
        address.is_multicast,
        address.is_reserved,
        address.is_unspecified,
    )
    assert not (addresses.is_public(str(address)) and any(unlike))


async def test_a_name_is_looked_up_once_so_that_it_cannot_answer_otherwise_later(
    listening: Listening,
) -> None:
    asked: list[str] = []

    async def turning(host: str, port: int) -> list[str]:
        asked.append(host)
        return ["127.0.0.1"] if len(asked) > 1 else ["10.9.8.7"]

    caller = Outgoing(SITE, resolve=turning)
    heard = await caller.call(call(f"https://turning.example.com:{listening.port}/"))
    assert (heard, asked) == (Heard(error="not_public"), ["turning.example.com"])


async def test_a_name_nobody_knows_and_a_port_nobody_listens_at_are_failures() -> None:
    async def nobody(host: str, port: int) -> list[str]:
        raise OSError

    caller = Outgoing(SITE, resolve=nobody)
    assert await caller.call(call("https://nobody.example.com/")) == Heard(error="no_such_host")
    caller = Outgoing(SITE, frozenset({"127.0.0.1:1"}))
    assert (await caller.call(call("http://127.0.0.1:1/"))).error == "ConnectError"


async def test_whoever_never_answers_is_left_in_time(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(outgoing, "SECONDS", 0.2)
    with socket.create_server(("127.0.0.1", 0)) as silent:  # takes connections, says nothing
        port = silent.getsockname()[1]
        caller = Outgoing(SITE, frozenset({f"127.0.0.1:{port}"}))
        heard = await caller.call(call(f"http://127.0.0.1:{port}/"))
    assert heard.error in {"timeout", "ReadTimeout"}


async def test_a_proxy_of_the_environment_is_not_asked(
    listening: Listening, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("HTTP_PROXY", "http_proxy", "ALL_PROXY"):
        monkeypatch.setenv(name, "http://127.0.0.1:1")
    caller, url = plain(listening)
    assert await caller.call(call(url)) == Heard(204)


@pytest.mark.parametrize(
    ("typed", "reason"),
    [
        ("", "missing"),
        ("https://a.vn/" + "x" * 500, "too_long"),
        ("http://mot-cua.example.vn/", "not_https"),
        ("https://localhost/", "not_public"),
        ("https://server/", "not_public"),
        ("https://db.internal/", "not_public"),
        ("https://10.0.0.1/", "not_public"),
        ("https://[::1]/", "not_public"),
        ("https://127.1/", "not_public"),
        ("https://2130706433/", "not_public"),
        ("https://me:secret@a.example.vn/", "not_an_address"),
        ("https://me@a.example.vn/", "not_an_address"),
        ("https://a.example.vn/?key=secret", "not_an_address"),
        ("https://a.example.vn/?", "not_an_address"),
        ("https://a.example.vn/#x", "not_an_address"),
        ("https://a.example.vn:0/", "not_an_address"),
        ("https://a.example.vn:99999/", "not_an_address"),
        ("https://đường.example.vn/", "not_an_address"),
        ("https://a.example.vn/đường", "not_an_address"),
        ("https://a.example.vn/a b", "not_an_address"),
        ("https://a.example.vn/\r\nHost: b", "not_an_address"),
        ("https://a..b\\@c.example.vn/", "not_an_address"),
        ("ftp://a.example.vn/", "not_an_address"),
        ("file:///etc/passwd", "not_an_address"),
        ("javascript:alert(1)", "not_an_address"),
        ("//a.example.vn/", "not_an_address"),
        ("https://", "not_an_address"),
        ("https://[::1", "not_an_address"),
    ],
)
def test_what_is_no_address_to_call_is_refused(typed: str, reason: str) -> None:
    with pytest.raises(NotAFact) as refused:
        addresses.site(typed)
    assert (refused.value.field, refused.value.reason) == ("url", reason)


@pytest.mark.parametrize(
    ("typed", "url"),
    [
        ("https://Mot-Cua.Example.VN", "https://mot-cua.example.vn/"),
        (" https://a.example.vn:443/x/y ", "https://a.example.vn/x/y"),
        ("https://a.example.vn:8443/", "https://a.example.vn:8443/"),
        ("https://a.example.vn./", "https://a.example.vn/"),
        ("https://8.8.8.8/", "https://8.8.8.8/"),
    ],
)
def test_an_address_is_written_in_one_way(typed: str, url: str) -> None:
    found = addresses.site(typed)
    assert found.url == url
    assert addresses.site(found.url) == found


def test_what_the_operator_names_may_be_called_and_only_there() -> None:
    inside = outgoing.inside(Settings(webhook_hosts=("DMS.local", "10.1.2.3:8443")))
    assert addresses.site("http://dms.local:81/", inside).host == "dms.local"
    assert addresses.site("http://10.1.2.3:8443/", inside).port == 8443
    for typed in ("http://10.1.2.3/", "http://10.1.2.4:8443/", "http://x.dms.local/"):
        with pytest.raises(NotAFact):
            addresses.site(typed, inside)


def test_hosts_are_read_from_the_environment_and_handed_on(tmp_path: Path) -> None:
    given = {"HAILONG_WEBHOOK_HOSTS": "dms.local, 10.1.2.3:8443", "HAILONG_DATA": str(tmp_path)}
    settings = Settings.read(environ=given, env_file=tmp_path / "none")
    assert settings.webhook_hosts == ("dms.local", "10.1.2.3:8443")
    again = Settings.read(environ=settings.as_environment(), env_file=tmp_path / "none")
    assert again.webhook_hosts == settings.webhook_hosts
