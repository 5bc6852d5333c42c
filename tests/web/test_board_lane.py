"""A page answered in the lane is answered as by the server without it, byte for byte."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import pytest
import uvicorn
from starlette.responses import PlainTextResponse
from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol
from uvicorn.server import ServerState

from tests.web import editions
from web.board import lane, pages, release
from web.board.serving import Board

FILES = pages.files(editions.make_edition())
NAME = "2026-Q3"
PAGE = f"/vi/editions/{NAME}/"
DATE = (b"date", b"Mon, 23 Nov 2026 01:02:03 GMT")

Sockets = tuple[Path, Path]


@pytest.fixture(scope="module")
async def sockets(tmp_path_factory: pytest.TempPathFactory) -> AsyncIterator[Sockets]:
    """The same board behind the lane, and behind the bare protocol."""
    folder = tmp_path_factory.mktemp("lane")
    release.release(FILES, folder / NAME)
    board = Board(PlainTextResponse("the application", 404), folder)
    config = uvicorn.Config(board, ws="none", lifespan="off", timeout_keep_alive=60)
    config.load()
    state, loop = ServerState(), asyncio.get_running_loop()
    state.default_headers = [DATE]
    servers, paths = [], []
    for name, kind in (("lane", lane.protocol(board)), ("bare", HttpToolsProtocol)):
        paths.append(folder / name)
        made = lambda kind=kind: kind(config=config, server_state=state, app_state={})  # noqa: E731 -- of this kind
        servers.append(await loop.create_unix_server(made, str(paths[-1])))
    yield paths[0], paths[1]
    for server in servers:
        server.close()


def _request(path: str, *lines: str, method: str = "GET", version: str = "1.1") -> bytes:
    head = (f"{method} {path} HTTP/{version}", "Host: test", *lines)
    return "\r\n".join((*head, "", "")).encode()


async def _answers(path: Path, parts: list[bytes], count: int) -> list[bytes]:
    """So many answers on one connection to what is sent in these parts."""
    reader, writer = await asyncio.open_unix_connection(str(path))
    found = []
    async with asyncio.timeout(60):
        for part in parts:
            writer.write(part)
            await writer.drain()
            await asyncio.sleep(0)
        for _ in range(count):
            head = await reader.readuntil(b"\r\n\r\n")
            size = re.search(rb"content-length: (\d+)", head)
            is_bare = b" 304 " in head or parts[0].startswith(b"HEAD")
            found.append(
                head + (await reader.readexactly(int(size[1])) if size and not is_bare else b"")
            )
    writer.close()
    return found


async def _same(sockets: Sockets, *parts: bytes, count: int = 1) -> list[bytes]:
    in_lane, bare = [await _answers(path, list(parts), count) for path in sockets]
    assert in_lane == bare
    return in_lane


TAG = "Accept-Encoding: gzip, br"
ASKED = (
    _request(PAGE),
    _request(PAGE, TAG),
    _request(PAGE, "accept-encoding:gzip;q=0"),
    _request(PAGE, "If-None-Match: *"),
    _request(PAGE, 'If-None-Match: "of another"', TAG),
    _request(PAGE, "Connection: keep-alive", "User-Agent: a reader"),
    _request(PAGE, "Connection: close"),
    _request(PAGE, "Range: bytes=0-9"),
    _request(PAGE, "Content-Length: 0"),
    _request(PAGE, "X-Name: Phường"),
    _request(PAGE, "X_Name: value"),
    _request(PAGE, method="HEAD"),
    _request(PAGE.rstrip("/")),
    _request(f"{PAGE}?edition={NAME}"),
    _request(f"{PAGE}no-such-page/"),
    _request(f"/editions/{NAME}/ranking.csv", TAG),
    _request("/vi/track"),
    _request(f"/vi/editions/..%2f{NAME}/"),
)


@pytest.mark.parametrize("asked", ASKED, ids=range(len(ASKED)))
async def test_the_lane_answers_as_the_server_does(asked: bytes, sockets: Sockets):
    await _same(sockets, asked)


async def test_who_has_the_page_is_told_so(sockets: Sockets):
    [page] = await _same(sockets, _request(PAGE, TAG))
    tag = re.search(rb"etag: (\S+)", page)
    assert tag is not None
    [told] = await _same(sockets, _request(PAGE, TAG, f"If-None-Match: {tag[1].decode()}"))
    assert told.startswith(b"HTTP/1.1 304")


@pytest.mark.parametrize("cut", [1, 3, 20, 60, -1])
async def test_a_request_in_pieces_is_one_request(cut: int, sockets: Sockets):
    asked = _request(PAGE)
    await _same(sockets, asked[:cut], asked[cut:])


async def test_requests_one_behind_the_other_are_answered_in_order(sockets: Sockets):
    page, other = _request(PAGE), _request("/vi/track")
    found = await _same(sockets, page, other, page + other + page, page, count=6)
    assert [b"the application" in one for one in found] == [False, True, False, True, False, False]


async def test_what_is_a_body_is_never_taken_for_a_request(sockets: Sockets):
    inner = _request(PAGE)
    outer = _request("/vi/track", f"Content-Length: {len(inner)}", method="POST")
    found = await _same(sockets, outer, inner, _request(PAGE), count=2)
    assert [b"the application" in one for one in found] == [True, False]


def test_without_a_board_in_front_the_server_reads_as_it_always_did(tmp_path: Path):
    application = PlainTextResponse("the application")
    assert lane.served_by(application) == "httptools"
    assert issubclass(lane.served_by(Board(application, tmp_path)), HttpToolsProtocol)
