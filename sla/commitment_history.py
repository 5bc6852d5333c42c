"""Every version of a commitment ever recorded: nothing is changed or deleted, only followed."""

from dataclasses import dataclass
from datetime import date
from itertools import pairwise

from sla import commitments
from sla.charter import Agency, Charter, Service
from sla.commitments import Commitment


@dataclass(frozen=True, slots=True)
class Version:
    """One recorded commitment and the days on which it binds, half-open.

    `since` None: it never bound, because another took precedence. `until` None: no end is known.
    """

    commitment: Commitment
    since: date | None
    until: date | None


def of(known: Charter, agency: Agency, service: Service | None) -> tuple[Version, ...]:
    """Every commitment ever recorded that could bind, the latest first; nothing is left out."""
    code = service.code if service else None
    keys = [(agency.code, None, code), (None, agency.level, code), (None, None, code)]
    recorded = [one for key in keys for one in known.commitments.get(key, ())]
    days = sorted({one.effective_on for one in recorded})
    bound = [
        commitments.binding(recorded, agency=agency.code, level=agency.level, service=code, on=day)
        for day in days
    ]
    changes = [(day, one) for i, (day, one) in enumerate(zip(days, bound, strict=True))
               if i == 0 or one != bound[i - 1]]  # fmt: skip
    ends = {one: until for (_, one), (until, _) in pairwise(changes)}
    starts = {one: since for since, one in changes}
    versions = [Version(one, starts.get(one), ends.get(one)) for one in recorded]
    return tuple(
        sorted(versions, key=lambda v: (v.commitment.effective_on, v.commitment.id), reverse=True)
    )
