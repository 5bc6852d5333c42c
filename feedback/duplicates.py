"""Is it this one? Cases of the last days that tell of the same thing at the same agency.

A case is found again by a sketch of its text and place: the smallest hashes of its pairs of words
(bottom-k sketch, Broder 1997), kept under an index for some days. Of what shares any, how alike
it is is computed from the texts themselves.

Whoever asks may be looking for a whistle-blower. So nothing of another's words is ever told, not
even a case number: only agency, service, day and how it stands, and only to somebody who has
typed nearly the same text, or much the same one about the very same place. Below some words
nothing is compared, for a guessed word must not tell whether anybody used it.

To join is to file a case of one's own, linked to the first: own code, own promise, own rating. So
one voice is one voice, no answer is owed twice to one person, and nobody's case hangs on what
another does with theirs.
"""

import heapq
import itertools
import zlib
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta

from tortoise.connection import get_connection

from feedback.drafts import ComplaintDraft
from feedback.lifecycle import CaseStatus
from feedback.models import LikenessRow
from sla import charter, spelling
from sla.acts import Act
from sla.charter import Agency, Service

WITHIN = timedelta(days=14)
WORDS_AT_LEAST = 6
PLACE_AT_LEAST = 6  # letters and digits
SKETCH = 12
ALIKE = 0.7
ALIKE_IN_PLACE = 0.35
CANDIDATES = 60
OFFERED_AT_MOST = 3


@dataclass(frozen=True, slots=True)
class Alike:
    """Another case about the same, in facts that give nobody away. `id` is for joining it."""

    id: int
    agency: Agency
    service: Service | None
    filed_at: datetime
    status: CaseStatus
    is_same_place: bool


def sketch(text: str, place: str) -> list[int]:
    """What a text and its place are found again by; empty where there are too few words.

    `text` and `place` are search keys.
    """
    words = text.split()
    if len(words) < WORDS_AT_LEAST:
        return []
    pairs = {_hash(f"{one} {two}") for one, two in itertools.pairwise(words)}
    found = heapq.nsmallest(SKETCH, pairs)
    where = _bare(place)
    if len(where) >= PLACE_AT_LEAST:
        found.append(_hash(f"@{where}"))
    return found


def likeness(one: str, other: str) -> float:
    """Shared three-letter pieces over all of them (Jaccard), 0 to 1, of two search keys."""
    ours, theirs = _pieces(one), _pieces(other)
    return len(ours & theirs) / len(ours | theirs) if ours and theirs else 0.0


def is_alike(share: float, *, same_place: bool) -> bool:
    """Whether two texts that share so much tell of the same thing."""
    return share >= (ALIKE_IN_PLACE if same_place else ALIKE)


def _hash(text: str) -> int:
    """31 bits: what an integer column holds."""
    return zlib.crc32(text.encode()) >> 1


def _bare(key: str) -> str:
    return "".join(filter(str.isalnum, key))


def _pieces(key: str) -> set[str]:
    bare = " ".join(key.split())
    return {bare[i : i + 3] for i in range(len(bare) - 2)}


def keys_of(draft: ComplaintDraft) -> tuple[str, str]:
    """The search keys of a draft: its words, its place."""
    return spelling.search_key(f"{draft.subject} {draft.text}"), spelling.search_key(draft.location)


FIND = """
select c.id, c.search_key, c.location, c.status, c.filed_at, p.service_id
from likeness l
join resident_case c on c.id = l.case_id
join promise p on p.id = c.promise_id
where l.sketch && $1::int[] and l.agency_id = $2 and l.filed_at > $3
  and p.agency_id = $2 and c.status not in ('handed_over', 'withdrawn')
order by l.filed_at desc, l.id desc
limit $4
"""


async def alike(draft: ComplaintDraft, agency: Agency, *, at: datetime) -> list[Alike]:
    """Cases of the last days at this agency that tell of the same, most alike first."""
    words, place = keys_of(draft)
    looked_for = sketch(words, place)
    if not looked_for:
        return []
    rows = await get_connection("default").execute_query_dict(
        FIND, [looked_for, agency.id, at - WITHIN, CANDIDATES]
    )
    known = await charter.current()
    found: list[tuple[float, Alike]] = []
    for row in rows:
        where = _bare(spelling.search_key(row["location"]))
        same_place = len(where) >= PLACE_AT_LEAST and where == _bare(place)
        share = likeness(words, row["search_key"])
        if is_alike(share, same_place=same_place):
            service_id = row["service_id"]
            one = Alike(
                row["id"],
                agency,
                known.service_of_id(service_id) if service_id else None,
                row["filed_at"],
                CaseStatus(row["status"]),
                same_place,
            )
            found.append((share, one))
    found.sort(key=lambda pair: (-pair[0], pair[1].id))
    return [one for _, one in found[:OFFERED_AT_MOST]]


REMEMBER = """
insert into likeness (case_id, agency_id, filed_at, sketch)
select s.case_id, s.agency_id, $4, s.sketch::int[]
from unnest($1::bigint[], $2::int[], $3::text[]) as s(case_id, agency_id, sketch)
"""


async def remember(filed: Iterable[tuple[int, ComplaintDraft, int]], act: Act) -> None:
    """Make cases filed in this act findable: id, draft, agency's id."""
    rows = [(case_id, sketch(*keys_of(draft)), agency) for case_id, draft, agency in filed]
    known = [row for row in rows if row[1]]
    if known:
        await get_connection("default").execute_query_dict(
            REMEMBER,
            [
                [case_id for case_id, _, _ in known],
                [agency for _, _, agency in known],
                ["{" + ",".join(map(str, found)) + "}" for _, found, _ in known],
                act.at,
            ],
        )


JOIN = """
insert into joined (case_id, original_id)
select mine.id, first.id
from unnest($1::text[], $2::bigint[]) as j(reference, original_id)
join resident_case mine using (reference)
join promise mp on mp.id = mine.promise_id
join resident_case first on first.id = j.original_id and first.status <> 'handed_over'
join promise fp on fp.id = first.promise_id and fp.agency_id = mp.agency_id
"""


async def join(pairs: Sequence[tuple[str, int]]) -> None:
    """Link cases just filed to those their residents said are the same; others are left out."""
    if pairs:
        await get_connection("default").execute_query_dict(
            JOIN, [[ref for ref, _ in pairs], [original for _, original in pairs]]
        )


# Of a case that joined another: that one, and who else joined it.
OTHERS = """
(select count(*) from joined j where j.original_id = coalesce(
    (select o.original_id from joined o where o.case_id = {case}), {case}))
"""


async def others(case_id: int) -> int:
    """How many others tell of the same as this case. Who may see the case may know."""
    statement = f"select {OTHERS.format(case='$1::bigint')} as others"
    [row] = await get_connection("default").execute_query_dict(statement, [case_id])
    return int(row["others"])


async def forget(act: Act) -> bool:
    """Forget sketches nobody will be asked about again; whether any were left."""
    old = await LikenessRow.filter(filed_at__lte=act.at - WITHIN).order_by("id").limit(1000)
    await LikenessRow.filter(id__in=[row.id for row in old]).delete()
    return bool(old)
