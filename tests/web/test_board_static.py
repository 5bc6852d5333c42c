"""An exported edition on a plain static server and from the application: the same bytes, whole."""

import re
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from urllib.parse import unquote, urldefrag, urljoin, urlsplit

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests import pages as reader
from tests.web import editions
from web.board import pages, release
from web.board.serving import Board

NAME = "2026-Q3.2"
EDITION = editions.make_edition(name=NAME, supersedes="2026-Q3", reason="Một tệp đến muộn")
FILES = pages.files(EDITION)
KINDS = {
    *("index", "agency", "widget", "embed", "method", "data", "press", "changes"),
    *("by-name", "by-response", "on-time", "overdue"),
    *("above", "cannot-tell", "below", "not-ranked"),
}
"""What pages an edition has; those of orders and parts are named by their file."""


@pytest.fixture(scope="module")
def shelf(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("editions")
    release.release(FILES, parent / NAME)
    return parent


@pytest.fixture(scope="module")
def plain(shelf: Path) -> Iterator[httpx.Client]:
    """Python's own server above the exported folder, as anybody may start it."""
    command = [sys.executable, "-u", "-m", "http.server", "0", "--bind", "127.0.0.1"]
    with subprocess.Popen(
        command, cwd=shelf, stdout=subprocess.PIPE, stderr=subprocess.DEVNULL, text=True
    ) as server:
        assert server.stdout is not None
        port = server.stdout.readline().split(" port ")[1].split()[0]
        with httpx.Client(base_url=f"http://127.0.0.1:{port}") as client:
            yield client
        server.terminate()


def _leading(page: reader.Page) -> Iterator[str]:
    """Everything a page asks for or leads to."""
    yield from page.links()
    asking = ("link", "href"), ("script", "src"), ("img", "src"), ("iframe", "src"), ("use", "href")
    for tag, attribute in (*asking, ("form", "action")):
        yield from (found.get(attribute, "") for found in page.all(tag) if found.get(attribute))


def _kind(name: str) -> str:
    """Of a page in a language, by its path there."""
    folder, _, file = name.rpartition("/")
    return folder.partition("/")[0].replace("agencies", "agency") or file.removesuffix(".html")


def test_every_link_of_an_exported_edition_is_answered_by_any_server_at_any_address(
    plain: httpx.Client,
):
    """It lies in a folder of a folder here: who left it for the root would be told 404."""
    mount = f"/{NAME}/"
    seen: set[str] = set()
    waiting = [mount]
    while waiting:
        path = waiting.pop()
        if path in seen:
            continue
        seen.add(path)
        found = plain.get(path)
        assert found.status_code == 200, path
        if not found.headers["content-type"].startswith("text/html"):
            continue
        for link in _leading(reader.read(found.content)):
            address = urlsplit(urldefrag(urljoin(f"http://static{path}", link)).url)
            assert address.netloc == "static", (path, link)
            assert address.path.startswith(mount), (path, link)
            waiting.append(address.path)
    made = {name.removesuffix("index.html") for name in FILES if name.endswith(".html")}
    assert {unquote(path).removeprefix(mount) for path in seen} >= made


def test_every_kind_of_page_is_among_those_that_are_looked_through():
    for language in ("vi/", "en/"):
        found = {name.removeprefix(language) for name in FILES if name.startswith(language)}
        assert {_kind(name) for name in found if name.endswith(".html")} == KINDS


def _served(plain: httpx.Client) -> list[tuple[str, bytes]]:
    """Every file as the plain server gives it; a folder's page for the folder."""
    asked = [(name, f"/{NAME}/" + name.removesuffix("index.html")) for name in FILES]
    return [(name, plain.get(path).content) for name, path in asked]


async def test_the_application_serves_the_same_bytes(plain: httpx.Client, shelf: Path):
    board = Board(PlainTextResponse("the application", 404), shelf)
    transport = httpx.ASGITransport(board)  # type: ignore[arg-type]  # an ASGI application
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        for name, theirs in _served(plain):
            ours = await client.get(f"/editions/{NAME}/{name}")
            assert ours.content == theirs == FILES[name], name
            tag = ours.headers["etag"]
            assert not tag.startswith("W/")
            assert ("immutable" in ours.headers["cache-control"]) == name.startswith("assets/")


def test_an_edition_carries_what_its_pages_need_and_no_more():
    carried = {name.split(".")[0] for name in FILES if name.startswith("assets/")}
    assert {"assets/hailong", "assets/board", "assets/icon"} <= carried
    assert not any("inbox" in name or "filing" in name for name in carried)
    css = next(FILES[name] for name in FILES if name.startswith("assets/hailong") and "css" in name)
    for part in css.decode().split("url(")[1:]:
        assert f"assets/{part.split(')')[0]}" in FILES


SERVICE = "https://hai-long.example.vn"
MEANT = re.compile(
    re.escape(SERVICE)
    + r"/(vi|en)/(|complaints/new|feed\.atom|subscribe(\?agency=[\w%.+-]+)?|plans\?agency=[\w%.+-]+"
    + r"|agencies/[\w%.+-]+/feed\.atom|editions/2026-Q2/agencies/[\w%.+-]+/|editions/2026-Q3/)"
)
"""What a page of an edition leads to besides its own files: what happens today, not what was."""


def test_an_edition_leads_into_the_service_only_where_it_means_to_and_else_to_its_own_files():
    made = pages.files(EDITION, base_url=SERVICE)
    assert made.keys() == FILES.keys()
    for name in (name for name in made if name.endswith(".html")):
        page = reader.read(made[name])
        for link in _leading(page):
            address = urlsplit(urldefrag(urljoin(f"http://static/{name}", link)).url)
            if address.netloc != "static":
                assert MEANT.fullmatch(link), (name, link)
                continue
            path = unquote(address.path).lstrip("/")
            assert (f"{path}index.html" if path.endswith("/") or not path else path) in made, link
