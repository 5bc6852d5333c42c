"""What resident and agency write to each other, and the agency's internal notes."""

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from feedback.models import MessageRow
from sla.acts import Act


class MessageKind(StrEnum):
    """Notes stay inside; everything else is seen by both sides."""

    ANSWER = "answer"
    QUESTION = "question"
    REPLY = "reply"
    OBJECTION = "objection"
    NOTE = "note"


@dataclass(frozen=True, slots=True)
class Message:
    kind: MessageKind
    by: str
    text: str
    at: datetime


async def write(case_id: int, kind: MessageKind, text: str, act: Act) -> None:
    await MessageRow.create(case_id=case_id, kind=kind, by=act.by.reference, text=text, at=act.at)


async def read(case_id: int, *, notes: bool = False) -> list[Message]:
    """The exchange, first message first; internal notes only when asked for."""
    rows = MessageRow.filter(case_id=case_id)
    if not notes:
        rows = rows.exclude(kind=MessageKind.NOTE)
    found = await rows.order_by("id").values_list("kind", "by", "text", "at")
    return [Message(MessageKind(kind), by, text, at) for kind, by, text, at in found]
