"""Editions: a period's terms committed, its figures drafted, contested, published once, corrected.

A draft may be thrown away and made again; a published edition never changes (the database refuses
it). What was wrong in one is put right by another, which names it and says why. Here is what is
asked of stored editions, and the way to what makes them.
"""

from datetime import datetime
from typing import NamedTuple

from tortoise.connection import get_connection

from ranking.counts import gathering
from ranking.frozen import edition_rows
from ranking.frozen.edition_body import Edition
from ranking.life.committing import commit_config, commit_next
from ranking.life.drafting import correct, draft, draft_due
from ranking.life.publishing import publish
from ranking.models import EditionRow, EditionStatus

# One process at a time puts the files of editions in place.
RELEASE_LOCK = 0x48A1_1067

__all__ = ["commit_config", "commit_next", "correct", "draft", "draft_due", "publish"]


class Listed(NamedTuple):
    """An edition as a list shows it. `superseded_by` names the latest correction."""

    name: str
    period: str
    status: EditionStatus
    drafted_at: datetime
    published_at: datetime | None
    published_by: str | None
    supersedes: str | None
    superseded_by: str | None


async def read(name: str) -> Edition:
    """The edition of that name, draft or published. Raises `NoSuchEdition`, `BadBody`."""
    return gathering.frozen(await edition_rows.named(name))


async def listed() -> list[Listed]:
    """All editions, the latest period first, of one period the latest first."""
    rows = (
        await EditionRow.all()
        .order_by("-period__starts_at", "-id")
        .select_related("period", "supersedes")
    )
    later = {
        row.supersedes.name: row.name
        for row in rows
        if row.supersedes and row.status is EditionStatus.PUBLISHED
    }
    return [
        Listed(
            name=row.name,
            period=row.period.name,
            status=row.status,
            drafted_at=row.drafted_at,
            published_at=row.published_at,
            published_by=row.published_by,
            supersedes=row.supersedes.name if row.supersedes else None,
            superseded_by=later.get(row.name),
        )
        for row in rows
    ]


async def published_names() -> list[str]:
    """The names of all published editions, in the order in which they were published."""
    found = EditionRow.filter(status=EditionStatus.PUBLISHED).order_by("published_at", "id")
    return list(await found.values_list("name", flat=True))  # type: ignore[arg-type]  # one column


async def note_manifest(name: str, digest: str) -> str:
    """Keep the digest of a published edition's manifest, once; the one that is kept."""
    await EditionRow.filter(
        name=name, status=EditionStatus.PUBLISHED, manifest_digest__isnull=True
    ).update(manifest_digest=digest)
    row = await edition_rows.named(name)
    return row.manifest_digest or digest


async def lead_releases() -> int | None:
    """A number higher than any before, for the one process that puts editions in place until the
    end of its transaction; None while another is at it.
    """
    connection = get_connection("default")
    [row] = await connection.execute_query_dict(
        "select case when pg_try_advisory_xact_lock($1) then nextval('edition_fence') end as fence",
        [RELEASE_LOCK],
    )
    fence: int | None = row["fence"]
    return fence


async def without_manifest() -> list[str]:
    """Published editions whose files' digest is not known yet, in the order of publication."""
    found = EditionRow.filter(
        status=EditionStatus.PUBLISHED, manifest_digest__isnull=True
    ).order_by("published_at", "id")
    return list(await found.values_list("name", flat=True))  # type: ignore[arg-type]  # one column
