"""What happens to promises that others may want to know of."""

from dataclasses import dataclass

from sla.acts import Event


@dataclass(frozen=True, slots=True)
class DossierFinished(Event):
    """The result of a dossier is there for its filer."""

    promise_id: int
