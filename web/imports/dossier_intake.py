"""A file about dossiers on its way in: rows put aside first, then decided on by dossiers."""

import asyncio
from collections.abc import AsyncGenerator, Iterator, Sequence

from tortoise.connection import get_connection

from feedback import dossier_results
from sla import dossier_files, history, plain_lives
from sla.acts import Act
from sla.dossier_files import Life
from sla.dossier_records import Numbered, Records, Words
from sla.dossier_staging import Part, Spool
from sla.plain_lives import Plain
from sla.tellings import Settled
from web.imports import dossiers, stored
from web.imports.blocks import Block
from web.imports.dossier_blocks import BlockReader
from web.imports.dossiers import Reading
from web.imports.errors import Refusal
from web.imports.reader import Record
from web.imports.stored import Stored


class Dossiers:
    """One file about dossiers. `is_history`: nobody is invited to rate what finished."""

    def __init__(self, reading: Reading, *, is_history: bool) -> None:
        self._known = reading.known
        self._is_history = is_history
        self._words = Words(
            Numbered.of(sorted(reading.known.agencies)), Numbered.of(sorted(reading.services))
        )
        self._fold = plain_lives.folder(reading.known, self._words)
        self._spool = Spool()
        self._blocks = BlockReader(reading, self._words)
        self.read = dossiers.parser(reading)

    def read_block(self, block: Block) -> tuple[Records, Iterator[Record]]:
        """The rows of a block that are records, and the others to be read one by one."""
        records, others = self._blocks.read(block)
        return records, block.records(others)

    async def store(self, batch: Sequence[stored.Numbered], act: Act) -> Stored:
        """Put rows aside; what became of them is told at the end."""
        del act
        drafts = [draft for _, draft in batch]
        rows = [row for draft in drafts if isinstance(draft, tuple) for row in draft]
        self._spool.put(rows)
        for draft in drafts:
            if not isinstance(draft, tuple):
                self._spool.put_records(draft)
        # A sign of life: the database ends a transaction in which nothing happens for long.
        await get_connection("default").execute_query("select")
        return Stored()

    async def finish(self, act: Act) -> AsyncGenerator[Stored, None]:
        """Decide about the dossiers, some thousand at a time.

        The next are sorted and folded in a thread while the database takes the last.
        """
        parts = self._spool.parts()
        ahead = asyncio.ensure_future(asyncio.to_thread(self._next, parts))
        try:
            while told := await ahead:
                ahead = asyncio.ensure_future(asyncio.to_thread(self._next, parts))
                yield await self._decide(told, act)
        finally:
            # The thread reads what was put aside: it ends before that is closed.
            await asyncio.gather(ahead, return_exceptions=True)

    def close(self) -> None:
        """Let go of what was put aside."""
        self._spool.close()

    def _next(self, parts: Iterator[Part]) -> list[Life]:
        part = next(parts, None)
        return dossier_files.lives(part, self._fold, self._words) if part else []

    async def _decide(self, told: Sequence[Life], act: Act) -> Stored:
        async with get_connection("default").acquire_connection() as connection:
            settled, refused = await dossier_files.settle(
                connection, told, self._known, self._words
            )
            await self._write(connection, settled, act)
        return Stored(
            taken=sum(each.taken for each in settled),
            unchanged=sum(each.unchanged for each in settled if isinstance(each, Settled)),
            refusals=[Refusal(*refusal, event_id=refusal.event_id) for refusal in refused],
        )

    async def _write(
        self, connection: object, settled: Sequence[Settled | Plain], act: Act
    ) -> None:
        async with history.keys_known(connection):
            changed = await dossier_files.write(connection, settled, self._known, act)
            if not self._is_history:
                await dossier_results.ask_about(connection, changed, act)
