"""Blocks of rows about dossiers to records, column by column; what is not plain is left over.

Everything here is said a second time in `dossiers`, row by row and with the reasons for a refusal:
a row is plain when nothing about it could be refused there, nor mended. Words that come again and
again are read once, by the functions of that module.
"""

from collections.abc import Sequence
from typing import Any

import numpy as np
import numpy.typing as npt

from feedback import codes
from sla import dossier_staging, openings
from sla.dossier_records import KINDS, LONGEST_ID, NEVER, NONE, RECORD, Records, Words
from sla.open_hours import BEYOND, Moments
from sla.promise_events import PromiseEvent, Transferred
from web.imports import block_cells, blocks, cells, dossiers
from web.imports.block_cells import STRANGE, CodeReader, Mask, MomentReader, Rows
from web.imports.blocks import Block
from web.imports.dossiers import COLUMNS, FINISHED_BY_ROW, Reading
from web.imports.errors import RowRefused

_AT = {name: place for place, name in enumerate(COLUMNS)}
_WORD, _LONG = 32, 160  # bytes of a word, and of a reason
_BARE = {KINDS.index(kind) for kind in ("resumed", "finished", "withdrawn")}
_ONLY_SLOWLY = KINDS.index("extended")
_TRANSFERRED = KINDS.index("transferred")
_FINISHED = KINDS.index("finished")


class BlockReader:
    """Reads blocks on the terms of a `Reading`; numbers words as `words` does."""

    def __init__(self, reading: Reading, words: Words) -> None:
        self._reading = reading
        self._words = words
        self._agencies = {code.encode(): at for code, at in words.agencies.numbers.items()}
        self._services = {code.encode(): at for code, at in words.services.numbers.items()}
        self._kinds = {b"": 0} | {kind.encode(): KINDS.index(kind) for kind in dossiers.EVENTS}
        self._rests: dict[tuple[object, ...], int] = {}
        self._moments = MomentReader(reading.times, reading.now)
        self._codes = CodeReader(reading.pattern)
        self._open = _open_times(reading, words)

    def read(self, block: Block) -> tuple[Records, Rows]:
        """The plain rows as records, and the places of those that are not."""
        every = np.arange(len(block))
        kinds = block_cells.numbered(block.texts(_AT["event"], _WORD, every), self._kinds)
        good = (kinds != STRANGE) & (block.lengths(_AT["event"]) < _WORD)
        names, is_code = self._codes.read(block, _AT["code"])
        good &= is_code
        receipts = np.flatnonzero(good & (kinds == 0))
        events = np.flatnonzero(good & (kinds != 0))
        records = np.zeros(len(block), dtype=RECORD)
        records["code"], records["kind"] = names, np.maximum(kinds, 0)
        records["line"] = block.line + every
        ended = self._receipts(block, receipts, records, good)
        self._events(block, events, records, good)
        return np.concatenate((records[good], ended)), np.flatnonzero(~good)

    def _receipts(self, block: Block, rows: Rows, records: Records, good: Mask) -> Records:
        """Fill in receipts; the ends that some of them bring along."""
        agency = self._coded(block, "agency", rows, self._agencies)
        service = self._coded(block, "service", rows, self._services)
        at = self._moments.read(block, _AT["received_at"], rows)
        promised = self._moments.read(block, _AT["promised_at"], rows, day=cells.DAY_ENDS)
        ended = self._moments.read(block, _AT["finished_at"], rows)
        channel, has_channel = self._channel(block, rows)
        plain = (agency >= 0) & (service >= 0) & has_channel & (at > NEVER)
        # Who says for whom goes the long way, row by row.
        plain &= block.lengths(_AT["applicant"])[rows] == 0
        plain &= (at <= self._moments.now) & block_cells.is_bare(
            block, _AT["resident"], rows, least=0
        )
        plain &= (promised >= at) | (block.lengths(_AT["promised_at"])[rows] == 0)
        plain &= (ended >= at) | (block.lengths(_AT["finished_at"])[rows] == 0)
        plain &= ended <= self._moments.now
        good[rows] = plain
        kept = rows[plain]
        records["at"][kept], records["promised"][kept] = at[plain], promised[plain]
        records["agency"][kept], records["service"][kept] = agency[plain], service[plain]
        records["channel"][kept] = channel[plain]
        records["resident"][kept] = self._residents(block, kept, records["code"][kept])
        over = kept[ended[plain] > NEVER]
        ends = np.zeros(len(over), dtype=RECORD)
        for name in ("code", "line", "agency"):
            ends[name] = records[name][over]
        ends["kind"], ends["at"] = _FINISHED, ended[plain][ended[plain] > NEVER]
        ends["event_id"] = FINISHED_BY_ROW.encode()
        return ends

    def _events(self, block: Block, rows: Rows, records: Records, good: Mask) -> None:
        kinds = records["kind"][rows]
        at = self._moments.read(block, _AT["at"], rows)
        teller = self._coded(block, "agency", rows, self._agencies)
        teller[block.lengths(_AT["agency"])[rows] == 0] = NONE
        rest = self._rests_of(block, rows, kinds, at)
        plain = (at > NEVER) & (at <= self._moments.now) & (teller != STRANGE) & (rest >= 0)
        plain &= block_cells.is_bare(block, _AT["event_id"], rows, least=1)
        good[rows] = plain
        kept = rows[plain]
        records["at"][kept], records["agency"][kept] = at[plain], teller[plain]
        records["rest"][kept] = rest[plain]
        records["event_id"][kept] = block.texts(_AT["event_id"], LONGEST_ID, kept)

    def _coded(
        self, block: Block, column: str, rows: Rows, known: dict[bytes, int]
    ) -> npt.NDArray[np.int64]:
        found = block_cells.numbered(block.texts(_AT[column], _WORD, rows), known)
        return np.where(block.lengths(_AT[column])[rows] < _WORD, found, STRANGE)

    def _channel(self, block: Block, rows: Rows) -> tuple[npt.NDArray[np.int64], Mask]:
        texts, _, places = blocks.distinct(block.texts(_AT["channel"], _WORD, rows))
        numbers = [self._channel_of(text) for text in texts]
        found = np.array(numbers, dtype=np.int64)[places]
        return found, (found >= 0) & (block.lengths(_AT["channel"])[rows] < _WORD)

    def _channel_of(self, text: bytes) -> int:
        try:
            word = dossiers.channel_of(text.decode())
        except (RowRefused, UnicodeDecodeError):
            return STRANGE
        return self._words.channels.number(word)

    def _residents(self, block: Block, rows: Rows, names: npt.NDArray[np.bytes_]) -> Any:
        told = block.texts(_AT["resident"], _WORD, rows).tolist()
        keys = self._reading.keys
        hashed = [
            codes.keyed_hash("filer", (who or code).decode(), keys)
            for who, code in zip(told, names.tolist(), strict=True)
        ]
        return np.array(hashed, dtype=RECORD["resident"])

    def _rests_of(
        self, block: Block, rows: Rows, kinds: npt.NDArray[np.uint8], at: Moments
    ) -> npt.NDArray[np.int64]:
        """What events say besides their time, by its number; `STRANGE` where that is not plain."""
        rests = np.where(np.isin(kinds, list(_BARE)), 0, STRANGE)
        passes = np.flatnonzero(kinds == _TRANSFERRED)
        to = self._coded(block, "to", rows[passes], self._agencies)
        opens, closes = self._open
        takes = (to >= 0) & (at[passes] >= opens[to]) & (at[passes] < closes[to])
        found = [self._rest(_TRANSFERRED, "to", code) for code in self._words.agencies.words]
        rests[passes[takes]] = np.array(found)[to[takes]]
        reasoned = (rests == STRANGE) & (kinds != _TRANSFERRED) & (kinds != _ONLY_SLOWLY)
        reasoned &= block.lengths(_AT["reason"])[rows] < _LONG
        some = np.flatnonzero(reasoned)
        texts, _, places = blocks.distinct(block.texts(_AT["reason"], _LONG, rows[some]))
        keys, places = np.unique(places * len(KINDS) + kinds[some], return_inverse=True)
        said = [
            self._rest(key % len(KINDS), "reason", texts[key // len(KINDS)].decode())
            for key in keys.tolist()
        ]
        rests[some] = np.array(said, dtype=np.int64)[places]
        return rests

    def _rest(self, kind: int, column: str, cell: str) -> int:
        key = kind, cell
        found = self._rests.get(key)
        if found is None:
            row = [""] * len(COLUMNS)
            row[_AT[column]] = cell
            found = self._rest_of(kind, row)
            if found >= 0:
                self._rests[key] = found
        return found

    def _rest_of(self, kind: int, row: Sequence[str]) -> int:
        try:
            if kind == _TRANSFERRED:  # that the agency is there on that day is asked elsewhere
                event: PromiseEvent = Transferred(self._reading.now, row[_AT["to"]])
            else:
                event = dossiers.EVENTS[KINDS[kind]](self._reading.now, row, self._reading)
        except RowRefused:
            return STRANGE
        return self._words.rests.number(dossier_staging.rest_of(event))


def _open_times(reading: Reading, words: Words) -> tuple[Moments, Moments]:
    """From when to when each agency is there, by its own days."""
    opens, closes = [], []
    for code in words.agencies.words:
        agency, zone = reading.known.agencies[code], reading.zones[code]
        opens.append(openings.midnight(agency.opens_on, zone) if agency.opens_on else NEVER)
        closes.append(openings.midnight(agency.closes_on, zone) if agency.closes_on else BEYOND)
    return np.array(opens, dtype=np.int64), np.array(closes, dtype=np.int64)
