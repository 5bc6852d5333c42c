"""Every code that opens nothing gets one answer, to the byte, whatever is the matter with it."""

import re
from datetime import timedelta
from pathlib import Path

import httpx
import pytest
from tortoise.transactions import in_transaction

from feedback import codes, erasure, invitations, notices
from feedback.drafts import Contact
from feedback.erasure import Register
from feedback.models import NoticeRow
from tests import make
from tests.make import NOW, Clock, act
from tests.web.client import client
from tests.web.test_pages_corrections import get
from web import reactions
from web.settings import Settings

DOORS = (
    "/vi/track",
    "/en/track",
    "/vi/rate",
    "/vi/rate/answer",
    "/api/v1/cases/track",
    "/api/v1/cases/reply",
    "/api/v1/cases/reopen",
    "/api/v1/cases/withdraw",
    "/api/v1/cases/appeal",
    "/api/v1/cases/rate",
    "/api/v1/ratings",
)
LATER = NOW + timedelta(hours=1) + invitations.WINDOW  # what was answered after an hour
# What differs in any two answers: when, under which number, and the mask of the visitor's token.
PASSING = {"date", "x-request-id", "server-timing"}
MASKED = re.compile(rb'(name="csrf_token" value=")[^"]*')


async def of_no_use(settings: Settings, folder: Path) -> dict[str, str]:
    """Codes of one length that open nothing fourteen days from now, by what is the matter."""
    keys = reactions.keyring(settings)
    lan = await make.make_staff()
    to = Contact(email="an@example.vn")
    await make.make_answered_case(lan, keys=keys, contact=to)
    async with in_transaction():
        await invitations.invite_next(act(), keys)
    token = notices.opened(await NoticeRow.get(kind="invitation"), keys).facts["token"]
    gone = await make.make_answered_case(lan, keys=keys, device="another")
    await erasure.erase(gone.tracking_code, act(), keys, Register(folder / "erased.log"))
    unknown = codes.new_code()
    last = "0" if unknown[-1] != "0" else "1"
    return {
        "mistyped": unknown[:-1] + last,
        "never given": unknown,
        "erased": gone.tracking_code,
        "an invitation whose time is over": token,
    }


async def asked(browser: httpx.AsyncClient, door: str, code: str) -> tuple[int, object, bytes]:
    """Status, headers and body, without what passes and without the code that was typed."""
    if door.startswith("/api"):
        name = "token" if door.endswith("ratings") else "tracking_code"
        body = {name: code}
        if "rat" in door.rpartition("/")[2]:
            body |= {"overall": 5}  # type: ignore[dict-item]  # JSON, not all of it text
        elif not door.endswith("track"):
            body |= {"text": "Một lời."}
        answer = await browser.post(door, json=body)
    else:
        page = await get(browser, door)
        token = next(f["csrf_token"] for f in map(page.fields, range(9)) if "csrf_token" in f)
        given = {"csrf_token": token, "code": code, "overall": "5"}
        answer = await browser.post(door, data=given)
    headers = sorted((k, v) for k, v in answer.headers.multi_items() if k not in PASSING)
    body_ = MASKED.sub(rb"\1", answer.content).replace(code.encode(), b"CODE")
    return answer.status_code, headers, body_


@pytest.mark.parametrize("door", DOORS)
async def test_a_code_of_no_use_is_answered_alike_to_the_byte(
    database: None, settings: Settings, tmp_path: Path, door: str
) -> None:
    await make.make_city()
    found = await of_no_use(settings, tmp_path)
    async with client(settings, Clock(LATER)) as browser:
        browser.base_url = httpx.URL(settings.base_url or "")
        browser.headers["accept-encoding"] = "identity"
        await get(browser, "/vi/track")
        answers = {why: await asked(browser, door, code) for why, code in found.items()}
    assert {status for status, _, _ in answers.values()} == {404}
    first = answers["never given"]
    for why, answer in answers.items():
        assert answer == first, why
