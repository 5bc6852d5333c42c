"""Text messages through a gateway that really listens."""

import base64
import hmac
import unicodedata
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from hashlib import sha256

import orjson
import pytest
from hypothesis import given
from hypothesis import strategies as st

from feedback.drafts import Contact
from feedback.errors import CarrierDown, CarrierRefuses
from feedback.notices import SMS, Notice
from tests.web import listening_system
from tests.web.listening_system import Listening
from web.drawing.rendering import TEMPLATES
from web.sending import letters, sms
from web.sending.sms import Gateway
from web.settings import Settings, unsafe_for_production

SITE = "https://hailong.example"
ZONE = "Asia/Ho_Chi_Minh"
SECRET = "a secret of the gateway"
CODE = "7K3M-9QWX-2HTB-V4ND-8"
AT = datetime(2026, 10, 5, 2, tzinfo=UTC)
FACTS = {
    "about": "case",
    "tracking_code": CODE,
    "token": CODE,
    "due_at": "2026-10-12T10:00:00+00:00",
    "until_at": "2026-10-19T02:00:00+00:00",
    "closes_at": "2026-10-19T02:00:00+00:00",
    "reference": "HL-261005-ABCDEFG",
    "agency": "Ủy ban nhân dân phường Thạnh Mỹ Tây, Thành phố Hồ Chí Minh, nước Việt Nam",
}
# Those to staff go by mail alone: an account has no number.
# What may lie open on a table: that there is news, and no word of whom it is about.
NAMELESS = {"handed_over", "way"}
KINDS = sorted(p.stem for p in (TEMPLATES / "mail").glob("*.sms"))


def notice(kind: str, language: str = "vi", phone: str = "0901 234 567") -> Notice:
    return Notice(
        id=1,
        key=f"{kind}/HL-261005-ABCDEFG",
        kind=kind,
        language=language,
        to=Contact(phone=phone.replace(" ", "")),
        facts=dict(FACTS),
        owed_at=AT,
        attempts=0,
        channel=SMS,
    )


@pytest.fixture
def listening() -> Iterator[Listening]:
    yield from listening_system.serving(Listening(status=202))


def gateway(url: str) -> Gateway:
    return Gateway(url, SECRET, SITE, ZONE, lambda: AT)


async def test_a_message_is_signed_and_says_who_what_and_how_long(listening: Listening) -> None:
    await gateway(listening.url).carry(notice("answered"))
    [asked] = listening.asked
    body = orjson.loads(asked.body)
    assert (body["to"], body["language"], body["encoding"]) == ("+84901234567", "vi", "ucs2")
    assert body["id"] == asked.headers["idempotency-key"] == asked.headers["webhook-id"]
    stamp = asked.headers["webhook-timestamp"]
    signed = f"{body['id']}.{stamp}.".encode() + asked.body
    expected = base64.b64encode(hmac.digest(SECRET.encode(), signed, sha256)).decode()
    assert asked.headers["webhook-signature"] == f"v1,{expected}"
    assert stamp == str(int(AT.timestamp()))


async def test_a_repeat_is_recognisable(listening: Listening) -> None:
    for _ in range(2):
        await gateway(listening.url).carry(notice("asked"))
    first, second = listening.asked
    assert first.headers["idempotency-key"] == second.headers["idempotency-key"]


@pytest.mark.parametrize(
    ("status", "error"),
    [
        (200, None), (202, None), (299, None),
        (301, CarrierDown), (307, CarrierDown), (308, CarrierDown),
        (400, CarrierRefuses), (401, CarrierRefuses), (404, CarrierRefuses), (422, CarrierRefuses),
        (408, CarrierDown), (425, CarrierDown), (429, CarrierDown),
        (500, CarrierDown), (503, CarrierDown),
    ],
)  # fmt: skip
async def test_each_answer_is_done_refused_or_tried_again(
    listening: Listening, status: int, error: type[Exception] | None
) -> None:
    listening.status = status
    if error is None:
        await gateway(listening.url).carry(notice("asked"))
    else:
        with pytest.raises(error) as raised:
            await gateway(listening.url).carry(notice("asked"))
        assert raised.value.why == f"http_{status}"  # type: ignore[attr-defined]  # both have it
    assert len(listening.asked) == 1  # a redirect is not followed


async def test_a_gateway_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(CarrierDown) as raised:
        await gateway("http://127.0.0.1:1").carry(notice("asked"))
    assert raised.value.why == "ConnectError"


def test_every_kind_for_residents_has_words_for_a_phone() -> None:
    mails = {p.stem for p in (TEMPLATES / "mail").glob("*.txt")}
    to_staff = {"calendar_ends", "password_reset", "digest", "alert", "preview_opened"}
    by_address_alone = {"edition_news", "subscription_confirm"}
    assert mails - to_staff - by_address_alone <= set(KINDS)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_is_short_has_its_marks_and_leads_on(kind: str, language: str) -> None:
    text = letters.short(notice(kind, language), SITE, ZONE)
    assert text.startswith("Hài lòng: ")
    assert SITE in text
    assert "  " not in text
    assert "\n" not in text
    assert "phường Thạnh Mỹ Tây" in text or kind in NAMELESS
    assert sms.measured(text).parts <= 4


def unmarked(text: str) -> str:
    """As a gateway that takes no marks would send it."""
    letters_ = unicodedata.normalize("NFD", text.translate(str.maketrans("đĐ", "dD")))
    return "".join(one for one in letters_ if not unicodedata.combining(one))


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
def test_a_message_about_a_ward_costs_three_parts_with_marks_and_two_without(
    kind: str, language: str
) -> None:
    """A committee is written as everybody writes it; the address is as long as a city's may be."""
    site = "https://hailong.hochiminhcity.gov.vn"
    for committee in ("Ủy", "Uỷ"):
        ward = {"agency": f"{committee} ban nhân dân phường Thạnh Mỹ Tây"}
        told = notice(kind, language)
        text = letters.short(replace(told, facts=told.facts | ward), site, ZONE)
        assert "UBND phường Thạnh Mỹ Tây" in text or kind in NAMELESS
        assert sms.measured(text).parts <= (3 if language == "vi" else 4)
        assert sms.measured(unmarked(text)).encoding == "gsm7"
        assert sms.measured(unmarked(text)).parts <= 2


@pytest.mark.parametrize(
    ("text", "encoding", "parts"),
    [
        ("a" * 160, "gsm7", 1),
        ("a" * 161, "gsm7", 2),
        ("a" * 306, "gsm7", 2),
        ("a" * 307, "gsm7", 3),
        ("€" * 80, "gsm7", 1),
        ("€" * 81, "gsm7", 2),
        ("ạ" * 70, "ucs2", 1),
        ("ạ" * 71, "ucs2", 2),
        ("ạ" * 134, "ucs2", 2),
        ("ạ" * 135, "ucs2", 3),
        ("😀" * 35, "ucs2", 1),
        ("😀" * 36, "ucs2", 2),
        ("Hài lòng", "gsm7", 1),
    ],
)
def test_a_text_is_measured_as_networks_count_it(text: str, encoding: str, parts: int) -> None:
    assert sms.measured(text) == sms.Size(encoding, parts)


@given(st.text(max_size=300), st.text(max_size=50))
def test_a_longer_text_never_costs_less(text: str, more: str) -> None:
    assert sms.measured(text + more).parts >= sms.measured(text).parts


@pytest.mark.parametrize(
    ("written", "called"),
    [
        ("0901234567", "+84901234567"),
        ("+84901234567", "+84901234567"),
        ("+4915112345678", "+4915112345678"),
    ],
)
def test_a_number_is_called_as_the_world_writes_it(written: str, called: str) -> None:
    assert sms.international(written) == called


def test_a_gateway_without_a_secret_is_refused_in_earnest() -> None:
    told = unsafe_for_production(Settings(sms_webhook="https://sms.example.vn/send"))
    assert any("HAILONG_SMS_SECRET" in line for line in told)
