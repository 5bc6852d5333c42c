"""Pictures of a case: from arrival to forgetting, and who may see them meanwhile."""

import os
from datetime import timedelta
from pathlib import Path

import pytest

from feedback import attachments, casework
from feedback.actors import Resident, Staff
from feedback.attachments import Sent
from feedback.errors import NoSuchCase, NoSuchCode, NoSuchPicture, NotNow, TooManyPictures
from feedback.intake import Receipt
from feedback.models import AttachmentRow, CaseKeyRow, CaseRow, PictureState, TimelineRow
from feedback.shelf import ORIGINAL, PREVIEW, WHOLE, Shelf
from tests import hostile, make
from tests.conftest import KEYS
from tests.make import NOW, act

pytestmark = pytest.mark.usefixtures("database")


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    return Shelf(tmp_path / "files")


@pytest.fixture
async def receipt() -> Receipt:
    await make.make_city()
    return await make.make_case()


def put(shelf: Shelf, data: bytes | None = None, label: str = "IMG_1.jpg") -> Sent:
    """A file as it has arrived."""
    data = hostile.photo() if data is None else data
    spool = shelf.spool()
    spool.write(data)
    return Sent(label, spool.close(), len(data))


async def sent(receipt: Receipt, *files: Sent, at=NOW):
    return await attachments.attach(receipt.tracking_code, files, act(Resident("phone"), at), KEYS)


async def cleaned(shelf: Shelf) -> None:
    while await attachments.clean_next(act(), shelf, KEYS):
        pass


async def test_a_picture_waits_then_is_ready_and_its_original_gone(shelf: Shelf, receipt: Receipt):
    [picture] = await sent(receipt, put(shelf))
    assert picture.state is PictureState.WAITING
    assert shelf.place(picture.name, ORIGINAL).exists()
    await cleaned(shelf)
    [ready] = await attachments.of_code(receipt.tracking_code, KEYS)
    assert (ready.state, ready.width, ready.label) == (PictureState.READY, 640, "IMG_1.jpg")
    await attachments.sweep_files(act(), shelf)
    assert {p.suffix for p in shelf.folder.iterdir()} == {f".{WHOLE}", f".{PREVIEW}"}


async def test_nothing_on_the_disk_can_be_read_without_the_row(shelf: Shelf, receipt: Receipt):
    [picture] = await sent(receipt, put(shelf))
    await cleaned(shelf)
    for path in shelf.folder.iterdir():
        assert b"\xff\xd8\xff" not in path.read_bytes()[:64]
        assert not [secret for secret in hostile.SECRETS if secret in path.read_bytes()]
        assert path.stat().st_mode & 0o777 == 0o600
    assert shelf.folder.stat().st_mode & 0o777 == 0o700
    with pytest.raises(ValueError, match="put down"):
        shelf.take(picture.name, WHOLE, b"k" * 32)


async def test_a_bad_picture_is_refused_with_its_reason_and_the_case_stands(
    shelf: Shelf, receipt: Receipt
):
    await sent(receipt, put(shelf, hostile.bomb()), put(shelf), put(shelf, hostile.photo()[:900]))
    await cleaned(shelf)
    found = await attachments.of_code(receipt.tracking_code, KEYS)
    assert [p.reason for p in found] == ["too_many_pixels", "", "broken"]
    assert await CaseRow.filter(reference=receipt.reference).exists()


async def test_a_lost_original_is_told_and_holds_nobody_up(shelf: Shelf, receipt: Receipt):
    [first, _] = await sent(receipt, put(shelf), put(shelf))
    shelf.drop(first.name)
    await cleaned(shelf)
    found = await attachments.of_code(receipt.tracking_code, KEYS)
    assert [p.reason for p in found] == ["lost", ""]


async def test_pictures_stand_in_the_story(shelf: Shelf, receipt: Receipt):
    await sent(receipt, put(shelf), put(shelf))
    [line] = await TimelineRow.filter(kind="PicturesAdded")
    assert (line.by, line.detail) == ("resident", {"count": 2})


async def test_the_agency_sees_good_pictures_without_their_names(shelf: Shelf, receipt: Receipt):
    officer = await make.make_staff()
    await sent(receipt, put(shelf, label="Nguyen Van A.jpg"), put(shelf, hostile.bomb()))
    await cleaned(shelf)
    [seen] = await attachments.of_reference(officer, receipt.reference, KEYS)
    assert (seen.number, seen.label, seen.is_residents) == (1, "", True)
    data = await attachments.opened_by_staff(
        officer, receipt.reference, seen.name, part=WHOLE, shelf=shelf, keys=KEYS
    )
    assert data.startswith(b"\xff\xd8")


async def test_after_a_transfer_the_old_agency_sees_them_no_more(shelf: Shelf, receipt: Receipt):
    old, new = await make.make_staff(), await make.make_staff("minh", agency="W2")
    [picture] = await sent(receipt, put(shelf))
    await cleaned(shelf)

    async def look(by: Staff) -> bytes:
        return await attachments.opened_by_staff(
            by, receipt.reference, picture.name, part=PREVIEW, shelf=shelf, keys=KEYS
        )

    with pytest.raises(NoSuchCase):
        await look(new)
    await casework.transfer(receipt.reference, act(old), to="W2", reason="not ours")
    assert await look(new)
    with pytest.raises(NoSuchCase):
        await look(old)
    with pytest.raises(NoSuchCase):
        await attachments.of_reference(old, receipt.reference, KEYS)


async def test_a_picture_opens_with_its_own_case_only(shelf: Shelf, receipt: Receipt):
    other = await make.make_case()
    [picture] = await sent(receipt, put(shelf))
    await cleaned(shelf)
    for name, part in ((picture.name, ORIGINAL), ("../../secret", WHOLE), ("", WHOLE)):
        with pytest.raises(NoSuchPicture):
            await attachments.opened_by_code(
                receipt.tracking_code, name, part=part, shelf=shelf, keys=KEYS
            )
    with pytest.raises(NoSuchPicture):
        await attachments.opened_by_code(
            other.tracking_code, picture.name, part=WHOLE, shelf=shelf, keys=KEYS
        )
    with pytest.raises(NoSuchCode):
        await attachments.of_code("0000-0000-0000-0000-0", KEYS)


async def test_the_office_shows_what_was_done_and_the_resident_sees_it(
    shelf: Shelf, receipt: Receipt
):
    officer = await make.make_staff()
    await attachments.attach_by_staff(
        receipt.reference, [put(shelf), put(shelf, hostile.bomb())], act(officer), KEYS
    )
    await cleaned(shelf)
    [seen] = await attachments.of_code(receipt.tracking_code, KEYS)
    assert (seen.is_residents, seen.label) == (False, "")
    assert len(await attachments.of_reference(officer, receipt.reference, KEYS)) == 2
    stranger = await make.make_staff("minh", agency="W2")
    with pytest.raises(NoSuchCase):
        await attachments.attach_by_staff(receipt.reference, [put(shelf)], act(stranger), KEYS)


async def test_nothing_is_added_to_a_case_that_has_ended(shelf: Shelf, receipt: Receipt):
    await casework.withdraw(receipt.tracking_code, "", act(Resident()), KEYS)
    with pytest.raises(NotNow):
        await sent(receipt, put(shelf))


async def test_totals_of_a_case_and_of_a_device_hold(
    shelf: Shelf, receipt: Receipt, monkeypatch: pytest.MonkeyPatch
):
    monkeypatch.setattr(attachments, "CASE_AT_MOST", 2)
    monkeypatch.setattr(attachments, "DAY_AT_MOST", 4)
    three = await sent(receipt, put(shelf), put(shelf), put(shelf))
    assert [p.reason for p in three] == ["", "", "case_full"]
    other = await make.make_case()
    assert [p.reason for p in await sent(other, put(shelf), put(shelf))] == ["", "day_full"]
    later = await sent(other, put(shelf), at=NOW + timedelta(days=1))
    assert [p.reason for p in later] == [""]
    monkeypatch.setattr(attachments, "ROWS_AT_MOST", 3)
    with pytest.raises(TooManyPictures):
        await sent(receipt, put(shelf))


async def test_forgetting_takes_the_keys_at_once_and_the_files_with_the_sweep(
    shelf: Shelf, receipt: Receipt
):
    kept = await make.make_case()
    await sent(receipt, put(shelf), put(shelf))
    await sent(kept, put(shelf))
    await cleaned(shelf)
    await attachments.sweep_files(act(), shelf)
    case = await CaseRow.get(reference=receipt.reference)
    doing = act()
    assert await attachments.forget([case.id], doing) == 2
    assert await attachments.forget([case.id], act()) == 0
    assert len(doing.events) == 1
    assert await attachments.sweep_files(act(), shelf)
    left = {path.name.partition(".")[0] for path in shelf.folder.iterdir()}
    assert left == set(await AttachmentRow.all().values_list("name", flat=True))
    assert not await attachments.sweep_files(act(), shelf)


async def test_erasing_a_cases_key_is_enough(shelf: Shelf, receipt: Receipt):
    [picture] = await sent(receipt, put(shelf))
    await cleaned(shelf)
    case = await CaseRow.get(reference=receipt.reference)
    await CaseKeyRow.filter(case_id=case.id).delete()
    with pytest.raises(NoSuchPicture):
        await attachments.opened_by_code(
            receipt.tracking_code, picture.name, part=WHOLE, shelf=shelf, keys=KEYS
        )
    [seen] = await attachments.of_code(receipt.tracking_code, KEYS)
    assert seen.label == ""


async def test_orphans_are_swept_but_not_what_has_just_arrived(shelf: Shelf, receipt: Receipt):
    young, old, half = put(shelf), put(shelf), shelf.spool()
    half.write(b"cut off by a power cut")
    for path in shelf.folder.iterdir():
        hours = 0 if path.name.startswith(young.spooled.name) else 2
        at = (NOW - timedelta(hours=hours)).timestamp()
        os.utime(path, (at, at))
    await attachments.sweep_files(act(), shelf)
    half.drop()
    assert [path.name for path in shelf.folder.iterdir()] == [f"{young.spooled.name}.{ORIGINAL}"]
    assert old.spooled


async def test_sweeping_before_any_picture_came_finds_nothing(shelf: Shelf, database: None):
    assert not await attachments.sweep_files(act(), shelf)
    assert not await attachments.clean_next(act(), shelf, KEYS)


def test_a_file_changed_on_the_disk_does_not_open(shelf: Shelf):
    one = put(shelf)
    path = shelf.place(one.spooled.name, ORIGINAL)
    path.write_bytes(path.read_bytes()[:-1] + b"?")
    with pytest.raises(ValueError, match="put down"):
        shelf.take(one.spooled.name, ORIGINAL, one.spooled.key)
    moved = put(shelf)
    shelf.place(moved.spooled.name, ORIGINAL).rename(shelf.place(moved.spooled.name, WHOLE))
    with pytest.raises(ValueError, match="put down"):
        shelf.take(moved.spooled.name, WHOLE, moved.spooled.key)


async def test_a_picture_is_drawn_once(shelf: Shelf, receipt: Receipt, database: None):
    await sent(receipt, put(shelf))
    assert await attachments.clean_next(act(), shelf, KEYS)
    assert not await attachments.clean_next(act(), shelf, KEYS)
