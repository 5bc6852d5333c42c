"""Hostile texts in every field people fill in, shown in every view: words, and nothing more."""

import asyncio
import re
from dataclasses import dataclass, field

import httpx
import pytest
from playwright.async_api import Browser, Dialog, Page, Request

from tests import pages
from tests.browser.conftest import House, hold
from tests.browser.visits import BEGUN

MARK = "window.hailongWasHere=1"
CORPUS = (
    f"<script>{MARK}</script>",
    f"<img src=x onerror='{MARK}'>",
    f"<svg/onload={MARK}>",
    f'"><details open ontoggle={MARK}>',
    f"'-({MARK})-'",
    f"</textarea></title><script>{MARK}</script>",
    f"<iframe srcdoc='<script>parent.{MARK}</script>'></iframe>",
    "<img src=https://evil.example/x.png><link rel=stylesheet href=//evil.example/x.css>",
    "<form action=https://evil.example><button>Gửi",
    "<base href=https://evil.example/><meta http-equiv=refresh content=0;url=//evil.example>",
    f"javascript:{MARK}//",
    f"{{{{ {MARK} }}}} {{% raise %}} ${{{MARK}}} %(name)s %s",
    '=HYPERLINK("https://evil.example","x")',
    "@SUM(1+1)*cmd|' /C calc'!A0",
    "\u202egpj.exe\u202c \u2066abc\u2069 \u200b\u200d\ufeff",
    "&lt;b&gt; &amp;amp; &#60;script&#62;",
    "]]><!--<!DOCTYPE x [<!ENTITY y SYSTEM 'file:///etc/passwd'>]>",
)
ALL = "\n".join(CORPUS)


@dataclass
class Planted:
    """Where the corpus lies: cases by reference, and the code of each."""

    codes: dict[str, str] = field(default_factory=dict)


def _post(visitor: httpx.Client, path: str, **sent: str) -> httpx.Response:
    """The form of that page that goes to that page, as it stands but for what is sent."""
    page = pages.read(visitor.get(path).text)
    token = next(
        each.get("value", "") for each in page.all("input") if each.get("name") == "csrf_token"
    )
    return visitor.post(path, data={"csrf_token": token, **sent})


@pytest.fixture(scope="module")
def planted(house: House) -> Planted:
    found = Planted()
    with httpx.Client(base_url=house.address, timeout=60) as guest:
        for payload in CORPUS:
            contact = {"name": payload, "email": "an@example.vn", "phone": "0901234567"}
            told = {"subject": payload, "text": f"{payload}\n{ALL}", "location": payload}
            answer = guest.post("/api/v1/cases", json={**BEGUN, **told, "contact": contact})
            assert answer.status_code == 201, (payload, answer.text)
            found.codes[answer.json()["reference"]] = answer.json()["tracking_code"]
    reference, code = next(iter(found.codes.items()))
    cookies = house.cookies_of("officer")
    with httpx.Client(base_url=house.address, timeout=60, cookies=cookies) as officer:
        case = f"/vi/inbox/{reference}"
        for action, sent in (
            ("assign", {"officer": "officer", "take": "yes"}),
            ("note", {"text": ALL}),
            ("reveal", {"reason": "call_back", "words": f"{CORPUS[1]} đủ dài"}),
            ("extend", {"until": "2031-03-03", "reason": CORPUS[0]}),
            ("look", {}),
            ("answer", {"text": ALL, "outcome": "solved", "cause": "unknown"}),
        ):
            answer = _post(officer, f"{case}/{action}", **sent)
            assert answer.status_code in {200, 303}, (action, answer.text)
        _post(officer, "/vi/corrections/new?code=" + reference, code=reference)
    rating = {"tracking_code": code, "overall": 1, "comment": ALL[:1900]}
    assert httpx.post(f"{house.address}/api/v1/cases/rate", json=rating).status_code == 200
    return found


VIEWS = (
    ("officer", "inbox?view=all"),
    ("officer", f"inbox?q={CORPUS[1]}"),
    ("officer", "inbox/{first}"),
    ("officer", "inbox/{second}"),
    ("officer", "inbox/{third}/answer"),
    ("officer", "inbox/{first}/reveal"),
    ("officer", "corrections/new?code={first}"),
    ("auditor", "admin/reveals"),
    ("coordinator", "handed-over"),
    ("coordinator", "inbox?agency=W1&view=all"),
    ("guest", f"complaints/new?step=agency&q={CORPUS[0]}"),
    ("guest", f"commitments/?q={CORPUS[3]}"),
    ("guest", f"sign-in?next={CORPUS[10]}"),
    ("guest", f"track?x={CORPUS[1]}"),
)


@pytest.mark.parametrize("bypasses", [False, True], ids=["with-policy", "without-policy"])
async def test_nothing_is_executed_asked_for_or_opened(
    browser: Browser, house: House, planted: Planted, bypasses: bool
) -> None:
    context = await browser.new_context(bypass_csp=bypasses)
    page = await context.new_page()
    wrong: list[str] = []
    page.on("dialog", lambda dialog: wrong.append(f"dialog {_closed(dialog)}"))
    page.on("request", lambda request: wrong.extend(_foreign(request, house)))
    references = list(planted.codes)
    names = dict(zip(("first", "second", "third"), references, strict=False))
    for who, path in VIEWS:
        await context.clear_cookies()
        await hold(page, house, who)
        await page.goto(f"{house.address}/vi/{_named(path, names)}")
        await _unharmed(page, path, wrong)
    for code in planted.codes.values():
        await context.clear_cookies()
        await page.goto(f"{house.address}/vi/track")
        await page.fill("[name=code]", code)
        await page.press("[name=code]", "Enter")
        await page.wait_for_load_state()
        await _unharmed(page, f"track {code}", wrong)
    await context.close()
    assert not wrong, "\n".join(wrong)


def _named(path: str, names: dict[str, str]) -> str:
    for name, reference in names.items():
        path = path.replace(f"{{{name}}}", reference)
    return path


def _closed(dialog: Dialog) -> str:
    asyncio.ensure_future(dialog.dismiss())  # noqa: RUF006 -- the page waits for it
    return dialog.message


def _foreign(request: Request, house: House) -> list[str]:
    is_ours = request.url.startswith((house.address, "data:image"))
    return [] if is_ours else [f"asked for {request.url}"]


async def _unharmed(page: Page, where: str, wrong: list[str]) -> None:
    if await page.evaluate("() => 'hailongWasHere' in window"):
        wrong.append(f"executed on {where}")
    inline = (
        "() => [...document.querySelectorAll('main *')].filter(e => [...e.attributes]"
        ".some(({ name, value }) => name.startsWith('on') ||"
        " /^javascript:/i.test(value) && name !== 'value'))"
        ".map(e => e.outerHTML.slice(0, 100))"
    )
    wrong += [f"{where}: {each}" for each in await page.evaluate(inline)]


OFFERED = (
    ("guest", "commitments/"),
    ("guest", "data"),
    ("officer", "inbox?view=all"),
    ("administrator", "admin"),
    ("administrator", "admin/calendars"),
)


def test_no_cell_of_an_export_is_a_formula(house: House, planted: Planted) -> None:
    """Every file that is offered as CSV on any page of the staff and of residents."""
    assert planted.codes
    found = set()
    for who, start in OFFERED:
        with httpx.Client(base_url=house.address, cookies=house.cookies_of(who)) as visitor:
            page = visitor.get(f"/vi/{start}").text
            for path in set(re.findall(r'href="([^"]+\.csv[^"]*)"', page)):
                answer = visitor.get(path.replace("&amp;", "&"))
                assert answer.status_code == 200, path
                assert not re.search(r'(^|,|\n)"?[=@\t]', answer.text), path
                found.add(path)
    assert found
