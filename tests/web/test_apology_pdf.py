"""The letter of apology as a PDF: its words with all their marks, and who may read it."""

import re
import unicodedata
import zlib
from datetime import date, timedelta

import httpx
import pytest

from feedback import apologies
from feedback.actors import Staff
from feedback.models import Role
from tests import make, pages
from tests.conftest import KEYS
from tests.make import NOW, Clock
from web.drawing import apology_pdf

DUE = NOW + timedelta(days=7, hours=8)


@pytest.fixture
def clock() -> Clock:
    return Clock(NOW + timedelta(days=9))


def words_in(document: bytes) -> str:
    """The text of a PDF as a reader would copy it: glyphs through the fonts' own tables.

    Each page font comes with a table from glyph to letter (ToUnicode); fonts are told apart by the
    order of their tables, which is that of their resources F1, F2.
    """
    streams = [
        _plain(raw) for raw in re.findall(rb"stream\r?\n(.*?)\r?\nendstream", document, re.DOTALL)
    ]
    tables = [_table(text) for text in streams if b"beginbfchar" in text or b"beginbfrange" in text]
    [content] = [text for text in streams if b" Tf" in text and b"BT" in text]
    found, font = [], 0
    for token in re.finditer(rb"/F(\d+) [\d.]+ Tf|\(((?:\\.|[^\\)])*)\) Tj", content, re.DOTALL):
        if token[1]:
            font = int(token[1]) - 1
        else:
            glyphs = re.sub(rb"\\(.)", _unescaped, token[2], flags=re.DOTALL)
            pairs = zip(glyphs[::2], glyphs[1::2], strict=True)
            found.append("".join(tables[font][high * 256 + low] for high, low in pairs))
    return " ".join(found)


def _unescaped(escape: re.Match[bytes]) -> bytes:
    return {b"r": b"\r", b"n": b"\n"}.get(escape[1], escape[1])


def _plain(stream: bytes) -> bytes:
    try:
        return zlib.decompress(stream)
    except zlib.error:
        return stream


def _table(text: bytes) -> dict[int, str]:
    pairs = re.findall(rb"<([0-9A-Fa-f]{4})> <([0-9A-Fa-f]+)>", text)
    return {int(a, 16): bytes.fromhex(b.decode()).decode("utf-16-be") for a, b in pairs}


async def a_late_case() -> tuple[Staff, str]:
    lan = await make.make_staff("lan")
    receipt = await make.make_case()
    return lan, receipt.reference


async def test_the_letter_says_its_facts_in_vietnamese_with_all_marks(database: None) -> None:
    await make.make_city()
    lan, reference = await a_late_case()
    letter = await apologies.letter_facts(lan, reference, at=DUE + timedelta(days=1))
    made = apology_pdf.document(letter, "vi", today=date(2026, 10, 14), timezone="Asia/Ho_Chi_Minh")
    assert made.startswith(b"%PDF-")
    assert b"/Lang (vi)" in made
    text = unicodedata.normalize("NFC", words_in(made))
    for words in (
        "CỘNG HÒA XÃ HỘI CHỦ NGHĨA VIỆT NAM",
        "Độc lập – Tự do – Hạnh phúc",
        "PHƯỜNG MỘT",
        "Kính gửi",
        reference,
        "xin lỗi",
        "17:00, Thứ Hai, ngày 12 tháng 10 năm 2026",
    ):
        assert words in text, text
    assert b"/Title" in made


async def test_the_letter_comes_in_english_too(database: None) -> None:
    await make.make_city()
    lan, reference = await a_late_case()
    letter = await apologies.letter_facts(lan, reference, at=DUE + timedelta(days=1))
    made = apology_pdf.document(letter, "en", today=date(2026, 10, 14), timezone="Asia/Ho_Chi_Minh")
    assert b"/Lang (en)" in made
    assert "LETTER OF APOLOGY" in words_in(made)


async def sign_in(browser: httpx.AsyncClient, name: str) -> None:
    browser.cookies.clear()
    page = pages.read((await browser.get("/vi/sign-in")).text)
    token = {f.get("name"): f.get("value", "") for f in page.all("form")[-1].iter("input")}
    form = {"csrf_token": token["csrf_token"], "name": name, "password": make.PASSWORD}
    assert (await browser.post("/vi/sign-in", data=form)).status_code == 303


async def test_only_who_may_see_the_case_reads_its_letter(browser: httpx.AsyncClient) -> None:
    _, reference = await a_late_case()
    path = f"/vi/inbox/{reference}/apology.pdf"
    assert (await browser.get(path)).status_code == 303  # to sign in
    await make.make_staff("khac", agency="W2")
    await sign_in(browser, "khac")
    assert (await browser.get(path)).status_code == 404
    await sign_in(browser, "lan")
    answer = await browser.get(path)
    assert answer.headers["content-type"] == "application/pdf"
    assert answer.headers["cache-control"] == "no-store"
    letter = pages.read((await browser.get(f"/vi/inbox/{reference}/apology")).text)
    assert path in letter.links()


async def test_coverage_counts_the_late_and_the_apologies_in_time(
    browser: httpx.AsyncClient, clock: Clock
) -> None:
    lan, reference = await a_late_case()
    await make.make_case()
    until = DUE + timedelta(days=3)
    act = make.act(lan, NOW + timedelta(days=1))
    await apologies.casework.assign(reference, act, officer="lan")
    await apologies.casework.extend(reference, act, KEYS, until=until, reason="Chờ ý kiến")
    await sign_in(browser, "lan")
    page = pages.read((await browser.get("/en/apologies")).text)
    for words in ("Quarter 2026-Q4", "Quarter 2026-Q3", "50.0%", "Nothing that fell due was late."):
        assert words in page.text
    await make.make_staff("khac", agency="W2")
    await sign_in(browser, "khac")
    other = pages.read((await browser.get("/en/apologies")).text)
    assert other.text.count("Nothing that fell due was late.") == 2
    await make.make_staff("mai", role=Role.COORDINATOR, agency=None)
    await sign_in(browser, "mai")
    assert "Phường Một" in (await browser.get("/vi/apologies")).text
