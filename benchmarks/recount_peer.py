"""DuckDB counting the same effective counts of the third quarter of 2026: in a process of its own,
in memory, on all cores.
"""

import multiprocessing
import time
from collections.abc import Iterator
from contextlib import contextmanager
from multiprocessing.connection import Connection
from pathlib import Path

import duckdb

RATINGS = """
select agency_id, kind, service_id, channel, sum(1.0 / m) as n,
       sum(case when overall >= 4 then 1.0 / m else 0 end) as x, count(*) as answers
from (
    select c.agency_id, r.overall, p.kind, c.service_id, c.channel,
           count(*) over (partition by c.agency_id, c.resident) as m
    from rating r join closure c on c.id = r.closure_id join promise p on p.id = c.promise_id
    where c.void_at is null
      and date_trunc('quarter', c.closed_at + interval 7 hours) = date '2026-07-01'
) as r
group by all
"""
TABLES = {
    "rating": "closure_id::bigint as closure_id, overall::tinyint as overall",
    "closure": "id::bigint as id, promise_id::bigint as promise_id, agency_id::int as agency_id, "
    "service_id::int as service_id, channel::varchar as channel, "
    "from_hex(resident[3:]) as resident, "
    "closed_at::timestamp as closed_at, void_at::timestamp as void_at",
    "promise": "id::bigint as id, kind::varchar as kind",
}
"""What it is given of each table; residents as the bytes they are."""


class Peer:
    """The other end of a pipe to DuckDB."""

    def __init__(self, pipe: Connection) -> None:
        self._pipe = pipe

    def counted(self, query: str) -> tuple[float, float]:
        """Seconds, and how many voices it came to; the rows are fetched."""
        self._pipe.send(query)
        seconds, voices = self._pipe.recv()
        return seconds, voices


@contextmanager
def loaded(folder: Path) -> Iterator[Peer]:
    """A peer that holds the tables of a folder of CSV files."""
    ours, theirs = multiprocessing.Pipe()
    context = multiprocessing.get_context("spawn")
    process = context.Process(target=_serve, args=(theirs, folder), daemon=True)
    process.start()
    theirs.close()
    try:
        ours.recv()  # all is loaded
        yield Peer(ours)
    finally:
        ours.close()
        process.join()


def _serve(pipe: Connection, folder: Path) -> None:
    with duckdb.connect() as peer:
        peer.execute("set enable_progress_bar = false")
        for table, wanted in TABLES.items():
            peer.execute(
                f"create table {table} as select {wanted} "
                f"from read_csv('{folder / table}.csv', all_varchar = true)"
            )
        pipe.send(None)
        while True:
            try:
                query = pipe.recv()
            except EOFError:
                return
            begun = time.perf_counter()
            rows = peer.execute(query).fetchall()
            pipe.send((time.perf_counter() - begun, sum(row[-3] for row in rows)))
