"""Which offices came from which others, on what day, and how: renamed, merged or split."""

from collections import defaultdict
from dataclasses import dataclass
from datetime import date
from enum import StrEnum

from sla.charter import Agency, Charter
from sla.models import FormerNameRow


class Break(StrEnum):
    """What happened to the office before."""

    RENAMED = "renamed"
    MERGED = "merged"
    SPLIT = "split"


@dataclass(frozen=True, slots=True)
class Step:
    """From a day on an office answers for what others answered for before."""

    on: date
    kind: Break
    former: tuple[Agency, ...]


async def steps(known: Charter) -> dict[str, tuple[Step, ...]]:
    """By code of the heir, the earliest first. Old names without an office of ours are none."""
    found: dict[tuple[str, date], list[tuple[Agency, int]]] = defaultdict(list)
    rows = FormerNameRow.all().order_by("code", "id").select_related("agency")
    for row in await rows:
        old = known.agencies.get(row.code)
        if old is None or old.closes_on is None or old.code == row.agency.code:
            continue
        found[row.agency.code, old.closes_on].append((old, row.successors))
    made: dict[str, list[Step]] = defaultdict(list)
    for (code, on), olds in sorted(found.items()):
        former = tuple(dict.fromkeys(old for old, _ in olds))
        kind = _kind(known.agencies[code], on, len(former), max(parts for _, parts in olds))
        made[code].append(Step(on, kind, former))
    return {code: tuple(own) for code, own in made.items()}


def _kind(heir: Agency, on: date, former: int, parts: int) -> Break:
    """Whoever was there before took the others in; one old and one new office is a new name."""
    if parts > 1:
        return Break.SPLIT
    return Break.RENAMED if former == 1 and heir.opens_on == on else Break.MERGED


async def takers(known: Charter, *, on: date) -> dict[str, Agency]:
    """Who answers, on that day, for what was left open by an office that has ended, by its code.

    The first of its heirs, else whoever stood above it; where that one has ended too, its own. An
    office that nobody goes on for and nothing stood above has no row.
    """
    ended = {
        code: agency
        for code, agency in known.agencies.items()
        if agency.closes_on is not None and agency.closes_on <= on
    }
    nexts = {
        code: known.agency_of_id(agency.parent_id)
        for code, agency in ended.items()
        if agency.parent_id is not None
    }
    rows = FormerNameRow.filter(code__in=sorted(ended)).order_by("-id").select_related("agency")
    for row in await rows:  # the first heir last, so that it stands
        if row.code != row.agency.code:
            nexts[row.code] = known.agencies[row.agency.code]
    found = {}
    for code in ended:
        passed, now = {code}, nexts.get(code)
        while now is not None and now.code in ended and now.code not in passed:
            passed.add(now.code)
            now = nexts.get(now.code)
        if now is not None and now.code not in ended:
            found[code] = now
    return found


async def heirs(code: str) -> tuple[str, ...]:
    """The codes of those who go on for an office, in their order; () where nobody does."""
    rows = FormerNameRow.filter(code=code).exclude(agency__code=code).order_by("agency__code")
    return tuple(dict.fromkeys(await rows.values_list("agency__code", flat=True)))  # type: ignore[arg-type]  # one column
