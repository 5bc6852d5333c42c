"""Registers as files: taken along, changed in a spreadsheet, and brought back; shown first."""

import csv
import tempfile
from dataclasses import dataclass
from pathlib import Path

from fastapi import APIRouter
from starlette.datastructures import UploadFile
from starlette.requests import Request
from starlette.responses import Response

from feedback import permissions
from sla.acts import Act
from web import acting, errors
from web.drawing import rendering
from web.errors import NoSuchPage
from web.forms import FIELDS_AT_MOST, Form, read
from web.imports import proposals, run
from web.imports.errors import FileRefused, Refusal
from web.imports.kinds import KINDS
from web.imports.mapping import Mapping
from web.imports.report import Summary
from web.language import i18n
from web.pages import staff
from web.pages.admin import frame, words
from web.pages.calendar_words import FILE
from web.sending import outgoing
from web.tables import exports, registering

router = APIRouter(prefix="/{lang:lang}", include_in_schema=False)

FILE_AT_MOST = 400 * 1024
SHOWN = 200
# Calendars have a page of their own, where days that were told already need a second person.
ELSEWHERE = frozenset({"calendar"}) | exports.ONLY_OUT
BROUGHT_BACK = tuple(kind for kind in exports.TABLES if kind not in ELSEWHERE)


@dataclass(frozen=True, slots=True)
class Outcome:
    """What a file did, or would do."""

    summary: Summary
    refusals: tuple[Refusal, ...]


@router.get("/admin/files")
async def listed(request: Request) -> Response:
    """Which registers can be taken along and brought back."""
    return await _list(request, Form())


@router.get("/admin/files/{kind}.csv")
async def taken_along(kind: str, request: Request) -> Response:
    """One register as a file."""
    if kind not in exports.TABLES:
        raise NoSuchPage
    return Response(
        await exports.of(kind),
        media_type="text/csv; charset=utf-8",
        headers={
            "Content-Disposition": f'attachment; filename="{kind}.csv"',
            "Cache-Control": "no-store, private",
        },
    )


@router.post("/admin/files")
async def brought_back(request: Request) -> Response:
    """Show what a file would change; take it once that is confirmed."""
    content = await _content(request)
    form = await read(request)
    permissions.check_may_administer(request.state.actor)
    kind = form["kind"]
    if kind not in BROUGHT_BACK:
        raise NoSuchPage
    is_confirmed = form["do"] == "confirm"
    content = form["content"].encode() if is_confirmed else content
    if len(content) > FILE_AT_MOST:
        return await _refused(request, form, errors.ANSWERS[errors.TooLarge].title)
    try:
        if is_confirmed:
            async with acting.opened(request) as act:
                await _take(request, kind, content, act, dry_run=False)
            return staff.see(request, "admin/files", done="taken")
        act = Act(by=request.state.actor, at=request.app.state.clock())
        outcome = await _take(request, kind, content, act, dry_run=True)
    except FileRefused as refused:
        return await _refused(request, form, FILE.get(refused.reason, FILE["not_text"]))
    language = rendering.language_of(request)
    return await frame.page(
        request,
        "admin/file.html",
        kind=kind,
        kinds=frame.named(words.KINDS, request),
        outcome=outcome,
        why=[frame.row_words(one.reason, language) for one in outcome.refusals[:SHOWN]],
        content=content.decode("utf-8-sig"),
        shown=SHOWN,
    )


async def _take(request: Request, kind: str, content: bytes, act: Act, *, dry_run: bool) -> Outcome:
    state = request.app.state
    with tempfile.TemporaryDirectory() as folder:
        path, report = Path(folder) / f"{kind}.csv", Path(folder) / "report.csv"
        path.write_bytes(content)
        summary = await run.run(
            path,
            proposals.kind(kind, state.today()),
            act,
            mapping=Mapping(timezone=state.settings.timezone),
            keys=state.keys,
            inside=outgoing.inside(state.settings),
            report=report,
            dry_run=dry_run,
            watched=registering.watched(
                kind, act, reason=registering.named(path), is_told=kind in proposals.TOLD
            ),
        )
        with report.open(encoding="utf-8-sig", newline="") as file:
            rows = list(csv.reader(file))[1:]
    return Outcome(summary, tuple(Refusal(int(line), *rest) for line, *rest in rows))


async def _content(request: Request) -> bytes:
    data = await request.form(max_fields=FIELDS_AT_MOST, max_files=1)
    file = data.get("file")
    if not isinstance(file, UploadFile):
        return b""
    content = await file.read()
    await file.close()
    return content


async def _refused(request: Request, form: Form, title: str) -> Response:
    form.faults["file"] = i18n.translator(rendering.language_of(request)).gettext(title)
    return await _list(request, form, status=422)


async def _list(request: Request, form: Form, *, status: int = 200) -> Response:
    return await frame.page(
        request,
        "admin/files.html",
        status=status,
        form=form,
        kinds=frame.named(words.KINDS, request),
        back=frame.named(words.BACK, request),
        pages=words.PAGES,
        brought_back=BROUGHT_BACK,
        columns={kind: KINDS[kind].columns for kind in exports.TABLES if kind in KINDS},
    )
