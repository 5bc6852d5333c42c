"""What residents and officials of the demo city write, from fixtures/demo."""

import csv
import tomllib
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any

FIXTURES = Path(__file__).parents[2] / "fixtures"
REAL, INVENTED = FIXTURES / "hcmc", FIXTURES / "demo"


@dataclass(frozen=True, slots=True, kw_only=True)
class Complaint:
    """What is written in one case, by both sides; `{place}` stands for one of the places."""

    service: str
    subject: str
    text: str
    question: str
    reply: str
    answer: str
    objection: str
    kind: str = "complaint"
    language: str = "vi"


@dataclass(frozen=True, slots=True, kw_only=True)
class InboxCase:
    """A case of the demo officer's ward: filed so many open days ago, and how far it has come."""

    service: str
    days_ago: int
    done: str
    subject: str
    text: str
    location: str
    question: str = ""
    reply: str = ""
    answer: str = ""
    objection: str = ""
    kind: str = "complaint"
    language: str = "vi"


@dataclass(frozen=True, slots=True)
class Move:
    """That somebody handed a case on: a demo account, or an agency by its code."""

    by: str
    days_ago: int
    to: str
    reason: str


@dataclass(frozen=True, slots=True, kw_only=True)
class PassedCase:
    """A case without a clear owner, and how it was handed on."""

    agency: str
    days_ago: int
    subject: str
    text: str
    location: str
    move: tuple[Move, ...] = ()


@cache
def complaints() -> tuple[Complaint, ...]:
    return tuple(Complaint(**one) for one in _read("complaints.toml")["complaint"])


@cache
def places() -> tuple[str, ...]:
    return tuple(_read("complaints.toml")["places"])


@cache
def inbox() -> tuple[InboxCase, ...]:
    return tuple(InboxCase(**one) for one in _read("inbox.toml")["case"])


@cache
def passing() -> tuple[PassedCase, ...]:
    return tuple(
        PassedCase(**one | {"move": tuple(Move(**move) for move in one.get("move", ()))})
        for one in _read("passing.toml")["case"]
    )


@cache
def comments() -> dict[tuple[int, str], tuple[str, ...]]:
    """By stars and language."""
    found: dict[tuple[int, str], list[str]] = defaultdict(list)
    with (INVENTED / "comments.csv").open(encoding="utf-8", newline="") as file:
        for row in csv.DictReader(file):
            found[int(row["stars"]), row["language"]].append(row["text"])
    return {key: tuple(texts) for key, texts in found.items()}


def _read(name: str) -> dict[str, Any]:
    return tomllib.loads((INVENTED / name).read_text("utf-8"))
