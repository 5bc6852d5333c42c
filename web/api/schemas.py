"""What calls take: strict shapes. What the values may be, the domain's drafts say."""

from datetime import datetime
from typing import Any, Literal, TypeVar

import orjson
import pydantic
from starlette.requests import Request
from starlette.responses import Response

from feedback.errors import NotAFact
from web.drawing import tagged
from web.errors import NotJson

ModelT = TypeVar("ModelT", bound="Body")


class Body(pydantic.BaseModel):
    """A JSON object with exactly these fields; no conversions, no NaN, nothing extra."""

    model_config = pydantic.ConfigDict(
        extra="forbid", strict=True, allow_inf_nan=False, str_max_length=200_000
    )


class ContactBody(Body):
    name: str | None = None
    email: str | None = None
    phone: str | None = None
    reach_by: str | None = None


class CaseBody(Body):
    agency: str
    service: str | None = None
    kind: str = "complaint"
    subject: str
    text: str
    location: str | None = None
    contact: ContactBody | None = None
    language: str = "vi"
    confirmed_ordinary: bool = False


class CodeBody(Body):
    tracking_code: str


class CodeTextBody(Body):
    tracking_code: str
    text: str


class WithdrawBody(Body):
    tracking_code: str
    text: str = ""


class ReachBody(Body):
    tracking_code: str
    reach_by: str


class EraseBody(Body):
    """`sure` is true: a deliberate yes, for nothing brings an erased case back."""

    tracking_code: str
    sure: bool


class AnswersBody(Body):
    overall: int
    solved: str | None = None
    clear: int | None = None
    contacts: int | None = None
    comment: str | None = None
    language: str = "vi"


class RateByCodeBody(AnswersBody):
    tracking_code: str


class RateByTokenBody(AnswersBody):
    token: str


class ActionBody(Body):
    """What the actions of an inbox take; each uses its own of these."""

    officer: str | None = None
    text: str | None = None
    to: str | None = None
    reason: str | None = None
    of: str | None = None
    until: str | None = None
    outcome: str | None = None
    cause: str | None = None
    service: str | None = None


class DossierBody(Body):
    service: str
    received_at: str
    promised_at: str | None = None
    resident: str | None = None
    contact: ContactBody | None = None
    language: str = "vi"
    channel: str
    applicant: Literal["person", "business"] | None = None


class DossierEventBody(Body):
    id: str
    type: str
    at: str
    reason: str | None = None
    to: str | None = None
    until: str | None = None
    form: str | None = None


def moment(text: str, field: str) -> datetime:
    """An ISO 8601 time with its offset. Raises `NotAFact`."""
    try:
        at = datetime.fromisoformat(text)
    except ValueError:
        raise NotAFact(field, "not_a_time") from None
    if at.tzinfo is None:
        raise NotAFact(field, "not_a_time")
    return at


async def read(model: type[ModelT], request: Request) -> ModelT:
    """The body as `model`. Raises pydantic's ValidationError by field, or `NotJson`."""
    body = await request.body()
    if not body:
        raise NotJson
    return model.model_validate_json(body)


def takes(model: type[Body]) -> dict[str, Any]:
    """The request body of a call, for the description of the API."""
    content = {"application/json": {"schema": inlined(model.model_json_schema())}}
    return {"requestBody": {"required": True, "content": content}}


def inlined(schema: dict[str, Any]) -> dict[str, Any]:
    """A schema in which everything stands where it is used."""
    definitions = schema.pop("$defs", {})

    def whole(part: Any) -> Any:
        if isinstance(part, list):
            return [whole(one) for one in part]
        if not isinstance(part, dict):
            return part
        name = str(part.get("$ref", "")).removeprefix("#/$defs/")
        rest = {key: whole(value) for key, value in part.items() if key != "$ref"}
        return {**whole(definitions[name]), **rest} if name else rest

    made: dict[str, Any] = whole(schema)
    return made


def public(request: Request, body: Any) -> Response:
    """A JSON answer that is the same for everybody: kept, but asked after again each time."""
    return tagged.file(
        request,
        orjson.dumps(body),
        "application/json",
        cache_control="no-cache",
        access_control_allow_origin="*",
    )


def reply(body: Any, status: int = 200) -> Response:
    """A JSON answer. Nothing here may be kept by a cache."""
    return Response(
        orjson.dumps(body),
        status,
        headers={"Cache-Control": "no-store"},
        media_type="application/json",
    )
