"""The two roles of the database: its owner migrates, the application owns nothing."""

import contextlib
from dataclasses import dataclass
from typing import Any
from urllib.parse import unquote, urlsplit

import asyncpg

from web import mistakes
from web.storage import rights


@dataclass(eq=False)
class NoRole(mistakes.Mistake):
    """The application's role does not exist, and the owner may not make it."""

    role: str

    def __str__(self) -> str:
        return f"the database has no role {self.role}, and its owner may not make one"


def name_in(url: str) -> str:
    """The role that an address of a database signs in as."""
    return unquote(urlsplit(url).username or "postgres")


async def give(connection: Any, application_url: str) -> None:
    """Give the role of the application its rights; done again it changes nothing.

    The connection is the owner's; where both are one role there is nothing to give. A role that
    is missing is made. Raises `NoRole` where the owner may not.
    """
    role = name_in(application_url)
    if role == await connection.fetchval("select current_user"):
        return
    if not await connection.fetchval(EXISTS, role):
        await _make(connection, role, unquote(urlsplit(application_url).password or ""))
    quoted = await connection.fetchval("select quote_ident($1)", role)
    async with connection.transaction():
        await connection.execute(rights.grants(quoted))
        await connection.execute(f"comment on schema identity is '{rights.mark(role)}'")


EXISTS = "select exists (select from pg_roles where rolname = $1)"


async def _make(connection: Any, role: str, password: str) -> None:
    words = "select format('create role %I login', $1::text)"
    if password:
        words = "select format('create role %I login password %L', $1::text, $2::text)"
    try:
        # Another database of this server may be migrated at the same time.
        with contextlib.suppress(asyncpg.DuplicateObjectError, asyncpg.UniqueViolationError):
            values = [role, password] if password else [role]
            await connection.execute(await connection.fetchval(words, *values))
    except asyncpg.InsufficientPrivilegeError:
        raise NoRole(role) from None
