"""Who looks again at an answer, and until when: rules as data, and the way up.

The legal remedies (khiếu nại) are untouched: this is the platform's own second look.
"""

import tomllib
from collections.abc import Collection
from dataclasses import dataclass
from datetime import date, timedelta
from functools import cache
from importlib import resources

from sla.charter import Agency, Charter


@dataclass(frozen=True, slots=True)
class AppealRule:
    """In force from a day. `levels` counts the first answer too."""

    effective_on: date
    legal_act: str
    days: int
    levels: int
    last_kind: str

    @property
    def window(self) -> timedelta:
        return timedelta(days=self.days)


@cache
def rules() -> tuple[AppealRule, ...]:
    """All versions, oldest first."""
    text = (resources.files("feedback") / "appeals.toml").read_text("utf-8")
    found = (AppealRule(**rule) for rule in tomllib.loads(text)["rules"])
    return tuple(sorted(found, key=lambda rule: rule.effective_on))


def rule(*, on: date) -> AppealRule | None:
    """The rule for what was answered on a day; None before the first."""
    return next((rule for rule in reversed(rules()) if rule.effective_on <= on), None)


def above(
    agency: Agency, known: Charter, *, accused: Collection[int], on: date, rule: AppealRule
) -> Agency | None:
    """The nearest open agency above that is not among the accused; None where nobody is."""
    seen = {agency.id}
    parent_id = agency.parent_id
    while parent_id is not None and parent_id not in seen:
        parent = known.agency_of_id(parent_id)
        if parent.is_open(on) and parent.id not in accused:
            return parent
        seen.add(parent_id)
        parent_id = parent.parent_id
    last = (a for a in known.open_agencies(on=on) if a.kind == rule.last_kind)
    return next((a for a in last if a.id not in accused), None)
