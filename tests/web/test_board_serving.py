"""Released editions as they are served: the same bytes under the application's addresses."""

import gzip
import json
from pathlib import Path

import httpx
import pytest
from starlette.responses import PlainTextResponse

from tests import pages as reader
from tests.web import editions
from web.board import pages, release
from web.board.serving import Board

FILES = pages.files(editions.make_edition())
NAME = "2026-Q3"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    parent = tmp_path_factory.mktemp("editions")
    release.release(FILES, parent / NAME)
    return parent


@pytest.fixture
def client(folder: Path) -> httpx.AsyncClient:
    board = Board(PlainTextResponse("the application", 404), folder)
    return httpx.AsyncClient(
        transport=httpx.ASGITransport(board),  # type: ignore[arg-type]
        base_url="http://test",
        headers={"accept-encoding": "identity"},
    )


@pytest.mark.parametrize(
    ("path", "name"),
    [
        (f"/vi/editions/{NAME}/", "vi/index.html"),
        (f"/en/editions/{NAME}/agencies/26740/", "en/agencies/26740/index.html"),
        (f"/vi/editions/{NAME}/agencies/SO%20Y%20T%E1%BA%BE/", "vi/agencies/SO Y TẾ/index.html"),
        (f"/vi/editions/{NAME}/method/", "vi/method/index.html"),
        (f"/editions/{NAME}/ranking.csv", "ranking.csv"),
        (f"/editions/{NAME}/manifest.json", "manifest.json"),
        (f"/editions/{NAME}/", "index.html"),
        (f"/vi/editions/ranking.csv?edition={NAME}", "ranking.csv"),
    ],
)
async def test_a_file_is_served_as_it_lies_on_disk(client: httpx.AsyncClient, path: str, name: str):
    found = await client.get(path)
    assert (found.status_code, found.content) == (200, FILES[name])
    head = await client.head(path)
    assert (head.status_code, head.content) == (200, b"")
    assert head.headers["content-length"] == str(len(FILES[name]))


@pytest.mark.parametrize(
    ("path", "location"),
    [
        (f"/vi/editions/{NAME}", f"/vi/editions/{NAME}/"),
        (f"/editions/{NAME}", f"/editions/{NAME}/"),
        (f"/vi/editions/{NAME}/method", f"/vi/editions/{NAME}/method/"),
        (f"/vi/editions/en/?edition={NAME}", f"/en/editions/{NAME}/"),
        (
            f"/vi/editions/en/agencies/SO%20Y%20T%E1%BA%BE/?edition={NAME}",
            f"/en/editions/{NAME}/agencies/SO%20Y%20T%E1%BA%BE/",
        ),
    ],
)
async def test_the_address_that_is_meant_is_told(
    client: httpx.AsyncClient, path: str, location: str
):
    found = await client.get(path)
    assert (found.status_code, found.headers["location"]) == (308, location)


@pytest.mark.parametrize(
    "path",
    [
        "/",
        "/vi/",
        "/vi/editions/",
        "/vi/editions",
        f"/vi/editions/?edition={NAME}",
        f"/vi/editions?edition={NAME}",
        "/vi/editions/2020-Q1/",
        f"/vi/editions/{NAME}/agencies/nobody/",
        f"/vi/editions/{NAME}/../../../secrets.toml",
        f"/editions/{NAME}/%2e%2e/secrets.toml",
        "/editions/",
        "/editions/..%2f",
        f"/de/editions/{NAME}/",
        "/vi/editions/ranking.csv",
        "/vi/editions/ranking.csv?edition=2020-Q1",
        "//vi/editions/",
    ],
)
async def test_everything_else_is_the_applications(client: httpx.AsyncClient, path: str):
    assert (await client.get(path)).text == "the application"


async def test_what_is_posted_is_the_applications(client: httpx.AsyncClient):
    assert (await client.post(f"/vi/editions/{NAME}/")).text == "the application"


async def test_every_link_of_a_served_page_is_answered(client: httpx.AsyncClient):
    for path in (f"/vi/editions/{NAME}/", f"/en/editions/{NAME}/agencies/26740/"):
        page = reader.read((await client.get(path)).text)
        links = [*page.links(), *(link.get("href", "") for link in page.all("link"))]
        for link in links:
            if link.startswith("#"):
                continue
            address = httpx.URL(f"http://test{path}").join(link)
            found = await client.get(address, follow_redirects=True)
            is_home = address.path in {"/vi/editions/", "/en/editions/"}
            assert found.text == "the application" if is_home else found.status_code == 200, link


async def test_a_stylesheets_fonts_are_found_without_the_question(client: httpx.AsyncClient):
    font = next(name for name in FILES if name.endswith(".woff2"))
    found = await client.get(f"/vi/editions/{font}")
    assert found.content == FILES[font]
    assert "immutable" in found.headers["cache-control"]


async def test_what_the_reader_has_is_not_sent_again(client: httpx.AsyncClient):
    path = f"/vi/editions/{NAME}/"
    tag = (await client.get(path)).headers["etag"]
    again = await client.get(path, headers={"if-none-match": f'"other", W/{tag}'})
    assert (again.status_code, again.content, again.headers["etag"]) == (304, b"", tag)
    other = await client.get(path, headers={"if-none-match": '"other"'})
    assert other.status_code == 200


async def test_it_is_packed_for_those_who_take_it(client: httpx.AsyncClient):
    path = f"/vi/editions/{NAME}/"
    plain = await client.get(path)
    async with client.stream("GET", path, headers={"accept-encoding": "br, gzip"}) as found:
        raw = b"".join([part async for part in found.aiter_raw()])
    assert gzip.decompress(raw) == FILES["vi/index.html"]
    assert found.headers["etag"] != plain.headers["etag"]
    refused = await client.get(path, headers={"accept-encoding": "gzip;q=0"})
    assert "content-encoding" not in refused.headers


async def test_headers_say_what_it_is(client: httpx.AsyncClient):
    page = (await client.get(f"/en/editions/{NAME}/")).headers
    assert page["content-type"] == "text/html; charset=utf-8"
    assert page["content-language"] == "en"
    assert page["x-content-type-options"] == "nosniff"
    table = (await client.get(f"/editions/{NAME}/ranking.csv")).headers
    assert table["content-type"] == "text/csv; charset=utf-8"


async def test_a_new_edition_is_noticed(tmp_path: Path):
    board = Board(PlainTextResponse("the application", 404), tmp_path / "editions")
    path = "/editions/2026-Q4/manifest.json"
    transport = httpx.ASGITransport(board)  # type: ignore[arg-type]
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        assert (await client.get(path)).status_code == 404
        release.release(FILES, tmp_path / "editions" / "2026-Q4")
        found = await client.get(path)
    assert json.loads(found.content)["edition"] == NAME


async def test_a_browser_is_told_what_every_file_is(client: httpx.AsyncClient) -> None:
    """It guesses nothing (`nosniff`): a script of no known type would not run."""
    told = {}
    for suffix in {Path(name).suffix for name in FILES}:
        name = next(name for name in FILES if name.endswith(suffix))
        told[suffix] = (await client.get(f"/editions/{NAME}/{name}")).headers["content-type"]
    assert "application/octet-stream" not in told.values()
    assert told[".js"].startswith("text/javascript")


async def test_a_page_that_was_corrected_leads_to_the_same_page_of_the_correction(
    tmp_path: Path,
) -> None:
    """Its bytes stay; RFC 5829. An agency that is gone leads to the front."""
    board = Board(PlainTextResponse("the application", 404), tmp_path / "editions")
    transport = httpx.ASGITransport(board)
    async with httpx.AsyncClient(transport=transport, base_url="http://test") as client:
        release.release(FILES, tmp_path / "editions" / NAME)
        before = await client.get(f"/vi/editions/{NAME}/agencies/26740/")
        assert "link" not in before.headers

        later = editions.make_edition(editions.CITY[:1], name=f"{NAME}.2", supersedes=NAME)
        release.release(pages.files(later), tmp_path / "editions" / later.name)
        for path, leads in (
            ("agencies/26740/", "agencies/26740/"),
            ("agencies/26743/", ""),
            ("on-time.html", "on-time.html"),
            ("", ""),
        ):
            found = await client.get(f"/vi/editions/{NAME}/{path}")
            address = f"/vi/editions/{later.name}/{leads}"
            assert found.headers["link"] == f'<{address}>; rel="successor-version"'
            assert (await client.get(address)).status_code == 200
        after = await client.get(f"/vi/editions/{NAME}/agencies/26740/")
        assert (after.content, after.headers["etag"]) == (before.content, before.headers["etag"])
        for path in (f"/vi/editions/{later.name}/", f"/editions/{NAME}/ranking.csv"):
            assert "link" not in (await client.get(path)).headers
