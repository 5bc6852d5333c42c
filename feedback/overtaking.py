"""Whether a case is still as somebody saw it when they began to write."""

from collections.abc import Iterable

from feedback import casework, timeline
from feedback import permissions as may
from feedback.errors import Overtaken
from feedback.timeline import Line
from sla.acts import Act

# They change nothing about what can be done next.
QUIET = frozenset({"NoteAdded", "PicturesAdded", "IdentityRevealed"})


def version(story: Iterable[Line]) -> int:
    """How far a story has come: it only ever grows."""
    return sum(line.kind not in QUIET for line in story)


def since(story: Iterable[Line], seen: int) -> list[Line]:
    """What has happened since `seen`, which is a `version`, first thing first."""
    return [line for line in story if line.kind not in QUIET][max(seen, 0) :]


async def check(reference: str, act: Act, *, seen: int) -> None:
    """Lock the case; `Overtaken` when something has happened since. `NoSuchCase` as ever."""
    case = await casework.held(reference)
    may.check_may_see(act.by, case.facts)
    if since(await timeline.read(case.row.id), seen):
        raise Overtaken(case.row.id)
