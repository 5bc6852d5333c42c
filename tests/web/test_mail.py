"""Every mail to a resident, carried by SMTP to a real server."""

import dataclasses
import email
import email.policy
import re
import socket
from collections.abc import Iterator
from dataclasses import replace
from datetime import UTC, datetime
from email.message import EmailMessage

import pytest
from aiosmtpd.controller import Controller
from aiosmtpd.handlers import Message

from feedback.drafts import Contact
from feedback.errors import CarrierDown, CarrierRefuses
from feedback.notices import Notice
from web.drawing import rendering
from web.sending import carriers
from web.sending.carriers import Apart, Mail
from web.settings import Settings

SITE = "https://hailong.example"
ZONE = "Asia/Ho_Chi_Minh"
CODE = "7K3M-9QWX-2HTB-V4ND-8"
FACTS = {
    "received": {"tracking_code": CODE, "due_at": "2026-10-12T10:00:00+00:00"},
    "asked": {},
    "answered": {},
    "extended": {"until_at": "2026-10-19T02:00:00+00:00", "reason": "Chờ vật tư"},
    "released": {"due_at": "2026-10-12T10:00:00+00:00"},
    "refused": {"decision": "advert"},
    "way": {},
    "invitation": {
        "about": "case",
        "token": CODE,
        "closes_at": "2026-10-19T02:00:00+00:00",
        "unsubscribe": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ",
    },
}
KINDS = tuple(FACTS)
MANY = "1204"
OTHERS = {
    "handed_over": {},
    "calendar_ends": {"calendar": "city", "known_until": "2026-12-31", "offices": MANY},
    "digest": {
        "day": "2026-10-05",
        "due_today": "3",
        "overdue": MANY,
        "reopened": "0",
        "waiting": "0",
        "cases": "HL-261005-ABCDEFG\t2026-10-05T10:00:00+00:00\nHL-261005-ABCDEFH",
        "call_backs": MANY,
        "call_backs_late": "3",
        "files": "200",
        "files_late": "12",
        "checks_due_at": "2026-10-12T10:00:00+00:00",
    },
    "alert": {
        "breached": MANY,
        "due_soon": "0",
        "breached_cases": "HL-261005-ABCDEFG\t2026-10-05T10:00:00+00:00\tPhường Một",
        "due_soon_cases": "",
    },
    "edition_news": {
        "edition": "2026-Q3",
        "period": "2026-Q3",
        "reason": "Một tệp đến muộn",
        "total": MANY,
        "ranked": "180",
        "above": "61",
        "below": "12",
        "undetermined": "107",
        "agencies": "W1\tabove\tPhường Một\nW2\tnone\tPhường Hai",
        "subscription": "QUJDREVGR0hJSktMTU5PUFFSU1RVVldYWQ",
    },
    "preview_opened": {
        "edition": "2026-Q3",
        "period": "2026-Q3",
        "closes_at": "2026-10-19T02:00:00+00:00",
    },
    "password_reset": {
        "account": "canbo",
        "code": CODE,
        "expires_at": "2026-10-19T02:00:00+00:00",
    },
    "subscription_confirm": {
        "code": CODE,
        "agency": "",
        "until_at": "2026-10-19T02:00:00+00:00",
    },
}
"""Mails that are not about one's own case, or say nothing of it."""


def notice(kind: str, language: str = "vi", *, name: str = "", **facts: str) -> Notice:
    return Notice(
        id=1,
        key=f"{kind}/HL-261005-ABCDEFG",
        kind=kind,
        language=language,
        to=Contact(name=name, email="an.nguyen@example.vn"),
        facts={
            "reference": "HL-261005-ABCDEFG",
            "agency": "Ủy ban nhân dân phường Thủ Đức",
            **{**FACTS, **OTHERS}[kind],
            **facts,
        },
        owed_at=datetime(2026, 10, 5, 2, tzinfo=UTC),
        attempts=0,
    )


class Letterbox(Message):
    """Keeps what a server was given, as the bytes that came over the wire."""

    def __init__(self) -> None:
        super().__init__()
        self.letters: list[EmailMessage] = []
        self.raw: list[bytes] = []

    def prepare_message(self, session: object, envelope: object) -> EmailMessage:
        content: bytes = envelope.content  # type: ignore[attr-defined]  # aiosmtpd's envelope
        self.raw.append(content)
        letter = email.message_from_bytes(content, policy=email.policy.default)
        assert isinstance(letter, EmailMessage)
        return letter

    def handle_message(self, message: EmailMessage) -> None:  # type: ignore[override]
        self.letters.append(message)


@pytest.fixture
def server() -> Iterator[tuple[Letterbox, str]]:
    box = Letterbox()
    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(box, hostname="127.0.0.1", port=port)
    controller.start()
    yield box, f"smtp://127.0.0.1:{port}"
    controller.stop()


def text_of(letter: EmailMessage, kind: str = "plain") -> str:
    part = letter.get_body((kind,))
    assert part is not None
    return str(part.get_content())


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", [*KINDS, "handed_over"])
def test_a_subject_says_a_number_and_nothing_of_what_or_whom_it_is_about(
    kind: str, language: str
) -> None:
    """A subject is read over one's shoulder, on a locked screen and by every server on the way."""
    told = notice(kind, language, name="Nguyễn Văn Ấn") if kind in FACTS else plain(kind, language)
    subject = carriers.letter(told, SITE, ZONE)["Subject"]
    private = {*told.facts.values(), "Nguyễn", "Ấn", told.to.email, "tố cáo", "denunciation"}
    private -= {told.facts["reference"], "case"}
    assert [one for one in private if one and one.casefold() in subject.casefold()] == []
    assert len(subject) <= 78


def plain(kind: str, language: str) -> Notice:
    facts = {"reference": "HL-261005-ABCDEFG", "agency": "Ủy ban nhân dân phường Thủ Đức"}
    return replace(notice("asked", language), kind=kind, facts=facts)


@pytest.mark.parametrize("language", ["vi", "en"])
@pytest.mark.parametrize("kind", KINDS)
async def test_a_mail_arrives_whole(
    server: tuple[Letterbox, str], kind: str, language: str
) -> None:
    box, url = server
    await Mail(url, SITE, ZONE).carry(notice(kind, language, name="Nguyễn Văn Ấn"))
    [letter], [raw] = box.letters, box.raw
    assert not letter.defects
    assert all(not part.defects for part in letter.walk())
    # RFC 5322, 2.1.1: lines of at most 998 octets, better 78; all headers ASCII (RFC 2047).
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, raw.split(b"\r\n"))) <= 998
    assert letter["To"] == "an.nguyen@example.vn"
    assert letter["From"] == "Hài lòng <no-reply@hailong.example>"
    assert letter["Message-ID"] == f"<{kind}.HL-261005-ABCDEFG@hailong.example>"
    assert letter["Date"].datetime == datetime(2026, 10, 5, 2, tzinfo=UTC)
    assert letter["Auto-Submitted"] == "auto-generated"
    assert "HL-261005-ABCDEFG" in letter["Subject"]
    for part in ("plain", "html"):
        text = text_of(letter, part)
        assert "Ủy ban nhân dân phường Thủ Đức" in text
        assert "Nguyễn Văn Ấn" in text
        assert f"{SITE}/{language}/" in text


async def test_a_repeat_is_recognisable(server: tuple[Letterbox, str]) -> None:
    box, url = server
    for _ in range(2):
        await Mail(url, SITE, ZONE).carry(notice("answered"))
    first, second = box.letters
    assert first["Message-ID"] == second["Message-ID"]


async def test_a_server_that_is_away_is_tried_again_later() -> None:
    with pytest.raises(CarrierDown):
        await Mail("smtp://127.0.0.1:1", SITE, ZONE).carry(notice("asked"))


@pytest.mark.parametrize("language", ["vi", "en"])
def test_the_invitation_hides_its_code_from_every_server(language: str) -> None:
    letter = carriers.letter(notice("invitation", language), SITE, ZONE)
    text = text_of(letter)
    links = re.findall(r"https://\S+", text)
    assert links == [
        f"{SITE}/{language}/rate#{CODE}",
        f"{SITE}/{language}/rate",
        f"{SITE}/{language}/unsubscribe/{FACTS['invitation']['unsubscribe']}",
    ]
    assert f"\n    {CODE}\n" in text


@pytest.mark.parametrize("kind", ["asked", "answered"])
def test_only_the_receipt_and_the_invitation_hold_a_code(kind: str) -> None:
    assert CODE not in carriers.letter(notice(kind), SITE, ZONE).as_string()


@pytest.mark.parametrize("kind", KINDS)
def test_nothing_in_a_mail_follows_its_reader(kind: str) -> None:
    html = text_of(carriers.letter(notice(kind), SITE, ZONE), "html")
    assert not re.search(r"<img|<script|<link|style=|href=\"[^\"]*\?", html)


@pytest.mark.parametrize(
    ("kind", "language", "day"),
    [
        ("digest", "vi", "ngày 5 tháng 10 năm 2026"),
        ("digest", "en", "5 October 2026"),
        ("calendar_ends", "vi", "ngày 31 tháng 12 năm 2026"),
        ("calendar_ends", "en", "31 December 2026"),
        ("alert", "vi", "HL-261005-ABCDEFG – 17:00, 05/10/2026 – Phường Một"),
        ("alert", "en", "HL-261005-ABCDEFG – 5 Oct 2026, 17:00 – Phường Một"),
    ],
)
def test_mails_to_staff_tell_days_as_their_reader_does(kind: str, language: str, day: str) -> None:
    letter = carriers.letter(notice(kind, language), SITE, ZONE)
    for part in ("plain", "html"):
        assert day in letter["Subject"] + text_of(letter, part)


def test_auditors_are_told_of_spot_checks_alone_and_cannot_decline() -> None:
    counts = dict.fromkeys(("due_today", "overdue", "reopened", "waiting"), "0")
    files = {"files": "3", "files_late": "2", "checks_due_at": "2026-10-12T10:00:00+00:00"}
    facts = {"day": "2026-10-13", "cases": "", **counts, **files, "for_auditor": "yes"}
    owed = dataclasses.replace(notice("digest", "en"), facts=facts)
    for part in ("plain", "html"):
        text = text_of(carriers.letter(owed, SITE, ZONE), part)
        assert "Files overdue: 2" in text
        assert "/en/spot-checks?state=waiting" in text
        assert "work-mail" not in text
        assert "/en/inbox" not in text


def test_every_kind_of_mail_is_read_here() -> None:
    kinds = {path.stem for path in (rendering.TEMPLATES / "mail").glob("*.txt")}
    assert kinds == {*FACTS, *OTHERS}


@pytest.mark.parametrize("kind", [*FACTS, *OTHERS])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_no_mail_speaks_like_a_file(kind: str, language: str) -> None:
    """Days, moments, counts and periods are told as its reader tells them, in both parts."""
    letter = carriers.letter(notice(kind, language), SITE, ZONE)
    facts = {**FACTS, **OTHERS}[kind]
    for part in ("plain", "html"):
        text = re.sub(r"https://[^\s\"<]+", "", text_of(letter, part))
        assert not re.search(r"\d{4}-\d\d-\d\d|\d{4}-Q\d|\d\dT\d\d|\t", text)
        assert re.search(r"\b0\b", text) is None
        if MANY in facts.values():
            assert {"vi": "1.204", "en": "1,204"}[language] in text + letter["Subject"]
            assert MANY not in text


@pytest.mark.parametrize("kind", [*FACTS, *OTHERS])
@pytest.mark.parametrize("language", ["vi", "en"])
def test_a_mail_reads_like_a_letter(kind: str, language: str) -> None:
    text = text_of(carriers.letter(notice(kind, language), SITE, ZONE))
    assert "\n\n\n" not in text
    assert text.startswith({"vi": "Kính gửi quý vị,\n\n", "en": "Good day,\n\n"}[language])
    assert all(line == line.rstrip() for line in text.splitlines() if line != "-- ")


def test_the_receipt_without_a_promise_names_no_day() -> None:
    text = text_of(carriers.letter(notice("received", due_at=""), SITE, ZONE))
    assert "Hẹn trả lời" not in text


@pytest.mark.parametrize(
    "name", ["An\r\nBcc: x@example.vn", "<b>An</b>", "{{ 7 * 7 }}", "%(agency)s", "Ấn\u202e"]
)
def test_a_name_is_only_ever_a_name(name: str) -> None:
    letter = carriers.letter(notice("answered", name=name), SITE, ZONE)
    assert letter["Bcc"] is None
    assert "<b>An</b>" not in text_of(letter, "html")


@pytest.mark.parametrize(
    ("more", "kind"),
    [
        ({}, carriers.Quiet),
        ({"smtp_url": "smtp://127.0.0.1:25"}, Apart),
        ({"sms_webhook": "http://127.0.0.1:1/sms", "demo": True}, carriers.Quiet),
        ({"smtp_url": "smtp://127.0.0.1:25", "demo": True}, carriers.Quiet),
    ],
)
def test_a_demonstration_writes_to_nobody_whatever_is_configured(more, kind):
    assert type(carriers.carrier(Settings(**more))) is kind


@pytest.mark.parametrize("kind", KINDS)
async def test_only_what_asks_for_something_can_be_stopped(
    server: tuple[Letterbox, str], kind: str
) -> None:
    box, url = server
    await Mail(url, SITE, ZONE).carry(notice(kind))
    [letter] = box.letters
    handle = FACTS["invitation"]["unsubscribe"]
    ends = (None, None) if kind != "invitation" else (
        f"<{SITE}/vi/unsubscribe/{handle}>", "List-Unsubscribe=One-Click"
    )  # fmt: skip
    assert (letter["List-Unsubscribe"], letter["List-Unsubscribe-Post"]) == ends


@pytest.mark.parametrize(
    ("site", "kind"), [(f"https://{'rat-dai-' * 6}vn.example.vn", "invitation"), (SITE, "received")]
)
def test_headers_are_whole_however_long_a_name_is(site: str, kind: str) -> None:
    letter = carriers.letter(notice(kind), site, ZONE)
    subject = "Phường Thạnh Mỹ Tây đã trả lời phản ánh của quý vị. " * 6
    letter.replace_header("Subject", subject.strip())
    raw = letter.as_bytes(policy=letter.policy.clone(linesep="\r\n"))
    head = raw.partition(b"\r\n\r\n")[0]
    assert head.isascii()
    assert max(map(len, head.split(b"\r\n"))) <= 998
    again = email.message_from_bytes(raw, policy=email.policy.default)
    assert not again.defects
    for name in ("Subject", "List-Unsubscribe", "Message-ID"):
        assert again[name] == letter[name]


@pytest.mark.parametrize("code", [550, 551, 553, 554])
async def test_an_address_nobody_has_is_not_tried_again(code: int) -> None:
    class Strict(Message):
        async def handle_RCPT(self, *_: object) -> str:  # noqa: N802 -- aiosmtpd's name
            return f"{code} no such mailbox"

        def handle_message(self, message: object) -> None:
            raise AssertionError

    with socket.create_server(("127.0.0.1", 0)) as free:
        port = free.getsockname()[1]
    controller = Controller(Strict(), hostname="127.0.0.1", port=port)
    controller.start()
    try:
        with pytest.raises(CarrierRefuses) as refused:
            await Mail(f"smtp://127.0.0.1:{port}", SITE, ZONE).carry(notice("asked"))
    finally:
        controller.stop()
    assert refused.value.why == "SMTPRecipientsRefused"


async def test_what_has_no_carrier_is_refused_and_not_pretended_to_be_sent() -> None:
    made = carriers.carrier(Settings(smtp_url="smtp://127.0.0.1:25"))
    with pytest.raises(CarrierRefuses) as refused:
        await made.carry(replace(notice("asked"), channel="sms"))
    assert refused.value.why == "no_carrier"
