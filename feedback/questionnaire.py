"""The questions residents are asked after the result: versions as data (`questionnaire.toml`).

Five symmetric levels in words (satisfied = 4 or 5), then at most four optional questions.
"""

import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import UTC, date, datetime
from importlib import resources
from typing import Any


@dataclass(frozen=True, slots=True)
class Question:
    """A question with its answers as (stored value, words); no answers: free text.

    The words are English and in the catalogues of `web`, unless the question is `worded`: then they
    stand as somebody here has written them, in one language.
    """

    field: str
    text: str
    answers: tuple[tuple[str, str], ...] = ()
    required: bool = False
    worded: bool = False


@dataclass(frozen=True, slots=True)
class Questionnaire:
    """One version, asked from a day on."""

    version: str
    effective_on: date
    questions: tuple[Question, ...]


def read(text: str) -> dict[str, Questionnaire]:
    """The versions of a TOML file by name, oldest first."""
    found = sorted(map(_version, tomllib.loads(text)["versions"]), key=lambda v: v.effective_on)
    return {one.version: one for one in found}


def _version(table: dict[str, Any]) -> Questionnaire:
    asked = (
        Question(
            one["field"],
            one["text"],
            tuple((value, words) for value, words in one.get("answers", ())),
            required=one.get("required", False),
        )
        for one in table["questions"]
    )
    return Questionnaire(table["version"], table["effective_on"], tuple(asked))


VERSIONS = read((resources.files("feedback") / "questionnaire.toml").read_text("utf-8"))


def current(at: datetime, *, among: Mapping[str, Questionnaire] = VERSIONS) -> Questionnaire:
    """What is asked at a moment: the newest version in force, before the first one that one.

    A version begins with its day in UTC, so that the page and the store agree everywhere.
    """
    day = at.astimezone(UTC).date()
    begun = [one for one in among.values() if one.effective_on <= day]
    return begun[-1] if begun else next(iter(among.values()))
