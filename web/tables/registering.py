"""Files of registers taken with their trail: what each row changed, from which file, by whom."""

import hashlib
from collections.abc import AsyncIterator
from contextlib import asynccontextmanager
from functools import partial
from pathlib import Path

from feedback import audit
from feedback.deeds import Deed, Subject
from sla.acts import Act
from web.imports.report import Summary
from web.imports.run import Watched
from web.tables import exports

SUBJECTS = {
    "agencies": Subject.AGENCY,
    "lineage": Subject.LINEAGE,
    "services": Subject.SERVICE,
    "commitments": Subject.COMMITMENT,
    "calendar": Subject.CALENDAR,
}


def named(path: Path, name: str = "") -> str:
    """A file by its name and by what tells it from every other."""
    with path.open("rb") as file:
        digest = hashlib.file_digest(file, "sha256").hexdigest()
    return f"{name or path.name} (SHA-256 {digest})"


def watched(kind: str, act: Act, *, reason: str, is_told: bool = False) -> Watched:
    """For `run.run`: puts on record what the file changed, in its own transaction.

    `is_told`: whoever takes the rows puts each on record; only the file is left to tell of.
    """
    return partial(_watching, kind=kind, act=act, reason=reason, is_told=is_told)


@asynccontextmanager
async def _watching(
    summary: Summary, *, kind: str, act: Act, reason: str, is_told: bool
) -> AsyncIterator[None]:
    before = await _facts(kind)
    yield
    if not summary.taken and not summary.refusals:
        return
    after = await _facts(kind)
    changed = {
        about: (before.get(about), after.get(about))
        for about in sorted(before.keys() | after.keys())
        if before.get(about) != after.get(about)
    }
    if kind in SUBJECTS and not is_told:
        await audit.record_all(SUBJECTS[kind], changed, act, reason=reason)
    await audit.record(
        Subject.IMPORT,
        kind,
        Deed.IMPORTED,
        act,
        after={
            "taken": summary.taken,
            "unchanged": summary.unchanged,
            "refused": dict(summary.refused),
        },
        reason=reason,
    )


async def _facts(kind: str) -> dict[str, dict[str, object]]:
    """What there is of each object; of what is not exported, nothing."""
    return (await exports.TABLES[kind]()).facts() if kind in SUBJECTS else {}
