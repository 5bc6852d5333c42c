"""What became of the drafts of a file."""

from collections.abc import Awaitable, Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sla.registers import Verdict
from web.imports.errors import Refusal

Numbered = tuple[int, Any]
"""A draft with the line of its row."""
Take = Callable[[Sequence[Any]], Awaitable[Sequence[Verdict]]]
"""Stores drafts together; a verdict about each, in their order."""
FROM_FILE = "CSV"
"""The reason on record where a file says something without one."""


@dataclass(slots=True)
class Stored:
    """What became of a batch."""

    taken: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)

    def note(self, line: int, verdict: Verdict) -> None:
        """Count what became of one row."""
        if verdict.reason:
            self.refusals.append(Refusal(line, verdict.column, verdict.reason, ""))
        else:
            self.taken += verdict.is_new
            self.unchanged += not verdict.is_new

    async def settle(self, kept: Sequence[Numbered], take: Take) -> "Stored":
        """Have drafts stored together and count what became of each; itself, for the end."""
        verdicts = await take([draft for _, draft in kept])
        for (line, _), verdict in zip(kept, verdicts, strict=True):
            self.note(line, verdict)
        return self


def firsts(
    batch: Sequence[Numbered], *, key: Callable[[Any], Any], column: str
) -> tuple[list[Numbered], Stored]:
    """The batch without later rows of the same key, and what became of these: refused."""
    first: dict[Any, Any] = {}
    kept, stored = [], Stored()
    for line, draft in batch:
        identity = key(draft)
        if identity not in first:
            first[identity] = draft
            kept.append((line, draft))
            continue
        is_same = first[identity] == draft
        stored.refusals.append(Refusal(line, column, REPEATS[is_same], ""))
    return kept, stored


REPEATS = {True: "repeats_identical", False: "repeats_different"}
