"""Errors of the API as problems (RFC 9457): stable type, title in the caller's language, fields."""

from collections.abc import Mapping
from typing import Any

import orjson
import pydantic
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import (
    LooksLikeDenunciation,
    LooksLikeEmergency,
    LooksLikeStatutoryComplaint,
    ScopeMissing,
)
from feedback.texts.legal_router import Channel
from web import errors
from web.answers import Answer
from web.errors import NotJson, SlowDown
from web.language import i18n

TYPE = "/problems/"


def problem(request: Request, error: Exception) -> Response:
    """The answer to an error. KeyError for one the table does not know."""
    language = i18n.negotiate(request.headers.get("accept-language"))
    if isinstance(error, pydantic.ValidationError):
        return _response(errors.answer_to(NotJson()), language, _shape_faults(error))
    if isinstance(error, SlowDown):
        response = _response(errors.answer_to(error), language, {}, {"puzzle": error.puzzle})
        response.headers["Retry-After"] = str(error.seconds)
        return response
    faults = _fact_faults(error, language)
    more = _links(request, error) | _event(request) | _scope(error)
    response = _response(errors.answer_to(error), language, faults, more)
    if isinstance(error, ScopeMissing):  # RFC 6750, 3.1
        owed = f'Bearer error="insufficient_scope", scope="{error.scope}"'
        response.headers["WWW-Authenticate"] = owed
    elif response.status_code == 401:
        response.headers["WWW-Authenticate"] = "Bearer"
    return response


def plain(request: Request, status: int, kind: str, title: str) -> Response:
    """A problem without fields, with a title of `i18n.mark`."""
    language = i18n.negotiate(request.headers.get("accept-language"))
    return _response(Answer(status, kind, title), language, {})


# Where a thing goes that was not taken: the pages that say so.
_ELSEWHERE: dict[type[Exception], Channel] = {
    LooksLikeEmergency: Channel.EMERGENCY,
    LooksLikeDenunciation: Channel.DENUNCIATION,
    LooksLikeStatutoryComplaint: Channel.STATUTORY_COMPLAINT,
}


def _links(request: Request, error: Exception) -> dict[str, object]:
    channel = _ELSEWHERE.get(type(error))
    if channel is None:
        return {}
    site = request.app.state.settings.base_url or ""
    page = f"complaints/elsewhere/{channel.value}"
    return {"links": {language: f"{site}/{language}/{page}" for language in i18n.LANGUAGES}}


def _scope(error: Exception) -> dict[str, object]:
    """Which scope a key would have needed."""
    return {"scope": error.scope} if isinstance(error, ScopeMissing) else {}


def _event(request: Request) -> dict[str, object]:
    """Which of a stream of events is refused: the others go on."""
    told = getattr(request.state, "event_id", None)
    return {"event": told} if told else {}


def _fact_faults(error: Exception, language: str) -> dict[str, list[str]]:
    words = i18n.translator(language)
    faults: dict[str, list[str]] = {}
    for fault in errors.faults_of(error):
        text = words.gettext(errors.REASONS[fault.reason])
        text = text % {"limit": fault.limit} if "%(" in text else text
        faults.setdefault(fault.field, []).append(text)
    about = errors.FIELDS.get(type(error))
    if about:
        faults.setdefault(about, []).append(words.gettext(errors.answer_to(error).title))
    return faults


def _shape_faults(error: pydantic.ValidationError) -> dict[str, list[str]]:
    faults: dict[str, list[str]] = {}
    for detail in error.errors(include_url=False, include_input=False, include_context=False):
        where = ".".join(str(step) for step in detail["loc"]) or "body"
        faults.setdefault(where, []).append(detail["msg"])
    return faults


def _response(
    answer: Answer,
    language: str,
    faults: dict[str, list[str]],
    more: Mapping[str, object] | None = None,
) -> Response:
    body: dict[str, Any] = {
        "type": f"{TYPE}{answer.kind}",
        "title": i18n.translator(language).gettext(answer.title),
        "status": answer.status,
    }
    if faults:
        body["errors"] = faults
    body.update(more or {})
    headers = {"Cache-Control": "no-store", "Content-Language": language}
    if answer.status == 503:
        headers["Retry-After"] = "2"
    return Response(
        orjson.dumps(body), answer.status, headers=headers, media_type="application/problem+json"
    )
