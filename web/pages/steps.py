"""The questions of the feedback form, one page each, and how one moves between them.

Nothing is stored before the last page: every page carries what was answered on the others.
"""

from collections.abc import Mapping
from dataclasses import dataclass

SEND = "send"


@dataclass(frozen=True, slots=True)
class Step:
    """A page of the form and the fields it asks for."""

    name: str
    fields: tuple[str, ...]


STEPS = (
    Step("agency", ("agency",)),
    Step("service", ("service",)),
    Step("details", ("text",)),
    Step("title", ("kind", "subject")),
    Step("place", ("location",)),
    Step("contact", ("name", "email", "phone")),
    Step("reach", ("reach_by",)),
    Step("check", ()),
)
# Pages beside the way, each with the one it belongs to: which way to be reached is asked only of
# who left two, title and kind are only changed, from the last page.
ASIDE = {"title": "details", "reach": "contact"}
BY_NAME = {step.name: step for step in STEPS}
FIELDS = tuple(field for step in STEPS for field in step.fields)
# With any of these there is something to lose: pages are then posted, not linked.
TYPED = ("subject", "text", "location", "name", "email", "phone")


def number_of(name: str) -> int:
    """The place of a page, from 1; sending comes after the last."""
    return [*BY_NAME, SEND].index(name) + 1


def told(name: str) -> tuple[int, int]:
    """The place of a page and how many there are, as people are told."""
    counted = [step.name for step in STEPS if step.name not in ASIDE]
    return counted.index(ASIDE.get(name, name)) + 1, len(counted)


def before(name: str) -> str | None:
    """The page before; None at the first."""
    if name == "title":
        return "check"
    passed = [step.name for step in STEPS[: number_of(name) - 1] if step.name not in ASIDE]
    return passed[-1] if passed else None


def after(name: str, *, was_checked: bool, has_service: bool = False) -> str:
    """The page after. Who had reached the last one returns there, but for a changed agency, which
    offers other services. Who chose the service before the agency is not asked for it again.
    Whether one is asked by which way, only the answers tell (`asks_the_way`).
    """
    if name == "agency" and has_service:
        return "details"
    if (was_checked and name != "agency") or name in ASIDE:
        return "check"
    return next(step.name for step in STEPS[number_of(name) :] if step.name not in ASIDE)


def stopped_at(faults: Mapping[str, str], target: str) -> Step | None:
    """The first page before `target` with something to mend; None when the way is free."""
    passed = STEPS[: number_of(target) - 1]
    return next((step for step in passed if any(f in faults for f in step.fields)), None)


def carried(values: Mapping[str, str], step: Step) -> dict[str, str]:
    """What a page takes along in hidden fields: the answers it does not ask for itself."""
    # Another agency offers other services; who chose the service first has no agency yet.
    changes = step.name == "agency" and values.get("agency")
    left_out = {*step.fields, *(("service",) if changes else ())}
    kept = [*FIELDS, "seen", "ordinary"]
    return {f: values[f] for f in kept if f not in left_out and values.get(f)}


def asks_the_way(values: Mapping[str, str]) -> bool:
    """Whether somebody left two ways to reach them, and has not said which to go."""
    return bool(values.get("email") and values.get("phone") and not values.get("reach_by"))


def follows(name: str, other: str) -> bool:
    """Whether a page (or sending) comes after another."""
    return number_of(name) > number_of(other)


def is_typed(values: Mapping[str, str]) -> bool:
    """Whether somebody has written something that must not get lost, or appear in an address."""
    return any(values.get(field) for field in TYPED)
