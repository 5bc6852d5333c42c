"""From which device and network an answer came, as two small numbers that mean nothing next day.

Four bytes of a keyed hash under the day's own key: enough to see that one device answered for many
people on one day, too little to be followed from one day to the next, or to another agency's
figures. They are forgotten as soon as the day was looked at (`ranking.counts.spreading`).
"""

from dataclasses import dataclass
from datetime import date

from feedback import codes
from feedback.codes import Keyring

BYTES = 4


@dataclass(frozen=True, slots=True)
class Source:
    """Where an answer came from; None where nobody knows. A network alone is never known."""

    device: int | None = None
    network: int | None = None


NOWHERE = Source()


def source(*, device: str, network: str, on: date, keys: Keyring) -> Source:
    """The pseudonyms of a local day; an empty text is a device, or a network, nobody knows."""
    if not device:
        return NOWHERE
    return Source(
        _pseudonym("answer device", device, on, keys),
        _pseudonym("answer network", network, on, keys) if network else None,
    )


def _pseudonym(purpose: str, text: str, on: date, keys: Keyring) -> int:
    digest = codes.keyed_hash(f"{purpose} {on.isoformat()}", text, keys)
    return int.from_bytes(digest[:BYTES], signed=True)
