"""What the calls for residents answer, for the description of the API; tests hold answers to it."""

from typing import Any, Literal

import pydantic

from feedback.drafts import Way
from feedback.lifecycle import CaseStatus
from feedback.messages import MessageKind
from feedback.texts.spam import SpamReason
from sla.standing import Verdict
from web.api import schemas

Moment = str
"""ISO 8601 with the local offset."""


class Told(pydantic.BaseModel):
    """A JSON object with exactly these fields."""

    model_config = pydantic.ConfigDict(extra="forbid")


class Agency(Told):
    code: str
    name_vi: str
    name_en: str
    kind: str
    level: str
    peer_group: str | None


class Service(Told):
    code: str
    name_vi: str
    name_en: str
    field: str | None


class Commitment(Told):
    amount: float
    unit: str
    rule: str
    cut_off: str | None
    effective_on: str
    text_vi: str
    text_en: str
    legal_act: str | None


class Receipt(Told):
    """`due_at` and `commitment` are null where nothing was promised."""

    reference: str
    tracking_code: str
    filed_at: Moment
    due_at: Moment | None
    agency: Agency
    service: Service | None
    commitment: Commitment | None


class Recorded(Told):
    recorded: Literal[True]


class Rated(Recorded):
    """Until `closes_at` it may be sent again: the last one counts."""

    closes_at: Moment


class Step(Told):
    """A piece of time between receipt and due time, and whether it counted."""

    model_config = pydantic.ConfigDict(extra="forbid", populate_by_name=True)

    from_: Moment = pydantic.Field(alias="from")
    to: Moment | None
    kind: str
    counted_seconds: float
    counted_days: int
    name_vi: str
    name_en: str
    words_vi: str
    words_en: str


class Happened(Told):
    """`outcome` and `reason` stand with an answer where its agency said so."""

    event: str
    at: Moment
    outcome: str | None = None
    reason: str | None = None


class Message(Told):
    kind: MessageKind
    text: str
    at: Moment


class Rating(Told):
    open: bool
    closes_at: Moment | None
    given_at: Moment | None


class Offered(Told):
    agency: Agency
    until: Moment


class Side(Told):
    reference: str
    agency: Agency
    status: CaseStatus
    due_at: Moment | None


class Appeal(Told):
    level: int
    offered: Offered | None
    above: Side | None
    below: Side | None


class Hold(Told):
    """`decision` is null while a person has yet to look; until `object_until` a refusal may be
    contested.
    """

    reasons: list[SpamReason]
    decision: Literal["released", "advert", "repeated", "nonsense"] | None
    object_until: Moment | None


class Tracked(Told):
    reference: str
    status: CaseStatus
    subject: str
    agency: Agency
    service: Service | None
    filed_at: Moment
    due_at: Moment | None
    overdue: bool
    verdict: Verdict
    explanation: list[Step]
    timeline: list[Happened]
    messages: list[Message]
    rating: Rating
    appeal: Appeal
    hold: Hold | None
    ways: list[Way]


class Picture(Told):
    """`reason` is null unless it was refused."""

    number: int
    by: Literal["resident", "office"]
    state: Literal["waiting", "ready", "refused"]
    reason: str | None
    at: Moment


class Pictures(Told):
    items: list[Picture]


def gives(model: type[Told], status: int = 200) -> dict[str, Any]:
    """The answer of a call, for the description of the API."""
    schema = schemas.inlined(model.model_json_schema(by_alias=True))
    return {"responses": {str(status): {"content": {"application/json": {"schema": schema}}}}}
