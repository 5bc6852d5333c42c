"""The picture in the README is made from the board as it is, not drawn."""

import functools
import http.server
import os
import shutil
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest
from playwright.sync_api import Route, sync_playwright

from tests.web import editions
from web.board import pages, release

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
PICTURE = Path(__file__).parents[2] / "docs" / "board.png"
WIDTH, HEIGHT = 1280, 2100

pytestmark = [
    pytest.mark.browser,
    pytest.mark.skipif(
        CHROMIUM is None and os.environ.get("HAILONG_REQUIRE_BROWSER") != "1",
        reason="no Chromium found",
    ),
]


# Names are real, every figure is invented: (name, answers from 1 to 5, kept, late, still open).
WARDS = (
    ("Sài Gòn", (4, 6, 14, 210, 466), (880, 21, 6)),
    ("Bến Thành", (6, 9, 16, 170, 399), (640, 30, 5)),
    ("Thủ Đức", (9, 14, 24, 260, 493), (910, 74, 12)),
    ("Bàn Cờ", (5, 9, 15, 101, 190), (380, 22, 8)),
    ("Xuân Hòa", (3, 6, 10, 88, 133), (300, 19, 3)),
    ("Tân Định", (8, 11, 21, 122, 188), (410, 45, 16)),
    ("Phú Lợi", (11, 19, 22, 140, 158), (350, 52, 21)),
    ("Vũng Tàu", (22, 31, 40, 201, 166), (420, 96, 44)),
    ("An Khánh", (2, 2, 5, 22, 31), (80, 4, 1)),
    ("Hòa Hưng", (1, 3, 4, 19, 24), (61, 7, 0)),
    ("Rạch Dừa", (1, 1, 2, 4, 5), (20, 2, 1)),
    ("Long Hương", (0, 1, 1, 3, 4), (14, 1, 0)),
)
CITY = tuple(
    editions.gathered(
        str(26740 + 3 * number), name_vi=f"Phường {name}", name_en=f"{name} Ward", **counts
    )
    for number, (name, levels, due) in enumerate(WARDS)
    for counts in ({"levels": levels, "due": due},)
)


class _Silent(http.server.SimpleHTTPRequestHandler):
    def log_message(self, *_: object) -> None:
        """Say nothing."""


@pytest.fixture
def served(tmp_path: Path) -> Iterator[str]:
    """An invented edition on a plain static server, as anybody may serve it."""
    folder = tmp_path / "edition"
    release.release(pages.files(editions.make_edition(CITY), demo=True), folder)
    handler = functools.partial(_Silent, directory=str(folder))
    with http.server.ThreadingHTTPServer(("127.0.0.1", 0), handler) as server:
        threading.Thread(target=server.serve_forever, daemon=True).start()
        yield f"http://127.0.0.1:{server.server_port}"
        server.shutdown()


def _waiting_for_letters(route: Route) -> None:
    """A reader is not kept waiting for our letters; the picture is."""
    answer = route.fetch()
    body = answer.text().replace("font-display:optional", "font-display:block")
    route.fulfill(response=answer, body=body)


def test_the_picture_is_made_from_the_board(served: str, tmp_path: Path) -> None:
    """With `HAILONG_PICTURES=1` it replaces the one in the README."""
    replacing = os.environ.get("HAILONG_PICTURES") == "1"
    made = PICTURE if replacing else tmp_path / "board.png"
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(
            executable_path=CHROMIUM, args=["--no-sandbox", "--disable-gpu"]
        ) as browser,
    ):
        page = browser.new_page(viewport={"width": WIDTH, "height": HEIGHT})
        failed: list[str] = []
        page.on("requestfailed", lambda request: failed.append(request.url))
        page.route("**/hailong.*.css*", _waiting_for_letters)
        page.goto(f"{served}/vi/")
        page.evaluate("document.fonts.ready")
        page.screenshot(path=made)
        assert page.locator("main table").count() > 0
        assert not failed
    header = made.read_bytes()[:24]
    assert header[:8] == b"\x89PNG\r\n\x1a\n"
    size = int.from_bytes(header[16:20], "big"), int.from_bytes(header[20:24], "big")
    assert size == (WIDTH, HEIGHT)
    assert PICTURE.is_file()
