"""One row of a file of ratings given elsewhere to a value that cannot be wrong."""

from collections.abc import Callable, Sequence
from datetime import datetime

from feedback import codes, drafts, rating_files
from feedback.codes import Keyring
from feedback.errors import Faulty
from feedback.rating_files import PastRating
from sla.acts import Act
from sla.dossiers import CODE
from sla.models import PromiseKind
from web.imports import cells
from web.imports.cells import Times
from web.imports.errors import Refusal, RowRefused
from web.imports.reader import Record
from web.imports.seen import Seen
from web.imports.stored import REPEATS, Numbered, Stored, firsts

COLUMNS = (
    "kind",
    "code",
    "given_at",
    "overall",
    "solved",
    "clear",
    "contacts",
    "comment",
    "language",
    "resident",
)
NEEDED = (("code",), ("given_at",), ("overall",))

_KINDS = ("", *map(str, PromiseKind))
_ANSWERS = COLUMNS[3:9]


def parser(
    times: Times, *, language: str, keys: Keyring, now: datetime
) -> Callable[[Record], PastRating]:
    """A function from a record, its cells in the order of `COLUMNS`, to its value.

    The function raises `RowRefused` for the first cell that cannot be right.
    """

    def parse(record: Record) -> PastRating:
        kind, code, given, *answers, resident = record.cells
        number = cells.required(code, "code")
        if not CODE.fullmatch(number):
            raise RowRefused("code", "bad_code", number)
        given_at = times.moment(given, "given_at")
        if given_at is None:
            raise RowRefused("given_at", "missing")
        if given_at > now:
            raise RowRefused("given_at", "in_the_future", given)
        told = dict(zip(_ANSWERS, map(cells.prose, answers), strict=True))
        who = cells.short(resident, "resident", 80)
        return PastRating(
            cells.one_of(kind, "kind", _KINDS) if kind else "",
            number,
            given_at,
            _draft({**told, "language": told["language"] or language}),
            codes.keyed_hash("filer", who, keys) if who else None,
        )

    return parse


def _draft(told: dict[str, str]) -> drafts.RatingDraft:
    tidy = {name: value.strip() if name != "comment" else value for name, value in told.items()}
    try:
        return drafts.rating(tidy)
    except Faulty as faulty:
        fault = faulty.faults[0]
        raise RowRefused(fault.field, fault.reason, told[fault.field]) from None


class Ratings:
    """Ratings of the past; of rows about the same result the first counts."""

    def __init__(self, read: Callable[[Record], PastRating]) -> None:
        self.read = read
        self._seen = Seen()

    async def store(self, batch: Sequence[Numbered], act: Act) -> Stored:
        kept, stored = firsts(batch, key=_identity, column="code")
        names = ["/".join(_identity(draft)) for _, draft in kept]
        earlier = self._seen.among(names)
        self._seen.add(names)
        outcomes = await rating_files.take([draft for _, draft in kept], act)
        for name, (line, draft), outcome in zip(names, kept, outcomes, strict=True):
            if outcome == "taken":
                stored.taken += 1
            elif name in earlier and outcome in {"unchanged", "differs_from_stored"}:
                reason = REPEATS[outcome == "unchanged"]
                stored.refusals.append(Refusal(line, "code", reason, draft.code))
            elif outcome == "unchanged":
                stored.unchanged += 1
            else:
                stored.refusals.append(Refusal(line, "code", outcome, draft.code))
        return stored


def _identity(draft: PastRating) -> tuple[str, str]:
    return draft.kind, draft.code
