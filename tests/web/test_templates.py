"""The templates themselves, each error page, each component; and the reader that judges them."""

import os
import re
import shutil

import pytest
from axe_playwright_python.sync_playwright import Axe
from playwright.sync_api import Route, sync_playwright

from tests import pages
from tests.web import samples
from web.drawing import assets, rendering
from web.language import i18n

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome")
needs_browser = pytest.mark.skipif(
    not CHROMIUM and os.environ.get("HAILONG_REQUIRE_BROWSER") != "1", reason="no Chromium found"
)
CSP = (
    "default-src 'none'; script-src 'self'; style-src 'self'; img-src 'self'; font-src 'self'; "
    "base-uri 'none'; form-action 'self'; frame-ancestors 'none'"
)
TEMPLATES = sorted(rendering.environment("vi").list_templates())
ERRORS = [name for name in TEMPLATES if re.fullmatch(r"errors/\d+\.html", name)]
GOOD = (
    "<!doctype html><html lang=vi><head><title>Trang – Hài lòng</title></head>"
    "<body><main><h1>Trang</h1>{}</main></body></html>"
)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_compiles(name: str, language: str):
    rendering.environment(language).get_template(name)


@pytest.mark.parametrize("name", TEMPLATES)
def test_a_template_holds_nothing_that_gets_round_escaping_or_the_policy(name: str):
    source = (rendering.TEMPLATES / name).read_text("utf-8")
    assert not re.search(r"\|\s*safe\b|autoescape|Markup", source)
    assert not re.search(r"\sstyle=|<style|\son\w+=|javascript:", source)
    assert not re.search(r"<script(?! src=\"\{\{ (?:up ~ |place\.)?static\()", source)
    assert not re.search(r"(?:src|href|action)=\"(?:https?:)?//", source)


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("name", ERRORS)
def test_an_error_page_says_what_happened_and_what_to_do_next(name: str, language: str):
    page = pages.read(rendering.render(name, language, reference="K7", message="<Vì sao>"))
    assert page.title == f"{page.h1} – Hài lòng"
    assert "K7" in page.text
    assert "<Vì sao>" in page.text
    assert f"/{language}/" in page.links()


@pytest.mark.parametrize("language", i18n.LANGUAGES)
@pytest.mark.parametrize("faults", [{}, samples.FAULTS])
def test_every_component_makes_a_good_page(language: str, faults: dict[str, str]):
    pages.read(samples.every_component(language, faults=faults))


def test_a_form_sent_back_keeps_what_was_typed_and_shows_faults_twice():
    typed = {"text": "Đèn <hỏng>", "agency": "A2", "solved": "no", "consent": "yes"}
    page = pages.read(
        samples.every_component(form=samples.form(values=typed, faults=samples.FAULTS))
    )
    sent = page.fields()
    assert {name: sent[name] for name in typed} == typed
    for message in samples.FAULTS.values():
        assert page.text.count(message) == 2
    assert page.links()["#subject"] == samples.FAULTS["subject"]


def test_a_form_without_faults_has_no_summary():
    assert "Có nội dung cần sửa" not in samples.every_component()


def test_a_password_is_never_sent_back():
    template = rendering.environment("vi").from_string(
        '{% from "components/text_input.html" import text_input %}'
        '{{ text_input(form, "password", "Mật khẩu", type="password") }}'
    )
    assert "secret" not in template.render(form=samples.form(values={"password": "secret"}))


def test_a_cell_knows_its_column_and_its_role_when_the_table_is_stacked():
    page = pages.read(samples.every_component())
    row = page.all("tr")[1]
    assert [cell.get("data-label") for cell in row] == samples.WORDS["head"]
    assert [cell.get("role") for cell in row] == ["rowheader", *["cell"] * 4]


def test_the_characters_left_are_counted_in_vietnamese():
    page = pages.read(samples.every_component())
    (group,) = (
        group for group in page.all("div") if group.get("data-module") == "govuk-character-count"
    )
    assert group.get("data-i18n.characters-under-limit.other") == "Còn %{count} ký tự"
    assert "Tối đa 2.000 ký tự" in page.text


@pytest.mark.parametrize(
    ("body", "fault"),
    [
        ("<p><div></div></p>", "end tag"),
        ("<b>bold", "end tag"),
        ("<p id=a></p><p id=a></p>", "id 'a' stands 2 times"),
        ("<h1>Hai</h1>", "h1"),
        ("<input name=q>", "field 'q' has no label"),
        ("<label for=q></label><input id=q name=q>", "field 'q' has no label"),
        ("<label for=nobody>Tên</label>", "leads nowhere"),
        ("<fieldset><p>Chọn</p></fieldset>", "without legend"),
        ("<p style='color:red'></p>", "style"),
        ("<p onclick='x()'></p>", "onclick"),
        ("<script>x()</script>", "inline <script>"),
        ("<style>p{}</style>", "inline <style>"),
        ("<a href='javascript:x()'>Bấm</a>", "javascript"),
        ("<a href='/vi/'></a>", "without words"),
        ("<a href='#x'>Xem</a>", "leads nowhere"),
        ("<img src=x>", "without alt"),
        ("<button></button>", "without words"),
    ],
)
def test_the_reader_refuses(body: str, fault: str):
    pages.read(GOOD.format("<p>Được.</p>"))
    with pytest.raises(pages.BadPage, match=re.escape(fault)):
        pages.read(GOOD.format(body))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("<!doctype html>", ""),
        (" lang=vi", ""),
        ("Trang – Hài lòng", ""),
        ("Trang – Hài lòng", " – Hài lòng"),
        ("<h1>Trang</h1>", ""),
        ("main>", "div>"),
    ],
)
def test_the_reader_refuses_a_page_that_lacks(old: str, new: str):
    with pytest.raises(pages.BadPage):
        pages.read(GOOD.format("").replace(old, new))


@pytest.mark.browser
@needs_browser
def test_every_component_is_accessible_and_fits_phone_and_desk():
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM) as browser,
    ):
        for width in (360, 390, 1280):
            page = browser.new_page(viewport={"width": width, "height": 900}, bypass_csp=True)
            page.route("**/*", _answer)
            page.goto("http://hailong.example/")
            violations = Axe().run(page).response["violations"]
            assert [(found["id"], found["nodes"][0]["html"]) for found in violations] == []
            assert page.evaluate("document.documentElement.scrollWidth") == width


@pytest.mark.browser
@needs_browser
def test_under_the_policy_nothing_is_refused_and_the_script_counts():
    said: list[str] = []
    with (
        sync_playwright() as playwright,
        playwright.chromium.launch(executable_path=CHROMIUM) as browser,
    ):
        page = browser.new_page()
        page.on("console", lambda message: said.append(message.text))
        page.on("pageerror", lambda error: said.append(str(error)))
        page.route("**/*", _answer)
        page.goto("http://hailong.example/")
        page.fill("#text", "đèn")
        assert page.inner_text("#text-info") == "Còn 1.997 ký tự"
        assert page.evaluate("document.activeElement.id") == "text"
        assert page.evaluate("document.fonts.check('16px \"Be Vietnam Pro\"', 'ệ')")
    assert said == []


def _answer(route: Route) -> None:
    name = route.request.url.removeprefix("http://hailong.example/").removeprefix("static/")
    if not name:
        route.fulfill(
            body=samples.every_component(faults=samples.FAULTS),
            content_type="text/html; charset=utf-8",
            headers={"Content-Security-Policy": CSP},
        )
        return
    kind = {"css": "text/css", "js": "text/javascript", "svg": "image/svg+xml"}
    route.fulfill(
        body=assets.published()[name],
        content_type=kind.get(name.rsplit(".", 1)[1], "font/woff2"),
    )
