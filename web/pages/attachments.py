"""Pictures of a case: sent with a form of their own, looked at by who may see the case now.

A picture has no address that lasts: the resident's opens while the case is at hand on this
device, the office's while somebody of the agency that holds the case is signed in.
"""

import logging
import secrets

import orjson
from fastapi import APIRouter
from starlette.requests import Request
from starlette.responses import RedirectResponse, Response

from feedback import attachments
from feedback.attachments import Picture
from feedback.codes import Keyring
from feedback.errors import NoSuchCase, NoSuchCode, NoSuchPicture, Refusal
from feedback.shelf import PREVIEW, WHOLE
from sla.acts import Act
from web import acting, errors
from web.drawing import rendering
from web.drawing.rendering import language_of, page
from web.errors import NoSuchPage
from web.forms import Form
from web.guarding import idempotency, uploads
from web.guarding.idempotency import Stored
from web.guarding.uploads import Posted
from web.language import i18n
from web.language.i18n import mark
from web.pages import sealed, staff
from web.storage.engine import Busy

log = logging.getLogger(__name__)
router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

PARTS = {"": WHOLE, "preview": PREVIEW}
HEADERS = {
    "Content-Disposition": 'inline; filename="picture.jpg"',
    "Content-Security-Policy": "sandbox; default-src 'none'",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Cache-Control": "private, no-store",
    "X-Content-Type-Options": "nosniff",
}
# Why a picture was refused, for whoever sent it.
REASONS = {
    "not_a_picture": mark("This is not a photo we can open. Please send JPEG, PNG or WebP."),
    "heic": mark(
        "This is a HEIC photo. On an iPhone choose Settings, Camera, Formats, “Most Compatible”, "
        "then take the photo again; or send a screenshot of it."
    ),
    "pdf": mark("We do not take PDF files. Please photograph the page or send a screenshot."),
    "empty": mark("The file was empty. Please choose it again."),
    "too_large": mark("The file is larger than 10 MB. Please send a smaller photo."),
    "too_many": mark("At most 5 pictures at a time. Please send this one separately."),
    "case_full": mark("This case has all the pictures it can hold."),
    "day_full": mark("Too many pictures came from this device today. Please go on tomorrow."),
    "broken": mark("The file is damaged or did not arrive whole. Please send it again."),
    "too_many_pixels": mark(
        "The picture is too large to be opened safely. Please send a smaller one."
    ),
    "too_much_memory": mark(
        "The picture needs too much memory to be opened safely. Please send a smaller one."
    ),
    "too_slow": mark("The picture could not be opened safely. Please send a screenshot of it."),
    "lost": mark("The picture was lost on our side. Please send it again."),
}


async def add(code: str, posted: Posted, act: Act, request: Request) -> list[Picture]:
    """The resident's pictures, in an act that also does something else; kept with its commit."""
    return _kept(posted, await attachments.attach(code, posted.files, act, _keys(request)))


async def show(reference: str, posted: Posted, act: Act, request: Request) -> list[Picture]:
    """The same for pictures of the agency."""
    keys = _keys(request)
    return _kept(posted, await attachments.attach_by_staff(reference, posted.files, act, keys))


def _kept(posted: Posted, pictures: list[Picture]) -> list[Picture]:
    posted.keep([picture.name for picture in pictures])
    return pictures


async def of_resident(code: str, request: Request) -> tuple[Picture, ...]:
    """What the tracking page shows."""
    return await attachments.of_code(code, _keys(request))


async def of_staff(reference: str, request: Request) -> tuple[Picture, ...]:
    """What the page of a case shows."""
    return await attachments.of_reference(request.state.actor, reference, _keys(request))


@router.post("/track/files")
async def send(request: Request) -> Response:
    """The resident sends pictures to the case at hand."""
    async with uploads.received(request) as posted:
        form = posted.form
        code = sealed.from_field(form["held"], request)
        if not posted.files:
            return await _again(request, form, mark("Please choose a picture first."), 422)
        try:
            await _once(request, posted, code, by_staff=False)
        except NoSuchCode:
            return RedirectResponse(rendering.url(language_of(request), "track"), 303)
        except Refusal as error:
            answer = errors.answer_to(error)
            return await _again(request, form, answer.title, answer.status)
    address = rendering.url(language_of(request), "track")
    response = RedirectResponse(f"{address}#pictures", 303)
    sealed.put(response, request, sealed.CASE, code)
    return response


async def add_to_filed(request: Request, posted: Posted, code: str) -> None:
    """The pictures of a case just filed, which is filed whatever becomes of them."""
    if not posted.files:
        return
    try:
        await _once(request, posted, code, by_staff=False)
    except (Refusal, Busy) as error:
        log.warning("pictures not taken", extra={"kind": type(error).__name__})


@router.get("/track/files")
async def ask(request: Request) -> Response:
    """The form alone, for a phone."""
    return await _again(request, Form(), "", 200)


async def _again(request: Request, form: Form, fault: str, status: int) -> Response:
    code = sealed.from_field(form["held"], request) or sealed.get(request, sealed.CASE) or ""
    if fault:
        form.faults[uploads.FILES] = i18n.translator(language_of(request)).gettext(fault)
    try:
        pictures = await of_resident(code, request)
    except NoSuchCode:
        return RedirectResponse(rendering.url(language_of(request), "track"), 303)
    return page(
        request,
        "attachments/send.html",
        status=status,
        form=form,
        pictures=pictures,
        reasons=REASONS,
        held=sealed.in_field(code, request),
        form_key=secrets.token_urlsafe(16),
    )


@router.get("/inbox/{reference}/files")
async def ask_staff(reference: str, request: Request) -> Response:
    """The form on which an officer shows what was done."""
    return await _staff_page(request, reference, Form(), "", 200)


@router.post("/inbox/{reference}/files")
async def send_by_staff(reference: str, request: Request) -> Response:
    """An officer shows what was done."""
    async with uploads.received(request) as posted:
        if not posted.files:
            fault = mark("Please choose a picture first.")
            return await _staff_page(request, reference, posted.form, fault, 422)
        try:
            await _once(request, posted, reference, by_staff=True)
        except NoSuchCase:
            raise
        except Refusal as error:
            answer = errors.answer_to(error)
            return await _staff_page(request, reference, posted.form, answer.title, answer.status)
    return staff.see(request, "inbox", reference)


async def _staff_page(
    request: Request, reference: str, form: Form, fault: str, status: int
) -> Response:
    if fault:
        form.faults[uploads.FILES] = i18n.translator(language_of(request)).gettext(fault)
    return await staff.page(
        request,
        "attachments/show.html",
        section="inbox",
        status=status,
        reference=reference,
        form=form,
        pictures=await of_staff(reference, request),
        reasons=REASONS,
        form_key=secrets.token_urlsafe(16),
    )


async def _once(request: Request, posted: Posted, whose: str, *, by_staff: bool) -> None:
    """Files sent twice with one form are taken once."""
    form, keys = posted.form, _keys(request)
    scope = f"{request.url.path}\0{request.state.actor.reference}\0{form['csrf_token']}"
    once = idempotency.once_of(form["form_key"], scope, orjson.dumps(whose) + posted.digest, keys)
    async with acting.opened(request) as act:

        async def do() -> Stored:
            await (show if by_staff else add)(whose, posted, act, request)
            return Stored(200, {})

        await idempotency.answered(once, act, keys, do)


@router.get("/track/files/{name}")
@router.get("/track/files/{name}/{part}")
async def looked_at(name: str, request: Request, part: str = "") -> Response:
    """A picture of the case at hand."""
    code = sealed.get(request, sealed.CASE)
    if code is None or part not in PARTS:
        raise NoSuchPage
    shelf = request.app.state.shelf
    try:
        data = await attachments.opened_by_code(
            code, name, part=PARTS[part], shelf=shelf, keys=_keys(request)
        )
    except (NoSuchCode, NoSuchPicture):
        raise NoSuchPage from None
    return _jpeg(data)


@router.get("/inbox/{reference}/files/{name}")
@router.get("/inbox/{reference}/files/{name}/{part}")
async def looked_at_by_staff(
    reference: str, name: str, request: Request, part: str = ""
) -> Response:
    """A picture of a case, for the agency that holds it now."""
    if part not in PARTS:
        raise NoSuchPage
    by, shelf = request.state.actor, request.app.state.shelf
    try:
        data = await attachments.opened_by_staff(
            by, reference, name, part=PARTS[part], shelf=shelf, keys=_keys(request)
        )
    except (NoSuchCase, NoSuchPicture):
        raise NoSuchPage from None
    return _jpeg(data)


def _jpeg(data: bytes) -> Response:
    return Response(data, headers=HEADERS, media_type="image/jpeg")


def _keys(request: Request) -> Keyring:
    keys: Keyring = request.app.state.keys
    return keys
