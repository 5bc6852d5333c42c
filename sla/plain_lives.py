"""Plain lives of dossiers: received, passed on, asked about at most once, finished or not yet.

Most dossiers of a file are so, and new. What `tellings.settle` decides about these and
`dossier_files` writes of them is said here for thousands in one stroke, in numbers and texts
instead of values; about any other life nothing is said at all. A test holds the two to the same
bytes.
"""

from collections.abc import Callable
from typing import NamedTuple

import numpy as np
import numpy.typing as npt

from sla import copying, writing_moments
from sla.charter import Charter
from sla.copying import NULL
from sla.dossier_records import KINDS, NEVER, NONE, RECEIPT, Records, Words
from sla.open_hours import BEYOND, Moments
from sla.plain_bounds import HELD_BY, Bound, Bounds
from sla.plain_dates import Clocks, Dater

_MOST_ROWS = 16
_PAUSED, _RESUMED, _TRANSFERRED = map(KINDS.index, ("paused", "resumed", "transferred"))
_RUNNING = RECEIPT  # the state of what was received
_ENDS = [KINDS.index(kind) for kind in ("finished", "refused", "withdrawn")]
_STATES = {_RUNNING: "running", **{end: KINDS[end] for end in _ENDS}}

Mask = npt.NDArray[np.bool_]


class Plain(NamedTuple):
    """A new dossier, ready to be copied but for the number of its promise and who told it when.

    `row` are the cells of the promise after its number; `events` those of its events after the
    number, the time of telling and the teller.
    """

    code: str
    row: str
    events: list[str]
    is_finished: bool

    @property
    def taken(self) -> int:
        """The rows it was told by: every event but the first has one, and that one the receipt."""
        return len(self.events)


Fold = Callable[[Records, Moments], list[Plain | None]]


def folder(known: Charter, words: Words) -> Fold:
    """A function from records in order, and the places of the first of each dossier, to the plain
    lives of the dossiers; None: it has none.
    """
    return _Folder(known, words).fold


class _Folder:
    def __init__(self, known: Charter, words: Words) -> None:
        self._words = words
        self._bounds = Bounds(known, words)
        self._dater = Dater(self._bounds.all)

    def fold(self, records: Records, firsts: Moments) -> list[Plain | None]:
        plain: list[Plain | None] = [None] * len(firsts)
        edges = np.append(firsts, len(records))
        whole = np.flatnonzero(_is_whole(records, edges))
        lives = _Lives(records, edges[whole], edges[whole + 1], self._words)
        bounds = self._bounds.of(*(lives.heads[name] for name in ("agency", "service", "at")))
        all_ = self._bounds.all
        lives.is_plain &= np.array([b is not None for b in all_], dtype=bool)[bounds]
        may_pause = np.array([b is not None and b.may_pause for b in all_], dtype=bool)[bounds]
        lives.is_plain &= may_pause | (lives.asked == NEVER)
        due, soon = self._dater.dates(
            Clocks(bounds, lives.heads["at"], lives.heads["promised"], lives.asked, lives.resumed)
        )
        lives.is_plain &= due != BEYOND
        told = _Told(records, lives, (due, soon), self._words, self._bounds)
        for life in np.flatnonzero(lives.is_plain).tolist():
            plain[whole[life]] = told.plain(life, self._bounds.all[bounds[life]])
        return plain


def _is_whole(records: Records, edges: Moments) -> Mask:
    """One receipt, then events one after the other, none with the number of another."""
    firsts, counts = edges[:-1], np.diff(edges)
    is_event = records["kind"] != RECEIPT
    follows = np.ones(len(records), dtype=bool)
    follows[1:] = is_event[1:] & (records["at"][1:] > records["at"][:-1])
    follows[firsts] = ~is_event[firsts]
    whole: Mask = np.array(np.logical_and.reduceat(follows, firsts) & (counts <= _MOST_ROWS))
    owners = np.repeat(np.arange(len(firsts), dtype=np.int64), counts)[is_event]
    ids = records["event_id"][is_event]
    order = np.lexsort((ids, owners))
    ids, owners = ids[order], owners[order]
    whole[owners[1:][(ids[1:] == ids[:-1]) & (owners[1:] == owners[:-1])]] = False
    return whole


class _Lives:
    """Whole lives walked through step by step, all at once; some turn out not to be plain."""

    def __init__(self, records: Records, firsts: Moments, ends: Moments, words: Words) -> None:
        count = len(firsts)
        self.firsts, self.lasts = firsts, ends
        self.heads = records[firsts]
        self.is_plain = np.ones(count, dtype=bool)
        self.state = np.full(count, _RUNNING)
        self.asked, self.resumed, self.ended = (np.full(count, NEVER) for _ in range(3))
        self.holder = self.heads["agency"].astype(np.int64)
        numbers = words.agencies.numbers
        passed_to = np.array([numbers.get(to, NONE) for _, to in words.rests.words])
        strangers = np.zeros(count, dtype=bool)
        for step in range(1, _MOST_ROWS):
            some = np.flatnonzero(ends - firsts > step)
            if not len(some):
                break
            rows = records[firsts[some] + step]
            self._step(some, rows, passed_to[rows["rest"]])
            strangers[some] |= (rows["agency"] != NONE) & (
                rows["agency"] != self.heads["agency"][some]
            )
        self.is_plain &= self.state != _PAUSED
        for life in np.flatnonzero(strangers & self.is_plain).tolist():
            told = records[firsts[life] + 1 : ends[life]]
            holders = {int(self.heads["agency"][life]), *passed_to[told["rest"]].tolist()}
            self.is_plain[life] = {*told["agency"].tolist()} - {NONE} <= holders

    def _step(self, some: npt.NDArray[np.intp], rows: Records, passed_to: Moments) -> None:
        kinds, at, state = rows["kind"], rows["at"], self.state[some]
        passes, pauses = kinds == _TRANSFERRED, (kinds == _PAUSED) & (self.asked[some] == NEVER)
        resumes, ends = (kinds == _RESUMED) & (state == _PAUSED), np.isin(kinds, _ENDS)
        is_open = (state == _RUNNING) | (state == _PAUSED)
        self.is_plain[some] &= is_open & (passes | pauses | resumes | ends)
        over = resumes | (ends & (state == _PAUSED))
        self.asked[some[pauses]] = at[pauses]
        self.resumed[some[over]] = at[over]
        self.ended[some[ends]] = at[ends]
        self.holder[some[passes]] = passed_to[passes]
        self.state[some[pauses | ends]] = kinds[pauses | ends]
        self.state[some[resumes]] = _RUNNING


class _Told:
    """Whole lives as lines to be copied; what their cells have in common is written once."""

    def __init__(
        self,
        records: Records,
        lives: _Lives,
        dates: tuple[Moments, Moments],
        words: Words,
        bounds: Bounds,
    ) -> None:
        written, heads = writing_moments.all_written, lives.heads
        self._at = written(records["at"])
        self._events = _events(records, self._at, lives, words)
        self._spans = list(zip(lives.firsts.tolist(), lives.lasts.tolist(), strict=True))
        self._heads = heads[["code", "agency", "channel", "resident"]].tolist()
        self._promised = _cells(heads["promised"], written)
        self._due, self._soon, self._ended = (_cells(m, written) for m in (*dates, lives.ended))
        self._is_late = (lives.ended > dates[0]).tolist()
        self._states = lives.state.tolist()
        self._holders = lives.holder.tolist()
        self._channels = list(map(copying.escaped, words.channels.words))
        self._bounds = bounds

    def plain(self, life: int, bound: Bound | None) -> Plain:
        """One of them."""
        assert bound is not None  # noqa: S101 -- it is plain
        (first, last), (code, agency, channel, resident) = self._spans[life], self._heads[life]
        name, at, state = code.decode(), self._at[first], _STATES[self._states[life]]
        events = self._events[first:last]
        events[0] = self._begun(bound, at, self._promised[life], agency)
        cells = (
            f"dossier\t{name}\t{self._bounds.holders[self._holders[life]].id}\t{bound.numbers}\t"
            f"{self._channels[channel]}\t{at}\t\\\\x{resident.hex()}\t{self._dates(life)}\t{state}\t"
            f"{self._ended[life]}\t1\n"
        )
        return Plain(name, cells, events, state == "finished")

    def _begun(self, bound: Bound, at: str, promised: str, agency: int) -> str:
        begun = bound.begun
        if promised != NULL:
            begun = f"{bound.begun_promised}{promised}{HELD_BY}"
        held = self._bounds.holders[agency].written
        return f'1\tstarted\t{at}\t{NULL}\t{{"kind":"started","at":"{at}"{begun}{held}}}\n'

    def _dates(self, life: int) -> str:
        """The cells from `due_at` to `watch_at`."""
        due, soon = self._due[life], self._soon[life]
        watch = soon
        if self._ended[life] != NULL:
            watch = due if self._is_late[life] and due != NULL else NULL
        return f"{due}\t{NULL}\t{NULL}\t{soon}\t{watch}"


def _events(records: Records, at: list[str], lives: _Lives, words: Words) -> list[str]:
    """The lines of events after the number of their promise and who told them when; the places of
    receipts hold nothing of use.
    """
    begun = np.zeros(len(records), dtype=np.int64)
    begun[lives.firsts] = lives.firsts
    seqs = np.arange(1, len(records) + 1) - np.maximum.accumulate(begun)
    joined = b"\n".join(records["event_id"].tolist()).decode()
    ids = joined.split("\n")
    rests = [copying.escaped(rest) for rest, _ in words.rests.words]
    rows = zip(
        seqs.tolist(),
        records["kind"].tolist(),
        at,
        map(copying.escaped, ids) if "\\" in joined else ids,
        records["rest"].tolist(),
        strict=True,
    )
    return [
        f'{seq}\t{KINDS[kind]}\t{when}\t{event_id}\t{{"kind":"{KINDS[kind]}","at":"{when}"'
        f"{rests[rest]}}}\n"
        for seq, kind, when, event_id, rest in rows
    ]


def _cells(moments: Moments, written: Callable[[Moments], list[str]]) -> list[str]:
    """Moments as cells."""
    texts = np.full(len(moments), NULL, dtype=object)
    is_told = (moments != NEVER) & (moments != BEYOND)
    texts[is_told] = written(moments[is_told])
    return list(texts)
