"""Mails about editions, from the form to the letterbox and back to the button that ends them."""

import re
from collections.abc import AsyncIterator
from email.message import EmailMessage
from pathlib import Path

import httpx
import pytest

from feedback import jobs
from feedback.drafts import Contact
from feedback.models import NoticeRow
from feedback.notices import Notice
from ranking.life import subscriptions
from ranking.models import SubscriptionRow
from tests import pages as reader
from tests.make import NOW, Clock, act
from tests.ranking import rows
from tests.web import client as clients
from tests.web import test_mail
from tests.web.test_mail import SITE, ZONE, Letterbox, text_of
from web import reactions
from web.guarding import throttling
from web.sending import letters
from web.sending.carriers import Mail
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")

SETTINGS = Settings(data=Path("var"))
KEYS = reactions.keyring(SETTINGS)
FORM = "/vi/subscribe"
server = test_mail.server


@pytest.fixture
async def client() -> AsyncIterator[httpx.AsyncClient]:
    async with clients.client(SETTINGS, Clock(NOW)) as made:
        yield made


async def fill(client: httpx.AsyncClient, path: str, **values: str) -> httpx.Response:
    page = await client.get(path)
    found = re.search(r'name="csrf_token" value="([^"]+)"', page.text)
    assert found is not None
    return await client.post(path, data={"csrf_token": found[1], **values})


async def delivered(box: tuple[Letterbox, str]) -> list[EmailMessage]:
    letterbox, url = box
    while await jobs.send_notice(act(), Mail(url, SITE, ZONE), KEYS):
        pass
    return letterbox.letters


async def test_a_link_from_the_mail_confirms_but_only_by_its_button(
    client: httpx.AsyncClient, server: tuple[Letterbox, str]
) -> None:
    answer = await fill(client, FORM, email="an@example.vn", agency="")
    assert answer.status_code == 303
    [letter] = await delivered(server)
    found = re.search(r"/vi/subscribe/confirm#([0-9A-Z-]+)", text_of(letter))
    assert found is not None
    assert "List-Unsubscribe" not in letter
    await client.get("/vi/subscribe/confirm")  # what a scanner of mails sees
    assert (await SubscriptionRow.get()).confirmed_at is None
    done = await fill(client, "/vi/subscribe/confirm", code=found[1])
    assert done.status_code == 200
    assert (await SubscriptionRow.get()).confirmed_at == NOW


async def test_the_answer_is_the_same_whether_known_or_not(client: httpx.AsyncClient) -> None:
    first = await fill(client, FORM, email="an@example.vn")
    again = await fill(client, FORM, email="an@example.vn")
    assert (first.status_code, first.headers["location"]) == (
        again.status_code,
        again.headers["location"],
    )
    assert await NoticeRow.all().count() == 1
    page = await client.get(first.headers["location"])
    assert "an@example.vn" not in page.text


async def test_a_fault_is_shown_beside_its_field_with_what_was_typed(
    client: httpx.AsyncClient,
) -> None:
    answer = await fill(client, "/en/subscribe", email="nobody")
    assert answer.status_code == 422
    assert 'value="nobody"' in answer.text
    wrong = await fill(client, "/vi/subscribe/confirm", code="0000-0000-0000-0000-0")
    assert wrong.status_code == 404
    page = reader.read(wrong.text)
    assert "Không tìm thấy nội dung nào ứng với mã này." in page.text
    assert "vụ việc nào" not in page.text
    assert page.links()["/vi/subscribe"] == "Yêu cầu gửi lại thư"


async def test_a_mail_program_ends_it_with_one_post(
    client: httpx.AsyncClient, server: tuple[Letterbox, str]
) -> None:
    await fill(client, FORM, email="an@example.vn")
    [letter] = await delivered(server)
    found = re.search(r"#([0-9A-Z-]+)", text_of(letter))
    assert found is not None
    await fill(client, "/vi/subscribe/confirm", code=found[1])
    row = await SubscriptionRow.get()
    news = letters.letter(
        Notice(
            1, "edition/2026-Q3/x", "edition_news", "en", Contact(email="an@example.vn"),
            {
                "edition": "2026-Q3", "period": "2026-Q3", "reason": "", "ranked": "2",
                "total": "9", "above": "1", "below": "0", "undetermined": "1",
                "agencies": "26740\tabove\tUBND phường 26740",
                "subscription": subscriptions.handle_of(bytes(row.address_hash), KEYS),
            },
            NOW, 0,
        ),
        SITE, ZONE,
    )  # fmt: skip
    assert news["Subject"] == "Results for Q3 2026"
    assert news["List-Unsubscribe-Post"] == "List-Unsubscribe=One-Click"
    for part in ("plain", "html"):
        assert "UBND phường 26740" in text_of(news, part)
        assert "Above target" in text_of(news, part)
        assert f"{SITE}/en/agencies/26740" in text_of(news, part)
    path = str(news["List-Unsubscribe"]).strip("<>").removeprefix(SITE)
    shown = reader.read((await client.get(path)).text)
    assert "All offices" in shown.text
    assert await SubscriptionRow.exists()
    assert "No more about this" not in shown.text  # one button ends one subscription
    ended = await client.post(path, data={"List-Unsubscribe": "One-Click"})
    assert ended.status_code == 200
    assert reader.read(ended.text).h1 == "No more mails about results"
    assert not await SubscriptionRow.exists()
    assert (await client.get("/vi/subscription/none")).status_code == 404


async def test_one_of_several_can_be_ended_and_the_page_says_so(client: httpx.AsyncClient) -> None:
    await fill(client, FORM, email="an@example.vn")
    row = await SubscriptionRow.get()
    handle = subscriptions.handle_of(bytes(row.address_hash), KEYS)
    about = {"address_hash": row.address_hash, "sealed": row.sealed, "language": "vi"}
    agency = await rows.make_agency("26740")
    await SubscriptionRow.create(agency=agency, code_hash=b"x" * 32, asked_at=NOW, **about)
    await SubscriptionRow.all().update(confirmed_at=NOW)
    page = f"/vi/subscription/{handle}"
    ended = await fill(client, page, number=str(row.id))
    assert "Đã ngừng gửi thư về nội dung đó" in reader.read(ended.text).text
    assert await SubscriptionRow.all().values_list("agency__code", flat=True) == ["26740"]
    assert "Đã ngừng" not in (await client.get(page)).text


async def test_asking_is_throttled_and_linked() -> None:
    assert throttling.LIMITED["POST", "/{lang:lang}/subscribe"].visitor.burst <= 5
    assert throttling.LIMITED["POST", "/{lang:lang}/subscribe/confirm"] is throttling.CODE


def test_heads_read_until_when_they_may_object() -> None:
    letter = letters.letter(
        Notice(
            1, "preview/2026-Q3/1", "preview_opened", "vi", Contact("Lan", "lan@example.vn"),
            {"edition": "2026-Q3", "period": "2026-Q3", "closes_at": "2026-11-30T17:00:00+00:00"},
            NOW, 0,
        ),
        SITE, ZONE,
    )  # fmt: skip
    assert "quý 3 năm 2026" in letter["Subject"]
    for part in ("plain", "html"):
        assert "ngày 1 tháng 12 năm 2026" in text_of(letter, part)
        assert f"{SITE}/vi/objections/2026-Q3" in text_of(letter, part)
