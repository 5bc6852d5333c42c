"""One thing done to several cases: to each by itself, so that one refusal undoes no other."""

from collections.abc import Sequence
from dataclasses import dataclass

from tortoise.transactions import in_transaction

from feedback import casework
from feedback.errors import NoSuchCase, Refusal
from sla.acts import Act

AT_MOST = 100


@dataclass(frozen=True, slots=True)
class Outcome:
    """What became of one case; `refusal` is why nothing did."""

    reference: str
    refusal: Refusal | None = None


async def assign(references: Sequence[str], act: Act, *, officer: str) -> list[Outcome]:
    """Put one officer in charge of several cases, each in a savepoint of its own.

    In the order given, each once, at most `AT_MOST`. The events of what was refused are not told.
    """
    outcomes: list[Outcome] = []
    # Always the same order of locks: two who choose the same cases do not wait for each other.
    for reference in sorted(dict.fromkeys(references))[:AT_MOST]:
        told = len(act.events)
        try:
            async with in_transaction():
                if "\0" in reference:
                    raise NoSuchCase(reference)
                await casework.assign(reference, act, officer=officer)
        except Refusal as refusal:
            del act.events[told:]
            outcomes.append(Outcome(reference, refusal))
        else:
            outcomes.append(Outcome(reference))
    place = {reference: number for number, reference in enumerate(references)}
    return sorted(outcomes, key=lambda outcome: place[outcome.reference])
