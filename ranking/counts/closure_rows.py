"""All that is counted of the closures of some agencies, beside what was answered of them.

Asked of their rows in one look (`questions`): who was served, who was asked, who answered by what
came of it, and which results did not hold.
"""

from collections.abc import Collection
from datetime import datetime

from tortoise.transactions import in_transaction

from ranking import statements
from ranking.counts import questions
from ranking.counts.questions import Rows
from ranking.method import invitations
from ranking.method.counting import SATISFIED

# What was closed in [$1, $2) by these agencies, or by all. Void closures are results all the same,
# which did not hold.
HELD = """
with given as materialized (
    select c.id, c.agency_id, c.promise_id, c.closed_at, c.resident, c.channel,
           c.void_at is null as is_valid, c.invited_at is not null as is_invited,
           coalesce(c.void_at <= c.closed_at + interval '30 days', false) as is_reopened,
           p.state as outcome, coalesce(p.ended_at <= p.due_at, true) as on_time,
           p.resident as filed_by, p.service_id, r.overall,
           coalesce(r.solved = 'no', false) as is_unsolved,
           r.id is not null and not exists (
               select from quarantined_rating m join quarantine q on q.id = m.quarantine_id
               where m.rating_id = r.id and q.state <> 'released') as is_rated,
           i.reach in ('none', 'declined') as is_missing, i.bounced_at is not null as is_bounced,
           i.contact
    from closure c
    join promise p on p.id = c.promise_id
    left join rating r on r.closure_id = c.id
    left join identity.invitation i on i.closure_id = c.id
    where c.closed_at >= $1 and c.closed_at < $2
      and ($3::int[] is null or c.agency_id = any($3))
), served as materialized (
    select agency_id, resident, count(*) as closures from given where is_valid group by 1, 2
)"""

QUESTIONS = {
    # All of them, also those who cannot be reached.
    "residents": """
select agency_id, count(*) as residents from served group by 1""",
    "closed": f"""
select agency_id, outcome, on_time, channel, s.closures is not null as repeat, count(*) as closed,
       count(*) filter (where is_rated) as rated,
       count(*) filter (where is_rated and overall >= {SATISFIED}) as satisfied
from given left join (select * from served where closures > 1) as s using (agency_id, resident)
where is_valid group by 1, 2, 3, 4, 5""",  # noqa: S608 -- made of constants
    # A contact is counted within one agency, like the residents whose voices it could lend.
    "asked": f"""
select agency_id, count(*) as closed, count(*) filter (where is_invited) as invited,
       count(*) filter (where is_missing) as missing,
       count(*) filter (where is_bounced) as bounced, count(s.contact) as reused
from given left join (
    select agency_id, contact from given where is_valid and contact is not null
    group by 1, 2 having count(distinct resident) > {invitations.PEOPLE}
) as s using (agency_id, contact)
where is_valid group by 1""",  # noqa: S608 -- made of constants
    # What an office closes too early comes back: within 30 days to be done again or to the level
    # above, within 60 as another matter of the same resident and service, as far as that began in
    # the window.
    "returned": """
select g.agency_id, count(*) as given, count(*) filter (where is_reopened) as reopened,
       count(d.id) as appealed, count(n.id) as again,
       count(*) filter (where is_reopened or d.id is not null or n.id is not null) as came_back,
       count(*) filter (where is_unsolved) as unsolved
from given g left join (
    select distinct g.id
    from given g join resident_case r using (promise_id) join appeal a on a.case_id = r.id
    where a.at >= g.closed_at and a.at <= g.closed_at + interval '30 days'
) as d using (id) left join (
    select distinct g.id
    from given g join promise q on q.agency_id = g.agency_id and q.resident = g.filed_by
        and q.service_id = g.service_id and q.id <> g.promise_id
    where q.started_at >= $1 and q.started_at < $2
      and ($3::int[] is null or q.agency_id = any($3))
      and q.started_at > g.closed_at and q.started_at <= g.closed_at + interval '60 days'
) as n using (id)
group by 1""",
}
LOOK = questions.put(HELD, QUESTIONS)
ORDER = ("agency_id", "outcome", "on_time", "channel", "repeat")


async def look(
    starts_at: datetime, ends_at: datetime, *, agencies: Collection[int] | None = None
) -> Rows:
    """The answers to each of the `QUESTIONS`, of these agencies or of all, in a fixed order."""
    of = None if agencies is None else sorted(agencies)
    async with in_transaction(), statements.whole_tables():
        return await questions.answered(LOOK, [starts_at, ends_at, of], order=ORDER)
