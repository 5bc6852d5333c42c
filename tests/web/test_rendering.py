"""Templates to text: escaping, missing values, addresses, pages of a request, our files."""

import gzip
import re
from collections.abc import AsyncIterator
from decimal import Decimal
from types import SimpleNamespace
from urllib.parse import parse_qs, unquote, urlsplit

import httpx
import jinja2
import pytest
from hypothesis import given
from hypothesis import strategies as st
from markupsafe import Markup
from starlette.applications import Starlette
from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from tests import pages
from web.drawing import assets, rendering
from web.language import i18n

NASTY = "<script>alert('\"')</script>"
filled = st.text(st.characters(exclude_categories=["Cs"]), min_size=1)


async def _missing(request: Request) -> Response:
    return rendering.page(request, "errors/404.html", status=404)


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    app = Starlette(routes=[*assets.routes(), Route("/{path:path}", _missing)])
    app.state.settings = SimpleNamespace(
        demo=True, timezone="Asia/Ho_Chi_Minh", base_url="https://hailong.example"
    )
    transport = httpx.ASGITransport(app)
    async with httpx.AsyncClient(transport=transport, base_url="http://evil.example") as client:
        yield client


@pytest.mark.parametrize("name", ["a.html", "a.txt", "a.svg", "a.html.j2", "a"])
def test_everything_is_escaped_whatever_its_name(name: str):
    environment = rendering.environment("vi").overlay(
        loader=jinja2.DictLoader({name: '<a title="{{ text }}">{{ text }}</a>'})
    )
    shown = environment.get_template(name).render(text=NASTY)
    assert "<script" not in shown
    assert "'" not in shown
    assert shown.count('"') == 2


def test_a_mail_says_what_was_written_and_a_page_shows_it_harmlessly():
    values = {"message": NASTY, "reference": "A & B"}
    assert NASTY in rendering.plain("errors/404.html", "vi", **values)
    assert "A &amp; B" in rendering.render("errors/404.html", "vi", **values)


def test_a_published_page_finds_its_files_from_its_own_folder():
    values = {"root": "..", "home": "index.html", "alternates": {"vi": "a.html", "en": "../en/a"}}
    text = rendering.render("errors/404.html", "vi", **values)
    assert f'href="..{assets.address("hailong.css")}"' in text
    assert pages.read(text).links()["../en/a"] == "English"
    assert '"/static' not in text


def test_a_value_nobody_gave_is_a_fault():
    with pytest.raises(jinja2.UndefinedError):
        rendering.environment("vi").from_string("{{ nobody }}").render()


def test_a_translated_sentence_escapes_what_is_put_into_it():
    template = rendering.environment("vi").from_string(
        '{{ _("%(count)s characters left", count=x) }}'
    )
    assert template.render(x="<b>") == "Còn &lt;b&gt; ký tự"


def test_filters_speak_the_language_of_the_page():
    source = "{{ 0.913 | percent }} {{ 1234 | number }}"
    shown = [rendering.environment(lang).from_string(source).render() for lang in ("vi", "en")]
    assert shown == ["91,3% 1.234", "91.3% 1,234"]


def test_cases_are_whole_unless_an_agency_held_a_part_of_one():
    source = "{{ 1234 | cases }} {{ all | cases }} {{ part | cases }}"
    values = {"all": Decimal("17.00"), "part": Decimal("2.04")}
    shown = [rendering.environment(of).from_string(source).render(values) for of in ("vi", "en")]
    assert shown == ["1.234 17 2,0", "1,234 17 2.0"]


def test_an_address_is_in_the_language_and_quotes_its_values():
    assert rendering.url("vi") == "/vi/"
    assert rendering.url("en", "inbox", "HS/12 a", "answer") == "/en/inbox/HS%2F12%20a/answer"
    assert rendering.url("vi", "inbox", q="hỏng & cũ", page=None) == (
        "/vi/inbox?q=h%E1%BB%8Fng+%26+c%C5%A9"
    )


@given(filled, filled)
def test_what_goes_into_an_address_comes_out_the_same(segment: str, asked: str):
    parts = urlsplit(rendering.url("vi", "inbox", segment, q=asked))
    assert (parts.scheme, parts.netloc, parts.fragment) == ("", "", "")
    assert unquote(parts.path.split("/")[3]) == segment
    assert parse_qs(parts.query)["q"] == [asked]


@pytest.mark.parametrize(
    "link", ["https://a.example/x?y#z", "HTTP://a.example", "/vi/track", "#main", "?page=2", "vi/x"]
)
def test_a_link_that_only_leads_somewhere_is_kept(link: str):
    assert rendering.url_safe(link) == link


@pytest.mark.parametrize(
    "link",
    [
        "javascript:alert(1)",
        "JaVaScRiPt:alert(1)",
        " javascript:alert(1)",
        "java\nscript:alert(1)",
        "\x01javascript:alert(1)",
        "data:text/html,x",
        "vbscript:x",
        "//evil.example",
        "/\\evil.example",
        "/\t/evil.example",
        "\\\\evil.example",
        "https:evil.example",
        "https:///evil.example",
        "",
    ],
)
def test_a_link_that_may_do_more_leads_nowhere(link: str):
    assert rendering.url_safe(link) == "#"


async def test_a_page_is_in_the_language_of_its_path(client: httpx.AsyncClient):
    for language in i18n.LANGUAGES:
        answer = await client.get(f"/{language}/nowhere")
        assert answer.status_code == 404
        assert answer.headers["content-language"] == language
        assert pages.read(answer.text).lang == language


async def test_without_a_language_in_the_path_the_browser_decides(client: httpx.AsyncClient):
    answer = await client.get("/nowhere", headers={"Accept-Language": "en"})
    assert pages.read(answer.text).lang == "en"


async def test_the_language_switch_stays_where_the_reader_is(client: httpx.AsyncClient):
    page = pages.read((await client.get("/vi/inbox/HS%2F1?q=a&page=2")).text)
    assert page.links()["/en/inbox/HS/1?q=a&page=2"] == "English"
    assert "/en/" in pages.read((await client.get("/nowhere")).text).links()


async def test_no_link_of_a_page_contains_the_host_that_was_asked_for(client: httpx.AsyncClient):
    text = (await client.get("/vi/nowhere")).text
    assert "evil" not in text
    assert 'hreflang="en" href="https://hailong.example/en/nowhere"' in text


async def test_a_path_cannot_break_out_of_the_page(client: httpx.AsyncClient):
    page = pages.read((await client.get('/vi/"><script>alert(1)</script>')).text)
    assert all(script.get("src") for script in page.all("script"))


async def test_a_demonstration_says_so(client: httpx.AsyncClient):
    assert "Thành phố minh họa." in pages.read((await client.get("/vi/nowhere")).text).text
    assert "minh họa" not in rendering.render("errors/404.html", "vi")


async def test_a_file_of_ours_may_be_kept_for_ever(client: httpx.AsyncClient):
    plain = await client.get(assets.address("hailong.css"), headers={"Accept-Encoding": "identity"})
    packed = await client.get(assets.address("hailong.css"), headers={"Accept-Encoding": "gzip"})
    assert "immutable" in plain.headers["cache-control"]
    assert plain.headers["content-type"] == "text/css; charset=utf-8"
    assert packed.headers["content-encoding"] == "gzip"
    assert plain.content == packed.content  # httpx unpacks
    assert plain.headers["vary"] == packed.headers["vary"] == "Accept-Encoding"


@pytest.mark.parametrize("name", ["hailong.css", "hailong.00000000.css", "../i18n.py", "", "fonts"])
async def test_any_other_name_is_not_found(client: httpx.AsyncClient, name: str):
    assert (await client.get(f"/static/{name}")).status_code == 404


def test_the_stylesheet_is_small_and_all_it_names_is_here():
    css = (assets.FOLDER / "hailong.css").read_text("utf-8")
    assert len(gzip.compress(css.encode())) <= 16 * 1024
    assert set(re.findall(r"url\(([^)#]+)\)", css)) <= set(assets.published())
    assert len(re.findall(r"\.woff2\)", css)) == 4
    for foreign in ("GDS", "crown", "@import", "data:"):
        assert foreign not in css


def test_a_published_folder_carries_the_very_files_a_page_names():
    text = rendering.render("errors/404.html", "vi")
    for address in re.findall(r'"/static/([^"]+)"', text):
        assert assets.digested(_undigested(address), assets.published()[address]) == address


def _undigested(name: str) -> str:
    return re.sub(r"\.[0-9a-f]{8}(\.\w+)$", r"\1", name)


def test_what_is_known_row_by_row_is_escaped_and_keeps_room_beside_links():
    plain = rendering.summary_rows([("A & B", Markup("<b>1</b>"))])
    assert "A &amp; B" in plain
    assert "<b>1</b>" in plain
    assert "no-actions" not in plain
    mixed = rendering.summary_rows([("A", 1), ("<B>", 2, "/there", "Change")])
    assert mixed.count("govuk-summary-list__row--no-actions") == 1
    assert '<a class="govuk-link" href="/there">Change' in mixed
    assert "(&lt;B&gt;)" in mixed


@pytest.mark.parametrize(
    ("share", "start", "place"),
    [(0, 0, "4"), (1, 0.5, "196"), (0.75, 0.5, "100"), (0.3, 0.5, "4"), (Decimal("1.2"), 0, "196")],
)
def test_a_share_stands_on_its_bar_and_never_beyond_it(
    share: float | Decimal, start: float, place: str
):
    assert rendering.along(share, start) == place
