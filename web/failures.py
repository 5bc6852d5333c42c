"""The pages of errors, and the answer where the database lets an auditor write nothing."""

import asyncpg
from fastapi import FastAPI
from starlette.requests import Request
from starlette.responses import Response
from tortoise.exceptions import TransactionManagementError

from feedback.actors import Staff
from feedback.errors import RoleMayNot
from feedback.models import Role
from web import errors
from web.api import problems
from web.drawing import rendering
from web.guarding import access
from web.language import i18n

ERROR_PAGES = frozenset({400, 403, 404, 409, 410, 413, 422, 429, 500, 503})


def error_page(request: Request, status: int, *, reason: str = "") -> Response:
    """The page of an error, in the reader's language; staff are led back to their work."""
    shown = status if status in ERROR_PAGES else 404 if status == 405 else 400
    headers = {"Retry-After": "2"} if status == 503 else {}
    message = i18n.translator(rendering.language_of(request)).gettext(reason) if reason else ""
    return rendering.page(
        request,
        f"errors/{shown}.html",
        status=status,
        headers=headers,
        message=message,
        work=_work(request),
        unsent=getattr(request.state, "unsent", ""),
    )


def _work(request: Request) -> str:
    """Where a member of staff who is signed in goes on; nothing for anybody else."""
    actor = getattr(request.state, "actor", None)
    return access.LANDING[actor.role] if isinstance(actor, Staff) else ""


def answer_auditors(app: FastAPI) -> None:
    """Answer what an auditor's request was to write, and must not, as any other refusal."""
    for kind in (TransactionManagementError, asyncpg.ReadOnlySQLTransactionError):
        app.add_exception_handler(kind, _refused)


async def _refused(request: Request, error: Exception) -> Response:
    causes = (error, *error.args)
    if not any(isinstance(one, asyncpg.ReadOnlySQLTransactionError) for one in causes):
        raise error
    refusal = RoleMayNot(Role.AUDITOR)
    if request.url.path.startswith("/api/"):
        return problems.problem(request, refusal)
    answer = errors.answer_to(refusal)
    return error_page(request, answer.status, reason=answer.title)
