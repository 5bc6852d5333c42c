"""What residents answer about a result: one rating per closure, the last before the window ends.

Rating is set-based: those who rate in the same instant share one transaction.
"""

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from tortoise.connection import get_connection

from feedback import codes, questionnaire, sources
from feedback.codes import Keyring
from feedback.drafts import RatingDraft
from feedback.errors import NoSuchCode, NotNow, Refusal, WindowClosed
from feedback.events import RatingGiven
from feedback.models import CaseRow, ClosureRow, RatingRow
from feedback.sources import Source
from sla.acts import Act


@dataclass(frozen=True, slots=True)
class Answer:
    """A rating with the secret it came with: a tracking code, or an invitation's token.

    `mode` is how it was given (link, code, counter), counted apart. A token that an agency printed
    for its counter is the counter's, whatever is said here.
    """

    code: str
    draft: RatingDraft
    mode: str
    source: Source = sources.NOWHERE


@dataclass(frozen=True, slots=True)
class Recorded:
    """It is recorded; it may be changed until `closes_at`. The value is not told again."""

    closes_at: datetime


@dataclass(frozen=True, slots=True)
class Given:
    """What was answered last, and until when it may be changed."""

    draft: RatingDraft
    questions: str
    given_at: datetime
    closes_at: datetime


# The closure that a secret speaks of today: its own token's, or the latest round's of its case.
RATE = """
with answer as (
    select * from unnest($1::bytea[], $2::smallint[], $3::text[], $4::smallint[], $5::smallint[],
                         $6::text[], $7::text[], $8::text[], $12::int[], $13::int[])
    with ordinality as a(secret, overall, solved, clear, contacts, comment, language, mode, device,
                         network, place)
), meant as (
    select a.*, coalesce(t.id, c.id) as closure_id,
           coalesce(t.window_ends_at, c.window_ends_at) as closes_at,
           coalesce(t.void_at, c.void_at) as void_at,
           coalesce(t.token_mode, a.mode) as meant_mode,
           rc.id as case_id, rc.status
    from answer a
    left join closure t on t.token_hash = a.secret
    left join resident_case rc on rc.code_hash = a.secret
    left join promise p on p.id = rc.promise_id
    left join closure c on c.promise_id = p.id and c.round = p.round
), counted as (
    select distinct on (closure_id) *
    from meant
    where closure_id is not null and void_at is null and $9 < closes_at
    order by closure_id, place desc
), given as (
    insert into rating (closure_id, overall, solved, clear, contacts, comment, language, mode,
                        questions, given_at, revision, tone_revision, device, network)
    select closure_id, overall, solved, clear, contacts, comment, language, meant_mode,
           coalesce((select q.version from questionnaire q
                     where q.effective_on between $11 and ($9 at time zone 'UTC')::date
                     order by q.effective_on desc limit 1), $10),
           $9, 1, 0, device, network
    from counted order by closure_id
    on conflict (closure_id) do update set
        overall = excluded.overall, solved = excluded.solved, clear = excluded.clear,
        contacts = excluded.contacts, comment = excluded.comment, language = excluded.language,
        mode = excluded.mode, questions = excluded.questions,
        given_at = excluded.given_at, device = excluded.device, network = excluded.network,
        revision = rating.revision + 1
)
select closure_id, closes_at, void_at, case_id, status from meant order by place
"""


async def rate(answer: Answer, act: Act, keys: Keyring) -> Recorded:
    """Record one rating. Raises `NoSuchCode`, `NotNow` before the result, `WindowClosed` after."""
    [outcome] = await rate_many([answer], act, keys)
    if isinstance(outcome, Refusal):
        raise outcome
    return outcome


async def rate_many(answers: Sequence[Answer], act: Act, keys: Keyring) -> list[Recorded | Refusal]:
    """Record ratings together: for each, in order, until when it may be changed, or why not."""
    base = questionnaire.current(act.at)
    rows = await get_connection("default").execute_query_dict(
        RATE,
        [
            [codes.sought(a.code, keys) for a in answers],
            [a.draft.overall for a in answers],
            [a.draft.solved for a in answers],
            [a.draft.clear for a in answers],
            [a.draft.contacts for a in answers],
            [a.draft.comment for a in answers],
            [a.draft.language for a in answers],
            [a.mode for a in answers],
            act.at,
            base.version,
            base.effective_on,
            [a.source.device for a in answers],
            [a.source.network for a in answers],
        ],
    )
    outcomes = [_outcome(row, act.at) for row in rows]
    act.events.extend(
        RatingGiven(row["closure_id"])
        for row, outcome in zip(rows, outcomes, strict=True)
        if isinstance(outcome, Recorded)
    )
    return outcomes


async def given(code: str, keys: Keyring, *, at: datetime) -> Given | None:
    """What was answered with this code; None where nothing was, or where it is over.

    Shown only while it can be changed: whoever is made to show an answer can still give another.
    Raises `NoSuchCode`.
    """
    secret = codes.sought(code, keys)
    case = await CaseRow.get_or_none(code_hash=secret).select_related("promise")
    mine = ClosureRow.filter(token_hash=secret)
    if case is not None:
        mine = ClosureRow.filter(promise_id=case.promise_id, round=case.promise.round)
    closure = await mine.filter(void_at=None, window_ends_at__gt=at).first()
    if closure is None:
        if case is None:
            raise NoSuchCode
        return None
    row = await RatingRow.get_or_none(closure_id=closure.id)
    if row is None:
        return None
    draft = RatingDraft(row.overall, row.solved, row.clear, row.contacts, row.comment, row.language)
    return Given(draft, row.questions, row.given_at, closure.window_ends_at)


def _outcome(row: dict[str, object], at: datetime) -> Recorded | Refusal:
    closure_id, closes_at = row["closure_id"], row["closes_at"]
    if closure_id is None or row["void_at"] is not None:
        case_id = row["case_id"]
        return NotNow(case_id, str(row["status"])) if isinstance(case_id, int) else NoSuchCode()
    assert isinstance(closes_at, datetime)  # noqa: S101 -- a closure has a window
    assert isinstance(closure_id, int)  # noqa: S101 -- checked above
    if at < closes_at:
        return Recorded(closes_at)
    # A token is good for rating alone: past its time it is as unknown as a wrong one.
    return NoSuchCode() if row["case_id"] is None else WindowClosed(closure_id)
