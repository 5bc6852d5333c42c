"""What became of the drafts of a file."""

from collections.abc import Callable, Sequence
from dataclasses import dataclass, field
from typing import Any

from sla.registers import Verdict
from web.imports.errors import Refusal

Numbered = tuple[int, Any]
"""A draft with the line of its row."""


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


def firsts(
    batch: Sequence[Numbered], *, key: Callable[[Any], Any], column: str
) -> tuple[list[Numbered], list[Refusal]]:
    """The batch without later rows of the same key, and the refusals of these."""
    first: dict[Any, Any] = {}
    kept, refusals = [], []
    for line, draft in batch:
        identity = key(draft)
        if identity not in first:
            first[identity] = draft
            kept.append((line, draft))
            continue
        is_same = first[identity] == draft
        refusals.append(Refusal(line, column, REPEATS[is_same], ""))
    return kept, refusals


REPEATS = {True: "repeats_identical", False: "repeats_different"}
