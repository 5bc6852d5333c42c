"""What residents are asked about dossiers that came in files: closures, set by set."""

from collections.abc import Iterable
from typing import Any

from feedback import invitations
from sla.acts import Act
from sla.dossier_files import Changed
from sla.promises import State

VOID = """
with gone as (
    update closure c set void_at = $2
    from unnest($1::bigint[], $3::smallint[]) as g(promise_id, round)
    where c.promise_id = g.promise_id and c.round < g.round and c.void_at is null
    returning c.id
)
update rating r set revision = revision + 1 from gone where r.closure_id = gone.id
"""

OPEN = """
insert into closure (promise_id, round, agency_id, service_id, channel, resident, closed_at,
                     window_ends_at)
select p.id, p.round, p.agency_id, p.service_id, p.channel,
       coalesce(p.resident, convert_to(p.code, 'utf8')), $2, $3
from promise p where p.kind = 'dossier' and p.code = any($1)
order by p.id
on conflict (promise_id, round) do nothing
"""


async def ask_about(connection: Any, changed: Iterable[Changed], act: Act) -> None:
    """Open a closure for every dossier that is finished now; what went on since is void.

    As `invitations.open_closure`: closed when we are told, so that nobody can bring bad results
    late, into a quarter that is already published.
    """
    finished, again, rounds = [], [], []
    for code, promise_id, state, round_ in changed:
        if state is State.FINISHED:
            finished.append(code)
        if round_ > 1:
            again.append(promise_id)
            rounds.append(round_)
    if again:
        await connection.execute(VOID, again, act.at, rounds)
    if finished:
        await connection.execute(OPEN, finished, act.at, act.at + invitations.WINDOW)
