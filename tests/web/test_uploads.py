"""Files sent in: what is taken, what is cut off, and that nothing of it stays behind."""

import asyncio
import re
from collections.abc import AsyncIterator
from pathlib import Path

import httpx
import pytest

from feedback import attachments, casework
from feedback.actors import Staff
from feedback.intake import Receipt
from feedback.models import AttachmentRow, CaseRow
from feedback.shelf import Shelf
from tests import hostile, make, pages
from tests.make import Clock, act
from web import forms, reactions
from web.app import create_app
from web.guarding import limits, uploads
from web.settings import Settings

pytestmark = pytest.mark.usefixtures("database")
SITE = "https://hailong.example"
API = "/api/v1/cases/attachments"
MEGABYTE = 1024 * 1024


@pytest.fixture
def folder(settings: Settings) -> Path:
    return settings.data / "files"


@pytest.fixture
async def receipt(settings: Settings) -> Receipt:
    await make.make_city()
    return await make.make_case(keys=reactions.keyring(settings))


@pytest.fixture
async def client(settings: Settings, clock: Clock) -> AsyncIterator[httpx.AsyncClient]:
    transport = httpx.ASGITransport(app=create_app(settings, clock))
    async with httpx.AsyncClient(transport=transport, base_url=SITE, follow_redirects=True) as made:
        yield made


def lying(folder: Path) -> list[str]:
    return sorted(path.name for path in folder.iterdir()) if folder.is_dir() else []


def weight(folder: Path) -> int:
    return sum(path.stat().st_size for path in folder.glob("*"))


async def drawn(settings: Settings) -> None:
    keys, shelf = reactions.keyring(settings), reactions.shelf(settings)
    while await attachments.clean_next(act(), shelf, keys):
        pass
    await attachments.sweep_files(act(), shelf)


def files(*contents: bytes, name: str = "IMG.jpg") -> list[tuple[str, tuple[str, bytes]]]:
    return [("files", (name, content)) for content in contents]


async def send(
    client: httpx.AsyncClient, receipt: Receipt, *contents: bytes, name="IMG.jpg", **more
):
    data = {"tracking_code": receipt.tracking_code}
    return await client.post(API, data=data, files=files(*contents, name=name), **more)


async def reasons(client: httpx.AsyncClient, receipt: Receipt, *contents: bytes) -> list[str]:
    answer = await send(client, receipt, *contents)
    assert answer.status_code == 201, answer.text
    return [item["reason"] for item in answer.json()["items"]]


async def test_a_program_sends_pictures_and_hears_what_became_of_each(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    answer = await send(client, receipt, hostile.photo(), hostile.PDF, hostile.photo("PNG"))
    assert answer.status_code == 201
    items = answer.json()["items"]
    assert [item["state"] for item in items] == ["waiting", "refused", "waiting"]
    assert [item["reason"] for item in items] == [None, "pdf", None]
    assert len(lying(folder)) == 2


@pytest.mark.parametrize("name", sorted(hostile.NO_PICTURES))
async def test_what_is_no_picture_is_never_put_down(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path, name: str
):
    data = hostile.NO_PICTURES[name]
    assert await reasons(client, receipt, data) == ["not_a_picture"]
    assert lying(folder) == []


async def test_why_each_file_was_refused(client: httpx.AsyncClient, receipt: Receipt, folder: Path):
    large = hostile.photo() + b"\0" * attachments.FILE_AT_MOST
    given = (hostile.HEIC, b"", large, b"\xff\xd8")
    assert await reasons(client, receipt, *given) == ["heic", "empty", "too_large", "not_a_picture"]
    assert lying(folder) == []


async def test_of_seven_pictures_five_are_taken(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    got = await reasons(client, receipt, *[hostile.photo()] * 7)
    assert got == [None] * 5 + ["too_many"] * 2
    assert len(lying(folder)) == 5


@pytest.mark.parametrize(
    ("name", "shown"),
    [
        ("../../etc/passwd", "passwd"),
        ("C:\\Users\\an\\ảnh.jpg", "ảnh.jpg"),
        ("a\u202egpj.exe", "agpj.exe"),
        ("x\r\nSet-Cookie: a=b.jpg", "xSet-Cookie: a=b.jpg"),
        ("\u200b\x00\x1b[31m", "[31m"),
        ("/", ""),
        ("n" * 300, "n" * 80),
        ("<script>.jpg", "<script>.jpg"),
    ],
)
def test_of_a_name_only_a_label_remains(name: str, shown: str):
    assert uploads.label(name) == shown


async def test_names_never_become_paths(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings, folder: Path
):
    before = set(settings.data.rglob("*"))
    for name in ("../../../evil.jpg", "/tmp/evil.jpg", "..\\evil.jpg", "evil\u202e.jpg"):  # noqa: S108
        await send(client, receipt, hostile.photo(), name=name)
    made = set(settings.data.rglob("*")) - before - {folder}
    assert len(made) == 4
    assert all(re.fullmatch(r"[0-9a-f]{32}\.original", path.name) for path in made)


async def test_a_body_announced_too_large_is_not_read(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    read = 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal read
        for _ in range(200):
            read += 1
            yield b"x" * MEGABYTE

    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": "209715200"}
    answer = await client.post(API, content=body(), headers=headers)
    assert (answer.status_code, read, lying(folder)) == (413, 0, [])


@pytest.mark.parametrize("path", [API, "/vi/track/files", "/vi/complaints/new"])
async def test_two_hundred_megabytes_are_cut_off_at_the_limit_and_nothing_stays(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path, path: str
):
    await client.get("/vi/track")
    token = forms.masked(client.cookies.get("__Host-hailong_visitor") or "")
    most, sent = 0, 0

    async def body() -> AsyncIterator[bytes]:
        nonlocal most, sent
        yield _field("csrf_token", token) + _file("a.jpg") + hostile.photo()
        for _ in range(200):
            sent += 1
            most = max(most, weight(folder))
            yield b"\0" * MEGABYTE
        yield b"\r\n--b--\r\n"

    headers = {"content-type": "multipart/form-data; boundary=b"}  # and no length at all
    answer = await client.post(path, content=body(), headers=headers)
    assert answer.status_code == 413
    assert sent <= limits.UPLOAD_AT_MOST // MEGABYTE + 2
    assert 0 < most <= attachments.FILE_AT_MOST + MEGABYTE
    assert lying(folder) == []
    assert await AttachmentRow.all().count() == 0


def _field(name: str, value: str) -> bytes:
    return f'--b\r\nContent-Disposition: form-data; name="{name}"\r\n\r\n{value}\r\n'.encode()


def _file(name: str) -> bytes:
    said = f'--b\r\nContent-Disposition: form-data; name="files"; filename="{name}"\r\n\r\n'
    return said.encode()


@pytest.mark.parametrize("path", ["/vi/sign-in", "/vi/rate", "/api/v1/cases", "/vi/track"])
async def test_elsewhere_no_body_may_be_large(client: httpx.AsyncClient, database: None, path: str):
    headers = {"content-type": "multipart/form-data; boundary=b", "content-length": "2000000"}
    assert (await client.post(path, content=b"", headers=headers)).status_code == 413


@pytest.mark.parametrize(
    "body",
    [
        b"",
        b"--b",
        _field("tracking_code", "x"),
        _file("a.jpg") + b"\xff\xd8\xff" + b"\0" * 100,
        b"--c\r\n\r\n--c--",
        b"--b\r\nContent-Disposition: form-data\r\n" + b"X-A: b\r\n" * 50 + b"\r\n\r\n--b--\r\n",
        b'--b\r\nContent-Disposition: form-data; name="' + b"n" * 9000 + b'"\r\n\r\n\r\n--b--\r\n',
    ],
)
async def test_a_form_cut_short_or_malformed_is_one_clear_refusal(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path, body: bytes
):
    headers = {"content-type": "multipart/form-data; boundary=b"}
    answer = await client.post(API, content=body, headers=headers)
    assert answer.status_code == 400
    assert answer.headers["content-type"] == "application/problem+json"
    assert lying(folder) == []


async def test_a_form_of_a_thousand_parts_is_cut_off(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    answer = await send(client, receipt, *[hostile.photo(size=(8, 8))] * 1000)
    assert (answer.status_code, lying(folder)) == (413, [])


async def test_a_wrong_code_leaves_nothing_behind(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    data = {"tracking_code": "0000-0000-0000-0000-1"}
    answer = await client.post(API, data=data, files=files(hostile.photo()))
    assert (answer.status_code, lying(folder)) == (404, [])


async def test_without_the_pages_token_nothing_is_put_down(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    shelved: list[str] = []
    original = Shelf.spool
    Shelf.spool = lambda self: shelved.append("put down") or original(self)  # type: ignore[method-assign]
    try:
        answer = await client.post("/vi/track/files", files=files(hostile.photo()))
    finally:
        Shelf.spool = original  # type: ignore[method-assign]
    assert (answer.status_code, shelved, lying(folder)) == (403, [], [])


async def test_the_same_key_is_one_sending(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    headers = {"idempotency-key": "k1"}
    first = await send(client, receipt, hostile.photo(), headers=headers)
    again = await send(client, receipt, hostile.photo(), headers=headers)
    other = await send(client, receipt, hostile.photo("PNG"), headers=headers)
    assert (first.json(), first.status_code) == (again.json(), again.status_code)
    assert other.status_code == 422
    assert len(lying(folder)) == await AttachmentRow.all().count() == 1


async def test_the_call_is_described(client: httpx.AsyncClient, database: None):
    described = (await client.get("/api/v1/openapi.json")).json()
    body = described["paths"][API]["post"]["requestBody"]["content"]["multipart/form-data"]
    assert body["schema"]["required"] == ["tracking_code", "files"]


async def open_case(client: httpx.AsyncClient, receipt: Receipt) -> pages.Page:
    token = pages.read((await client.get("/vi/track")).text).fields()["csrf_token"]
    answer = await client.post(
        "/vi/track", data={"csrf_token": token, "code": receipt.tracking_code}
    )
    assert answer.status_code == 200
    return pages.read((await client.get("/vi/track/files")).text)


async def test_a_resident_adds_pictures_and_looks_at_them_while_the_case_is_at_hand(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings, clock: Clock
):
    page = await open_case(client, receipt)
    data = {n: v for n, v in page.fields().items() if n != "files"}
    answer = await client.post(
        "/vi/track/files", data=data, files=files(hostile.photo(), hostile.PDF, name="nhà.jpg")
    )
    assert answer.status_code == 200
    await client.post(
        "/vi/track/files", data=data, files=files(hostile.photo(), hostile.PDF, name="nhà.jpg")
    )
    assert await AttachmentRow.all().count() == 2  # a form sent twice is one sending
    await drawn(settings)
    page = pages.read((await client.get("/vi/track/files")).text)
    assert "nhà.jpg" in page.text
    assert "PDF" in page.text
    [address] = [link for link in page.links() if re.search(r"/track/files/[0-9a-f]{32}$", link)]
    for path in (address, f"{address}/preview"):
        picture = await client.get(path)
        assert picture.status_code == 200
        assert picture.headers["content-type"] == "image/jpeg"
        assert picture.headers["content-security-policy"] == "sandbox; default-src 'none'"
        assert picture.headers["x-content-type-options"] == "nosniff"
        assert picture.headers["cache-control"] == "private, no-store"
        assert not [secret for secret in hostile.SECRETS if secret in picture.content]
    assert (await client.get(f"{address}/original")).status_code == 404
    clock.move(minutes=31)
    assert (await client.get(address)).status_code == 404


async def test_who_has_no_right_gets_one_and_the_same_answer(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings
):
    await send(client, receipt, hostile.photo())
    await drawn(settings)
    name = (await AttachmentRow.all().first()).name
    nothing = await client.get("/vi/track/files/" + "0" * 32)
    foreign = await client.get(f"/vi/track/files/{name}")
    assert (foreign.status_code, nothing.status_code) == (404, 404)
    assert foreign.text.replace(name, "0" * 32) == nothing.text
    signed_out = await client.get(f"/vi/inbox/{receipt.reference}/files/{name}")
    assert signed_out.url.path == "/vi/sign-in"


async def signed_in(client: httpx.AsyncClient, staff: Staff) -> None:
    token = pages.read((await client.get("/vi/sign-in")).text).fields()["csrf_token"]
    await client.post(
        "/vi/sign-in", data={"csrf_token": token, "name": staff.name, "password": make.PASSWORD}
    )


async def test_the_holding_agency_looks_and_every_other_finds_nothing(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings, clock: Clock
):
    officer = await make.make_staff()
    await make.make_staff("minh", agency="W2")
    await send(client, receipt, hostile.photo())
    await drawn(settings)
    name = (await AttachmentRow.all().first()).name
    address = f"/vi/inbox/{receipt.reference}/files/{name}"
    await signed_in(client, officer)
    assert (await client.get(address)).headers["content-type"] == "image/jpeg"
    page = pages.read((await client.get(f"/en/inbox/{receipt.reference}/files")).text)
    assert "Picture 1, from the resident" in page.text
    assert "IMG.jpg" not in page.text
    await casework.transfer(receipt.reference, act(officer), to="W2", reason="theirs")
    for path in (address, f"{address}/preview", f"/vi/inbox/{receipt.reference}/files"):
        assert (await client.get(path)).status_code == 404


async def test_an_officer_shows_what_was_done(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings
):
    await signed_in(client, await make.make_staff())
    where = f"/vi/inbox/{receipt.reference}/files"
    form = pages.read((await client.get(where)).text)
    index = next(i for i, f in enumerate(form.all("form")) if "files" in f.get("action", ""))
    data = {n: v for n, v in form.fields(index).items() if n != "files"}
    assert (await client.post(where, data=data, files=files(b""[:0], name=""))).status_code == 422
    assert (await client.post(where, data=data, files=files(hostile.photo()))).status_code == 200
    row = await AttachmentRow.all().first()
    assert row.by == "staff:lan"


async def test_sixty_four_sendings_at_once_leave_a_file_for_every_row(
    settings: Settings, committed_database: str, clock: Clock
):
    await make.make_city()
    keys = reactions.keyring(settings)
    cases = [await make.make_case(keys=keys, device=f"phone {n}") for n in range(8)]
    own = settings.model_copy(update={"database_url": committed_database})
    transport = httpx.ASGITransport(app=create_app(own, clock))
    async with httpx.AsyncClient(transport=transport, base_url=SITE) as client:
        answers = await asyncio.gather(
            *(
                send(client, cases[n % 8], hostile.photo(), headers={"user-agent": f"n{n}"})
                for n in range(64)
            )
        )
    statuses = {answer.status_code for answer in answers}
    assert statuses <= {201, 503}
    rows = await AttachmentRow.all().values_list("name", flat=True)
    assert len(rows) == sum(answer.status_code == 201 for answer in answers) > 0
    assert {f"{name}.original" for name in rows} == set(lying(settings.data / "files"))
    assert await CaseRow.all().count() == 8


WELL = {
    "agency": "W1",
    "service": "BIN",
    "kind": "complaint",
    "subject": "Đèn đường hỏng",
    "text": "Đèn đường hỏng ba ngày nay, xin sửa giúp.",
    "step": "send",
    "seen": "yes",
    "form_key": "once",
}


async def test_feedback_is_filed_whatever_becomes_of_its_pictures(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings, folder: Path
):
    await client.get("/vi/complaints/new")
    token = forms.masked(client.cookies["__Host-hailong_visitor"])
    data = {**WELL, "csrf_token": token}
    sending = files(hostile.photo(), hostile.PDF, hostile.photo()[:3000], name="đèn.jpg")
    answer = await client.post("/vi/complaints/new", data=data, files=sending)
    shown = pages.read(answer.text)
    assert answer.url.path == "/vi/complaints/receipt", shown.text
    assert shown.text.count("đèn.jpg") == 3
    assert "PDF" in shown.text
    await client.post("/vi/complaints/new", data=data, files=sending)
    assert await AttachmentRow.all().count() == 3
    assert await CaseRow.all().count() == 2
    await drawn(settings)
    assert sorted(await AttachmentRow.all().values_list("reason", flat=True)) == [
        "",
        "broken",
        "pdf",
    ]


async def test_a_question_is_answered_with_a_picture_and_so_is_the_case(
    client: httpx.AsyncClient, receipt: Receipt, settings: Settings
):
    keys, officer = reactions.keyring(settings), await make.make_staff()
    await casework.assign(receipt.reference, act(officer), officer="lan")
    await casework.ask(receipt.reference, "Ở đâu?", act(officer), keys)
    await open_case(client, receipt)
    page = pages.read((await client.get("/vi/track")).text)
    index = next(i for i, f in enumerate(page.all("form")) if "reply" in f.get("action", ""))
    data = {n: v for n, v in page.fields(index).items() if n != "files"} | {"text": "Ở đây."}
    answer = await client.post("/vi/track/reply", data=data, files=files(hostile.photo()))
    assert answer.status_code == 200
    await signed_in(client, officer)
    where = f"/vi/inbox/{receipt.reference}/answer"
    page = pages.read((await client.get(where)).text)
    index = next(i for i, f in enumerate(page.all("form")) if "answer" in f.get("action", ""))
    data = {n: v for n, v in page.fields(index).items() if n not in {"files", "step"}}
    data |= {"text": "Đã sửa.", "outcome": "solved", "cause": "none"}
    answer = await client.post(where, data=data, files=files(hostile.photo("PNG")))
    assert answer.status_code == 200, pages.read(answer.text).text
    await drawn(settings)
    assert await AttachmentRow.all().order_by("id").values_list("by", "state") == [
        ("resident", "ready"),
        ("staff:lan", "ready"),
    ]
    for path in ("/vi/track", f"/vi/inbox/{receipt.reference}"):
        links = pages.read((await client.get(path)).text).links()
        assert sum("/files/" in link for link in links) == 2, path


async def test_what_is_refused_leaves_no_file(
    client: httpx.AsyncClient, receipt: Receipt, folder: Path
):
    page = await open_case(client, receipt)
    data = {n: v for n, v in page.fields().items() if n != "files"} | {"text": "now"}
    answer = await client.post("/vi/track/reply", data=data, files=files(hostile.photo()))
    assert (answer.status_code, lying(folder)) == (409, [])
