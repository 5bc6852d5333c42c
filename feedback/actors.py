"""Who acts on cases."""

from dataclasses import dataclass

from feedback.models import Role
from feedback.scopes import Scope
from sla.acts import Actor


@dataclass(frozen=True, slots=True)
class Resident(Actor):
    """Somebody from outside, without an account. `device` is a pseudonym, or empty."""

    device: str = ""

    @property
    def reference(self) -> str:
        return "resident"


@dataclass(frozen=True, slots=True)
class Staff(Actor):
    """A signed-in member of staff."""

    account_id: int
    name: str
    display_name: str
    role: Role
    agency_id: int | None

    @property
    def reference(self) -> str:
        return f"staff:{self.name}"


@dataclass(frozen=True, slots=True)
class AgencySystem(Actor):
    """An agency's own system, known by its key, which opens what its scopes say and no more."""

    key_id: int
    agency_id: int
    scopes: frozenset[Scope] = frozenset()

    @property
    def reference(self) -> str:
        return f"key:{self.key_id}"


@dataclass(frozen=True, slots=True)
class System(Actor):
    """Hài lòng itself, in one of its jobs or commands."""

    name: str

    @property
    def reference(self) -> str:
        return f"system:{self.name}"
