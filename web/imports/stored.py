"""What became of the drafts of a file."""

from dataclasses import dataclass, field
from typing import Any

from web.imports.errors import Refusal

Numbered = tuple[int, Any]
"""A draft with the line of its row."""


@dataclass(slots=True)
class Stored:
    """What became of a batch."""

    taken: int = 0
    unchanged: int = 0
    refusals: list[Refusal] = field(default_factory=list)
