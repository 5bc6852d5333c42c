"""Text goes packed to whoever takes it, and never where its length would tell a secret."""

import gzip
import re
import secrets

import httpx
import pytest
from hypothesis import given
from hypothesis import strategies as st

from tests import make
from tests.web.client import client
from web import forms, reactions
from web.drawing import assets, packing
from web.errors import ForeignForm


@pytest.fixture
async def browser(database, settings):
    await make.make_city()
    async with client(settings, make.Clock()) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        made.headers["Accept-Encoding"] = "gzip"
        yield made


def _is_packed(response):
    return response.headers.get("content-encoding") == "gzip"


@pytest.mark.parametrize("path", ["/vi/", "/vi/complaints/new", "/en/privacy", "/vi/nowhere"])
async def test_a_page_goes_packed_to_whoever_takes_it(browser, path):
    packed = await browser.get(path)
    assert _is_packed(packed)
    assert "Accept-Encoding" in packed.headers["vary"]
    assert int(packed.headers["content-length"]) < len(packed.content) / 2
    plain = await browser.get(path, headers={"Accept-Encoding": "gzip;q=0, br"})
    assert not _is_packed(plain)


async def test_whoever_shows_a_secret_is_answered_unpacked(browser):
    for more in (
        {"Cookie": "hailong_session=x"},
        {"Cookie": "__Host-hailong_case=x; __Host-hailong_visitor=" + "v" * 43},
        {"Authorization": "Basic x"},
    ):
        assert not _is_packed(await browser.get("/vi/privacy", headers=more)), more
    known = {"Cookie": "__Host-hailong_visitor=" + "v" * 43}
    assert _is_packed(await browser.get("/vi/privacy", headers=known))


async def test_a_case_at_hand_is_shown_unpacked(browser, settings):
    receipt = await make.make_case(keys=reactions.keyring(settings))
    page = await browser.get("/vi/track")
    token = re.search(r'name="csrf_token" value="([^"]+)', page.text)[1]
    data = {"csrf_token": token, "code": receipt.tracking_code}
    await browser.post("/vi/track", data=data)
    shown = await browser.get("/vi/track")
    assert receipt.reference in shown.text
    assert not _is_packed(shown)


async def test_no_two_pages_show_the_same_token_and_every_one_is_taken(browser):
    await browser.get("/vi/track")
    seen = set()
    for _ in range(3):
        page = await browser.get("/vi/track")
        token = re.search(r'name="csrf_token" value="([^"]+)', page.text)[1]
        sent = await browser.post("/vi/track", data={"csrf_token": token, "code": "x"})
        assert sent.status_code == 404
        seen.add(token)
    assert len(seen) == 3
    cookie = browser.cookies["__Host-hailong_visitor"]
    assert cookie not in page.text


def test_a_file_of_ours_is_kept_for_ever_under_its_digest():
    assert re.fullmatch(r"/static/hailong\.[0-9a-f]{8}\.css", assets.address("hailong.css"))


@given(st.text(st.characters(codec="ascii"), min_size=1, max_size=60))
def test_a_mask_comes_off_again(token):
    assert forms.checked(forms.masked(token), token) == token


@given(st.text(max_size=200))
def test_what_is_no_masked_token_is_foreign(text):
    with pytest.raises(ForeignForm):
        forms.checked(text, "t" * 43)
    with pytest.raises(ForeignForm):
        forms.checked(forms.masked(text), secrets.token_urlsafe(32))


@pytest.mark.parametrize(
    ("accepted", "takes"),
    [("", False), ("gzip", True), ("br, gzip;q=0.5", True), ("*", True), ("gzip;q=0", False)],
)
def test_gzip_is_taken_as_the_header_says(accepted, takes):
    assert packing.takes_gzip(accepted) is takes


async def test_what_is_streamed_or_small_or_packed_already_stays_as_it_is():
    async def app(scope, receive, send):
        headers = [(b"content-type", b"text/plain"), *scope["headers_out"]]
        await send({"type": "http.response.start", "status": 200, "headers": headers})
        for body, more in scope["bodies"]:
            await send({"type": "http.response.body", "body": body, "more_body": more})

    long = b"long enough " * 200
    for headers_out, bodies in (
        ([], [(b"short", False)]),
        ([], [(long, True), (long, False)]),
        ([(b"content-encoding", b"gzip"), (b"vary", b"x")], [(gzip.compress(long * 9), False)]),
    ):
        sent = []

        async def send(message, sent=sent):
            sent.append(message)

        scope = {
            "type": "http",
            "method": "GET",
            "headers": [(b"accept-encoding", b"gzip")],
            "headers_out": headers_out,
            "bodies": bodies,
        }
        await packing.Packing(app)(scope, None, send)
        assert [message["body"] for message in sent[1:]] == [body for body, _ in bodies]
