"""A resident's name, number, address and place of writing are nowhere but where they belong."""

import logging
from collections.abc import AsyncIterator

import httpx
import pytest

from feedback import casework, jobs, reveals
from feedback.codes import Keyring
from feedback.drafts import Contact
from feedback.models import NoticeRow, Role
from feedback.notices import Notice
from tests import make
from tests.feedback.test_erasure import tables_with
from tests.make import Clock, act
from tests.web.client import client
from web import forms, logs, reactions
from web.guarding import access
from web.settings import Settings

CANARIES = ("kanarienvogel", "0907654321", "203.0.113.77")
WHO = Contact("Kanarienvogel Thị An", "kanarienvogel@example.vn", "0907654321")


def found_in(text: str) -> list[str]:
    return [canary for canary in CANARIES if canary in text.lower()]


@pytest.fixture
def app_keys(settings: Settings) -> Keyring:
    return reactions.keyring(settings)


@pytest.fixture
async def browser(database: None, settings: Settings) -> AsyncIterator[httpx.AsyncClient]:
    await make.make_city()
    async with client(settings, Clock()) as made:
        made.base_url = httpx.URL(settings.base_url or "")
        made.event_hooks = {}  # what is on a page counts here, not its form
        yield made


class Remembering:
    """A carrier that keeps what it carried."""

    def __init__(self) -> None:
        self.carried: list[Notice] = []

    async def carry(self, notice: Notice) -> None:
        self.carried.append(notice)


async def _lived(browser: httpx.AsyncClient, keys: Keyring) -> str:
    """A case filed over the API, taken, asked about, looked up; its reference."""
    lan = await make.make_staff("lan")
    body = {
        "agency": "W1",
        "service": "BIN",
        "subject": "Rác",
        "text": "Rác không được thu gom.",
        "contact": {"name": WHO.name, "email": WHO.email, "phone": WHO.phone},
    }
    filed = await browser.post(
        "/api/v1/cases", json=body, headers={"X-Forwarded-For": "203.0.113.77"}
    )
    assert filed.status_code == 201
    assert found_in(filed.text) == []
    reference: str = filed.json()["reference"]
    await casework.assign(reference, act(lan), officer="lan")
    why = reveals.why({"reason": "call_back", "words": "Hẹn giờ thu gom"})
    assert await reveals.reveal(reference, why, act(lan), keys) == WHO
    await casework.ask(reference, "Ở đâu?", act(lan), keys)
    return reference


async def _sign_in(browser: httpx.AsyncClient, name: str) -> None:
    browser.cookies.clear()
    await browser.get("/vi/sign-in")
    token = forms.masked(browser.cookies["__Host-hailong_visitor"])
    sent = {"csrf_token": token, "name": name, "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=sent)).status_code == 303


def _addresses(reference: str) -> list[str]:
    """Every address that can be read, with this case, this agency, this person in it."""
    given = {
        "reference": reference,
        "agency": "W1",
        "service": "BIN",
        "name": "lan",
        "edition": "x",
    }
    found = set()
    for method, path in access.ACCESS:
        if method != "GET":
            continue
        address = path.replace("{lang:lang}", "vi").replace(":path}", "}")
        for action in ("answer", "note"):
            known = {**given, "action": action}
            parts = [known.get(p[1:-1], "1") if p[:1] == "{" else p for p in address.split("/")]
            found.add("/".join(parts))
    return sorted(found)


@pytest.mark.parametrize(
    "role",
    [Role.OFFICER, Role.HEAD, Role.COORDINATOR, Role.AUDITOR, Role.ADMINISTRATOR, Role.PUBLISHER],
)
async def test_no_page_and_no_answer_names_the_resident(
    browser: httpx.AsyncClient, app_keys: Keyring, role: Role
) -> None:
    reference = await _lived(browser, app_keys)
    own = "W1" if role in {Role.OFFICER, Role.HEAD} else None
    await make.make_staff("minh", role=role, agency=own)
    await _sign_in(browser, "minh")
    read = 0
    for address in _addresses(reference):
        answer = await browser.get(address, follow_redirects=False)
        assert found_in(answer.text + str(answer.headers)) == [], address
        read += answer.status_code == 200
    for query in ("kanarienvogel", "0907654321"):
        answer = await browser.get(f"/vi/inbox?status=all&q={query}")
        if answer.status_code == 200:
            assert reference not in answer.text  # not even found by it
    assert read > 10


async def test_the_database_holds_them_sealed_and_in_one_schema(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    await _lived(browser, app_keys)
    for canary in CANARIES:
        assert await tables_with(canary) == []
        assert await tables_with(canary.encode().hex()) == []
    who = b"an@example.vn".hex()
    assert await tables_with(who) == []


async def test_no_log_line_names_them(
    browser: httpx.AsyncClient, app_keys: Keyring, caplog: pytest.LogCaptureFixture
) -> None:
    caplog.set_level(logging.DEBUG)
    await _lived(browser, app_keys)
    told = "\n".join(
        logs.JsonLines().format(record)
        for record in caplog.records
        if not record.name.startswith(("tortoise", "asyncio", "httpx"))
    )
    assert found_in(told) == []


async def test_only_the_residents_own_mail_is_addressed_to_them_and_then_forgets_them(
    browser: httpx.AsyncClient, app_keys: Keyring
) -> None:
    await _lived(browser, app_keys)
    carrier = Remembering()
    while await jobs.send_notice(act(), carrier, app_keys):
        pass
    assert carrier.carried
    for notice in carrier.carried:
        assert notice.to == WHO
        assert found_in(f"{notice.key} {notice.facts}") == []
    assert {bytes(row.sealed) for row in await NoticeRow.filter(sent_at__not_isnull=True)} == {b""}
