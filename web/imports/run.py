"""One file from its bytes to the database: read ahead in a thread while a batch is stored.

A file is one transaction. So a flaw on its last line, a lost connection or a killed process leave
nothing half done, and a second run starts from the same state; a dry run is the same and undone.
"""

import asyncio
import gc
from collections.abc import (
    AsyncGenerator,
    Callable,
    Collection,
    Iterator,
    Sequence,
)
from contextlib import (
    AbstractAsyncContextManager,
    aclosing,
    closing,
    contextmanager,
    nullcontext,
)
from dataclasses import dataclass, field
from pathlib import Path

from tortoise.transactions import in_transaction

from feedback.codes import Keyring
from sla import rehearsal
from sla.acts import Act
from web.imports import blocks, lines, reader
from web.imports.blocks import Block
from web.imports.errors import Refusal, RowRefused
from web.imports.intakes import ByBlocks, Gathering, Intake, Terms
from web.imports.kinds import Kind
from web.imports.mapping import Mapping
from web.imports.reader import Record
from web.imports.report import LONGEST_VALUE, ReportFile, Summary
from web.imports.stored import Numbered, Stored

Progress = Callable[[int, int], None]
"""Told the bytes read so far and the bytes of the file."""
Told = Block | Record | Refusal
EVENT_ID = "event_id"
"""The column of files that tell of events, each by a number of its own."""
Watched = Callable[[Summary], AbstractAsyncContextManager[object]]
"""Around what is stored, in its transaction; the summary is complete when it is left."""


@dataclass(slots=True)
class _Batch:
    drafts: list[Numbered] = field(default_factory=list)
    refusals: list[Refusal] = field(default_factory=list)
    is_last: bool = True


async def run(
    path: Path,
    kind: Kind,
    act: Act,
    *,
    mapping: Mapping,
    keys: Keyring | None = None,
    is_history: bool = False,
    inside: Collection[str] = (),
    encoding: str = "utf-8",
    report: Path | None = None,
    dry_run: bool = False,
    progress: Progress = lambda read, size: None,
    watched: Watched = nullcontext,
) -> Summary:
    """Import the file at `path`; good rows are stored, bad ones are in the report.

    `keys` make residents of dossiers recognisable and sign calls: only those files need them.
    `is_history`: nobody is asked about what finished. `inside`: hosts that may be called though
    they are not public. Raises `FileRefused` when the file as a whole cannot be
    taken; nothing is stored then.
    """
    summary = Summary()
    with (
        lines.opened(path, encoding=encoding) as source,
        ReportFile(report, of_events=EVENT_ID in kind.columns) as refused,
        _rarely_collecting(),
    ):
        wanted = mapping.wanted(kind.columns, kind.needed)
        async with rehearsal.undone() if dry_run else in_transaction(), watched(summary):
            terms = Terms(mapping, keys, act.at, is_history=is_history, inside=inside)
            intake = await kind.begin(terms)
            read = blocks.read if isinstance(intake, ByBlocks) else reader.read
            records = read(source, path, wanted)
            with closing(intake) if isinstance(intake, Gathering) else nullcontext():
                async with aclosing(_read_ahead(records, intake, kind)) as batches:
                    async for batch in batches:
                        await _store(batch, intake, act, summary, refused)
                        progress(source.position(), source.size)
                if isinstance(intake, Gathering):
                    async with aclosing(intake.finish(act)) as parts:
                        async for stored in parts:
                            _tell(stored, stored.refusals, summary, refused)
    return summary


@contextmanager
def _rarely_collecting() -> Iterator[None]:
    """Look for circles of garbage now and then: rows have none, and there are millions of them."""
    before = gc.get_threshold()
    gc.freeze()
    gc.set_threshold(100_000, 10, 10)
    try:
        yield
    finally:
        gc.set_threshold(*before)
        gc.unfreeze()


async def _store(
    batch: _Batch, intake: Intake, act: Act, summary: Summary, refused: ReportFile
) -> None:
    refusals = batch.refusals
    stored = await intake.store(batch.drafts, act) if batch.drafts else Stored()
    _tell(stored, refusals + stored.refusals, summary, refused)


def _tell(
    stored: Stored, refusals: Sequence[Refusal], summary: Summary, refused: ReportFile
) -> None:
    summary.taken += stored.taken
    summary.unchanged += stored.unchanged
    summary.refused.update(refusal.reason for refusal in refusals)
    refused.write(sorted(refusals))


async def _read_ahead(
    records: Iterator[Told], intake: Intake, kind: Kind
) -> AsyncGenerator[_Batch, None]:
    ahead = asyncio.ensure_future(asyncio.to_thread(_next, records, intake, kind))
    try:
        while True:
            batch = await ahead
            if not batch.is_last:
                ahead = asyncio.ensure_future(asyncio.to_thread(_next, records, intake, kind))
            yield batch
            if batch.is_last:
                return
    finally:
        # The thread reads from the open file: it ends before the file is closed.
        await asyncio.gather(ahead, return_exceptions=True)


def _next(records: Iterator[Told], intake: Intake, kind: Kind) -> _Batch:
    batch, size = _Batch(), kind.batch
    drafts, refusals, count = batch.drafts, batch.refusals, 0
    for record in records:
        if isinstance(record, Block):
            assert isinstance(intake, ByBlocks)  # noqa: S101 -- only such a one is given blocks
            draft, others = intake.read_block(record)
            drafts.append((record.line, draft))
            for other in others:
                _read(other, intake, kind, batch)
            count += len(record)
        elif isinstance(record, Refusal):
            refusals.append(record)
            count += 1
        else:
            _read(record, intake, kind, batch)
            count += 1
        if size is not None and count >= size:
            batch.is_last = False
            break
    return batch


def _read(record: Record, intake: Intake, kind: Kind, batch: _Batch) -> None:
    try:
        batch.drafts.append((record.line, intake.read(record)))
    except RowRefused as why:
        value = why.value[:LONGEST_VALUE]
        event_id = ""
        if EVENT_ID in kind.columns:
            event_id = record.cells[kind.columns.index(EVENT_ID)][:LONGEST_VALUE]
        batch.refusals.append(Refusal(record.line, why.column, why.reason, value, event_id))
