"""Pictures that belong to a case: taken in, drawn anew, shown to those who may see the case.

The file comes before its row, and its type is judged by content. Only the picture drawn anew is
kept: the original may tell where and when it was taken, and nobody needs that to mend a lamp. It
lies sealed until then. A bad file never stops a case: its row says why it was refused.

A file opens with the key in its row, which is sealed with the case's own: it is gone with either.
"""

import asyncio
import base64
from collections.abc import Callable, Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

import orjson

from feedback import case_keys, casework, codes, holds, images, timeline
from feedback import permissions as may
from feedback.actors import Resident
from feedback.casework import Held
from feedback.codes import Keyring
from feedback.errors import NoSuchCase, NoSuchCode, NoSuchPicture, NotAPicture, TooManyPictures
from feedback.events import PicturesAdded, PictureSettled, PicturesForgotten
from feedback.models import AttachmentRow, CaseRow, PictureState
from feedback.permissions import CaseFacts
from feedback.shelf import ORIGINAL, PREVIEW, WHOLE, Shelf, Spooled, new_name
from sla.acts import Act, Actor
from sla.models import PromiseRow

SENDING_AT_MOST = 5
FILE_AT_MOST = 10 * 1024 * 1024
CASE_AT_MOST = 30
DAY_AT_MOST = 60
ROWS_AT_MOST = 90
LEFT_ALONE = timedelta(hours=1)
LABEL_AT_MOST = 80
_RESIDENT = Resident().reference


@dataclass(frozen=True, slots=True)
class Sent:
    """One file as it came: put down, or refused at the door for a `reason`. `label` is the name
    it came under, for whoever sent it; it is never part of a path.
    """

    label: str
    spooled: Spooled | None
    size: int
    reason: str = ""


@dataclass(frozen=True, slots=True)
class Picture:
    """One picture as somebody may see it. `number` counts within the case, from 1; `label` is
    empty for all but the one who sent it; `width` and `height` are in pixels, once it is ready.
    """

    name: str
    number: int
    is_residents: bool
    state: PictureState
    reason: str
    label: str
    width: int | None
    height: int | None
    at: datetime


async def attach(code: str, sent: Sequence[Sent], act: Act, keys: Keyring) -> list[Picture]:
    """The resident adds pictures. Raises `NoSuchCode`, `NotNow` or `TooManyPictures`."""
    case = await casework.held_by_code(code, keys)
    may.check_may_send_pictures(case.facts)
    return await _attach(case, sent, act, keys, by=_RESIDENT)


async def attach_by_staff(
    reference: str, sent: Sequence[Sent], act: Act, keys: Keyring
) -> list[Picture]:
    """The agency shows what was done. Raises `NoSuchCase`, `NotNow` or `TooManyPictures`."""
    case = await casework.held(reference)
    may.check_may_show_pictures(act.by, case.facts)
    return await _attach(case, sent, act, keys, by=act.by.reference)


async def _attach(
    case: Held, sent: Sequence[Sent], act: Act, keys: Keyring, *, by: str
) -> list[Picture]:
    if not sent:
        return []
    stored = await AttachmentRow.filter(case_id=case.row.id).count()
    if stored + len(sent) > ROWS_AT_MOST:
        raise TooManyPictures(CASE_AT_MOST)
    good = await AttachmentRow.filter(case_id=case.row.id).exclude(state="refused").count()
    visitor = _visitor(act, keys)
    today = await AttachmentRow.filter(visitor=visitor).count() if visitor else 0
    pictures = []
    for number, one in enumerate(sent, stored + 1):
        reason = one.reason or _full(good, today)
        taken = one.spooled if not reason else None
        good, today = good + bool(taken), today + 1
        row = await _row(
            case.row.id, one, act, keys, by=by, taken=taken, reason=reason, visitor=visitor
        )
        pictures.append(_picture(row, number, label=one.label))
    await timeline.record(PicturesAdded(case.row.id), act, count=len(sent))
    return pictures


def _full(good: int, today: int) -> str:
    if good >= CASE_AT_MOST:
        return "case_full"
    return "day_full" if today >= DAY_AT_MOST else ""


async def _row(
    case_id: int,
    one: Sent,
    act: Act,
    keys: Keyring,
    *,
    by: str,
    taken: Spooled | None,
    reason: str,
    visitor: bytes | None,
) -> AttachmentRow:
    key = base64.b64encode(taken.key).decode() if taken else ""
    secret = orjson.dumps([key, one.label[:LABEL_AT_MOST]])
    return await AttachmentRow.create(
        case_id=case_id,
        name=taken.name if taken else new_name(),
        by=by,
        visitor=visitor,
        state=PictureState.WAITING if taken else PictureState.REFUSED,
        reason=reason,
        sealed=await case_keys.seal(case_id, secret, keys),
        size=one.size,
        at=act.at,
        settled_at=None if taken else act.at,
    )


def _visitor(act: Act, keys: Keyring) -> bytes | None:
    """A device on a day, for its total; nothing that could be followed to the next."""
    if not isinstance(act.by, Resident) or not act.by.device:
        return None
    return codes.keyed_hash("uploads", f"{act.by.device}\0{act.at.date().isoformat()}", keys)


async def of_code(code: str, keys: Keyring) -> tuple[Picture, ...]:
    """What the holder of a code sees: all they sent, and what the agency shows."""
    row = await _by_code(code, keys)
    return await _seen(row.id, keys, mine=lambda by: by == _RESIDENT)


async def of_reference(by: Actor, reference: str, keys: Keyring) -> tuple[Picture, ...]:
    """What the agency sees: the resident's good pictures, without names, and all of its own."""
    row = await _by_reference(by, reference)
    return await _seen(row.id, keys, mine=lambda sender: sender != _RESIDENT)


async def _seen(case_id: int, keys: Keyring, *, mine: Callable[[str], bool]) -> tuple[Picture, ...]:
    found = []
    for number, row in enumerate(await AttachmentRow.filter(case_id=case_id).order_by("id"), 1):
        if mine(row.by):
            _, label = await _secret(row, keys)
            found.append(_picture(row, number, label=label))
        elif row.state is not PictureState.REFUSED:
            found.append(_picture(row, number, label=""))
    return tuple(found)


def _picture(row: AttachmentRow, number: int, *, label: str) -> Picture:
    return Picture(
        row.name,
        number,
        row.by == _RESIDENT,
        row.state,
        row.reason,
        label,
        row.width,
        row.height,
        row.at,
    )


async def opened_by_code(code: str, name: str, *, part: str, shelf: Shelf, keys: Keyring) -> bytes:
    """One picture for the holder of a code, as JPEG. Raises `NoSuchCode` or `NoSuchPicture`."""
    row = await _by_code(code, keys)
    return await _opened(row.id, name, part=part, shelf=shelf, keys=keys)


async def opened_by_staff(
    by: Actor, reference: str, name: str, *, part: str, shelf: Shelf, keys: Keyring
) -> bytes:
    """The same for whoever may see the case now. Raises `NoSuchCase` or `NoSuchPicture`."""
    row = await _by_reference(by, reference)
    return await _opened(row.id, name, part=part, shelf=shelf, keys=keys)


async def _opened(case_id: int, name: str, *, part: str, shelf: Shelf, keys: Keyring) -> bytes:
    ready = AttachmentRow.filter(case_id=case_id, name=name, state=PictureState.READY)
    row = await ready.first()
    if row is None or part not in {WHOLE, PREVIEW}:
        raise NoSuchPicture
    key, _ = await _secret(row, keys)
    try:
        return await asyncio.to_thread(shelf.take, row.name, part, key)
    except (FileNotFoundError, ValueError):
        raise NoSuchPicture from None


async def _by_code(code: str, keys: Keyring) -> CaseRow:
    row = await CaseRow.get_or_none(code_hash=codes.hash_of(code, keys))
    if row is None:
        raise NoSuchCode
    return row


async def _by_reference(by: Actor, reference: str) -> CaseRow:
    await holds.check_not_held(reference)
    row = await CaseRow.get_or_none(reference=reference)
    if row is None:
        raise NoSuchCase(reference)
    promise = await PromiseRow.get(id=row.promise_id)
    facts = CaseFacts(row.id, row.reference, row.status, promise.agency_id, row.officer_id)
    may.check_may_see(by, facts)
    return row


async def _secret(row: AttachmentRow, keys: Keyring) -> tuple[bytes, str]:
    """The key and the label of a row; both empty once the case was erased."""
    try:
        key, label = orjson.loads(await case_keys.open_(row.case_id, bytes(row.sealed), keys))
    except ValueError:
        return b"", ""
    return base64.b64decode(key), label


async def clean_next(act: Act, shelf: Shelf, keys: Keyring) -> bool:
    """Draw one waiting picture anew, or refuse it; whether one was waiting."""
    row = (
        await AttachmentRow.filter(state=PictureState.WAITING)
        .order_by("id")
        .select_for_update(skip_locked=True)
        .first()
    )
    if row is None:
        return False
    try:
        await _clean(row, shelf, keys)
    except NotAPicture as error:
        row.state, row.reason = PictureState.REFUSED, error.reason
    row.settled_at = act.at
    await row.save(update_fields=["state", "reason", "width", "height", "settled_at"])
    act.events.append(PictureSettled(row.case_id))
    return True


async def _clean(row: AttachmentRow, shelf: Shelf, keys: Keyring) -> None:
    key, _ = await _secret(row, keys)
    try:
        data = await asyncio.to_thread(shelf.take, row.name, ORIGINAL, key)
    except (FileNotFoundError, ValueError):
        raise NotAPicture("lost") from None
    drawn = await images.clean(data)
    for part, content in ((WHOLE, drawn.whole), (PREVIEW, drawn.preview)):
        await asyncio.to_thread(shelf.put, row.name, part, key, content)
    row.state, row.width, row.height = PictureState.READY, drawn.width, drawn.height


async def forget(case_ids: Iterable[int], act: Act) -> int:
    """Forget every picture of these cases; how many there were.

    With the commit their keys are gone and no copy of a file opens; the files go with the sweep.
    """
    wanted = sorted(set(case_ids))
    gone = await AttachmentRow.filter(case_id__in=wanted).delete()
    if gone:
        act.events.extend(PicturesForgotten(case_id) for case_id in wanted)
    return gone


async def sweep_files(act: Act, shelf: Shelf) -> bool:
    """Remove originals no longer needed, and files without a row; whether there were any.

    What just arrived has no row yet: an original is left alone for an hour.
    """
    young = (act.at - LEFT_ALONE).timestamp()
    files = await asyncio.to_thread(lambda: list(shelf.names(before=float("inf"))))
    rows = AttachmentRow.filter(name__in=sorted({name for name, _ in files}))
    states = dict(await rows.values_list("name", "state")) if files else {}
    was_any = False
    for name, path in files:
        is_drawn = path.suffix in {f".{WHOLE}", f".{PREVIEW}"}
        if name in states:
            is_idle = path.suffix == f".{ORIGINAL}" and states[name] != PictureState.WAITING
        else:
            is_idle = is_drawn or path.stat().st_mtime < young
        if is_idle:
            path.unlink(missing_ok=True)
            was_any = True
    return was_any
