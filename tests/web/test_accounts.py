"""Signing in by two steps, one's own account, and what becomes of a form whose session ended."""

from collections.abc import AsyncIterator, Mapping
from datetime import timedelta

import httpx
import pyotp
import pytest

from feedback import casework
from feedback.models import AccountRow, MessageRow, NoticeRow
from feedback.staff import accounts, second_factor, sessions
from tests import make, pages
from tests.make import Clock, act
from tests.pages import Page
from tests.web.client import client
from web import reactions
from web.settings import Settings

NEW = "một câu thật dài để nhớ"


@pytest.fixture
async def browser(
    database: None, settings: Settings, clock: Clock
) -> AsyncIterator[httpx.AsyncClient]:
    """Of a city that demands the second factor."""
    await make.make_city()
    strict = settings.model_copy(update={"second_factor": "required"})
    async with client(strict, clock) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        yield made


def fields_of(page: Page, action: str) -> dict[str, str]:
    """What the form with this address would send."""
    forms = page.all("form")
    return page.fields(next(i for i, one in enumerate(forms) if one.get("action") == action))


async def sent(
    browser: httpx.AsyncClient, path: str, data: Mapping[str, str], *, at: str = ""
) -> httpx.Response:
    shown = await browser.get(at or path)
    assert shown.status_code == 200, shown.headers
    return await browser.post(path, data=fields_of(pages.read(shown.text), path) | dict(data))


async def password(browser: httpx.AsyncClient, name: str = "lan") -> httpx.Response:
    return await sent(browser, "/vi/sign-in", {"name": name, "password": make.PASSWORD})


async def enrol(browser: httpx.AsyncClient, clock: Clock) -> tuple[str, httpx.Response]:
    """The seed shown on the page, and the answer to its digits."""
    page = pages.read((await browser.get("/vi/account/second-factor")).text)
    seed = next(c.text for c in page.all("code") if c.text).replace(" ", "")
    fields = fields_of(page, "/vi/account/second-factor")
    code = pyotp.TOTP(seed).at(int(clock.at.timestamp()))
    return seed, await browser.post("/vi/account/second-factor", data=fields | {"code": code})


async def test_a_password_alone_reaches_nothing_but_the_second_step(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    assert (await password(browser)).headers["location"] == "/vi/account/second-factor"
    for path in ("/vi/inbox", "/vi/account", "/vi/inbox-news"):
        refused = await browser.get(path)
        assert refused.status_code == 303, path
        assert refused.headers["location"].startswith("/vi/account/second-factor")
    assert (await browser.get("/api/v1/inbox")).status_code == 401
    seed, answer = await enrol(browser, clock)
    assert answer.status_code == 200
    assert len(pages.read(answer.text).all("code")) == 10
    assert answer.headers["cache-control"] == "no-store"
    assert (await browser.get("/vi/inbox")).status_code == 200

    browser.cookies.clear()
    clock.move(minutes=5)
    assert (await password(browser)).headers["location"] == "/vi/sign-in/code"
    assert (await browser.get("/vi/inbox")).headers["location"].startswith("/vi/sign-in/code")
    # The seed of whoever has the password alone takes nobody's place.
    assert (await browser.get("/vi/account/second-factor")).status_code == 303
    wrong = await sent(browser, "/vi/sign-in/code", {"code": "000000"})
    assert wrong.status_code == 422
    before = dict(browser.cookies)
    right = pyotp.TOTP(seed).at(int(clock.at.timestamp()))
    done = await sent(browser, "/vi/sign-in/code", {"code": right})
    assert done.headers["location"] == "/vi/inbox"
    assert browser.cookies["__Host-hailong_session"] != before["__Host-hailong_session"]


async def test_five_wrong_codes_say_how_long_to_wait(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    await password(browser)
    await enrol(browser, clock)
    browser.cookies.clear()
    await password(browser)
    answers = [await sent(browser, "/en/sign-in/code", {"code": "x"}) for _ in range(5)]
    assert {answer.status_code for answer in answers} == {422}
    assert "15 minutes" in answers[-1].text


async def test_what_was_typed_survives_the_end_of_the_session(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    lan = await make.make_staff("lan")
    receipt = await make.make_case()
    await casework.assign(receipt.reference, act(lan), officer="lan")
    await password(browser)
    seed, _ = await enrol(browser, clock)
    path = f"/vi/inbox/{receipt.reference}/note"
    typed = fields_of(pages.read((await browser.get(path)).text), path)
    field = next(name for name in ("text", "note", "reason") if name in typed)
    clock.move(hours=3)
    words = "Đã gọi cho tổ thu gom.\nHọ hẹn chiều nay."
    again = await browser.post(path, data=typed | {field: words})
    assert again.status_code == 401
    shown = pages.read(again.text)
    own = {"name": "lan", "password": make.PASSWORD}
    step = await browser.post("/vi/sign-in", data=fields_of(shown, "/vi/sign-in") | own)
    code_page = await browser.post(
        "/vi/sign-in/code", data=fields_of(pages.read(step.text), "/vi/sign-in/code")
    )
    code = pyotp.TOTP(seed).at(int(clock.at.timestamp()))
    carried = fields_of(pages.read(code_page.text), "/vi/sign-in/code")
    kept = await browser.post("/vi/sign-in/code", data=carried | {"code": code})
    assert kept.status_code == 200
    form = fields_of(pages.read(kept.text), path)
    assert form[field].split() == words.split()
    assert (await browser.post(path, data=form)).status_code == 303
    assert await MessageRow.filter(text__contains="tổ thu gom").exists()


async def test_what_somebody_typed_is_shown_to_nobody_else(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    await make.make_staff("an")
    await password(browser)
    await enrol(browser, clock)
    page = pages.read((await browser.get("/vi/account")).text)
    token = fields_of(page, "/vi/account/sessions")["csrf_token"]
    clock.move(hours=3)
    data = {"csrf_token": token, "text": "điều riêng tư", "password": "never carried"}
    again = await browser.post("/vi/inbox/HL-1/note", data=data)
    assert "never carried" not in again.text
    own = {"name": "an", "password": make.PASSWORD}
    carried = fields_of(pages.read(again.text), "/vi/sign-in") | own
    step = await browser.post("/vi/sign-in", data=carried)
    onward = fields_of(pages.read(step.text), "/vi/account/second-factor")
    page = pages.read((await browser.post("/vi/account/second-factor", data=onward)).text)
    seed = next(c.text for c in page.all("code") if c.text).replace(" ", "")
    code = pyotp.TOTP(seed).at(int(clock.at.timestamp()))
    fields = fields_of(page, "/vi/account/second-factor") | {"code": code}
    done = await browser.post("/vi/account/second-factor", data=fields)
    assert done.status_code == 200
    assert "riêng tư" not in done.text


async def test_ones_own_password_codes_and_sessions(
    browser: httpx.AsyncClient, clock: Clock, settings: Settings
) -> None:
    lan = await make.make_staff("lan")
    await password(browser)
    await enrol(browser, clock)
    keys = reactions.keyring(settings)
    other = await accounts.sign_in("lan", make.PASSWORD, act(at=clock.at), keys)
    page = await browser.get("/vi/account")
    assert len(await sessions.listed(lan.account_id, at=clock.at)) == 2
    refused = await sent(
        browser, "/vi/account/password", {"password": "x", "new_password": NEW}, at="/vi/account"
    )
    assert refused.status_code == 422
    weak = {"password": make.PASSWORD, "new_password": "password1234"}
    assert (await sent(browser, "/vi/account/password", weak, at="/vi/account")).status_code == 422
    good = {"password": make.PASSWORD, "new_password": NEW}
    done = await sent(browser, "/vi/account/password", good, at="/vi/account")
    assert done.status_code == 303
    assert await sessions.of_token(other, keys, at=clock.at) is None
    assert (await browser.get("/vi/account?done=password")).status_code == 200
    codes = await sent(browser, "/vi/account/recovery-codes", {"password": NEW}, at="/vi/account")
    assert len(pages.read(codes.text).all("code")) == 10
    no = await sent(browser, "/vi/account/recovery-codes", {"password": "x"}, at="/vi/account")
    assert no.status_code == 422
    ended = await sent(browser, "/vi/account/sessions", {"end": "others"}, at="/vi/account")
    assert ended.status_code == 303
    (mine,) = await sessions.listed(lan.account_id, at=clock.at)
    await sent(browser, "/vi/account/sessions", {"end": str(mine.id)}, at="/vi/account")
    assert (await browser.get("/vi/account")).status_code == 303
    assert page.status_code == 200


async def test_where_it_is_offered_one_may_do_without(
    database: None, settings: Settings, clock: Clock
) -> None:
    await make.make_city()
    lan = await make.make_staff("lan")
    async with client(settings, clock) as browser:
        browser.base_url = httpx.URL(settings.base_url or "")
        await password(browser)
        assert (await browser.get("/vi/inbox")).status_code == 200
        await enrol(browser, clock)
        off = {"password": make.PASSWORD, "do": "off"}
        assert (await sent(browser, "/vi/account/second-factor", off)).status_code == 303
        assert await second_factor.standing(lan.account_id) is None
        assert (await browser.get("/vi/account?done=off")).status_code == 200


async def test_guesses_at_a_name_cost_its_owner_nothing(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    await password(browser)
    await enrol(browser, clock)
    kept = {n: v for n, v in browser.cookies.items() if "device" in n}
    assert kept
    guesses = []
    for _ in range(12):
        browser.cookies.clear()  # another browser each time
        guess = await sent(browser, "/vi/sign-in", {"name": "lan", "password": "x"})
        guesses.append(guess.status_code)
    assert guesses[0] == 401
    assert guesses[-1] == 429
    browser.cookies.clear()
    assert (await password(browser)).status_code == 429
    browser.cookies.clear()
    for name, value in kept.items():
        browser.cookies.set(name, value)
    assert (await password(browser)).headers["location"] == "/vi/sign-in/code"


async def test_a_forgotten_password_is_answered_alike_for_everybody(
    browser: httpx.AsyncClient,
) -> None:
    await make.make_staff("lan")
    await AccountRow.filter(name="lan").update(email="lan@example.vn")
    answers = set()
    for name in ("lan", "nobody", ""):
        answer = await sent(browser, "/vi/password/forgotten", {"name": name})
        answers.add((answer.status_code, answer.headers["location"], answer.text))
    assert len(answers) == 1
    assert await NoticeRow.filter(kind="password_reset").count() == 1
    assert (await browser.get("/vi/password/forgotten?sent=yes")).status_code == 200
    wrong = {"code": "0000-0000-0000-0000-0", "new_password": NEW}
    assert (await sent(browser, "/vi/password/new", wrong)).status_code == 404


async def test_the_session_list_says_what_browser_it_was(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    await make.make_staff("lan")
    browser.headers["user-agent"] = "Mozilla/5.0 (Windows NT 10.0) Chrome/130.0 Safari/537.36"
    await password(browser)
    await enrol(browser, clock)
    clock.at += timedelta(minutes=1)
    assert "Chrome on Windows" in (await browser.get("/en/account")).text
