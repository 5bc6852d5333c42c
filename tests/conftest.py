"""What every test may ask for: a database that forgets, and one that is really committed to.

`database`: inside one transaction, rolled back at the end; what the code under test commits is a
savepoint. `committed_database`: a copy of a migrated template, for races and real processes.
"""

import asyncio
import os
import secrets
from collections.abc import AsyncIterator, Iterator
from pathlib import Path

import hypothesis
import pytest
from hypothesis import HealthCheck
from tortoise.transactions import in_transaction

from feedback.codes import Keyring
from tests import owning
from web.running.embedded import Postgres
from web.settings import Settings
from web.storage import database as web_database

hypothesis.settings.register_profile(
    "local",
    max_examples=50,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture],
)
hypothesis.settings.register_profile(
    "ci", parent=hypothesis.settings.get_profile("local"), derandomize=True
)
hypothesis.settings.register_profile(
    "night", parent=hypothesis.settings.get_profile("local"), max_examples=5000
)
hypothesis.settings.load_profile(
    os.environ.get("HYPOTHESIS_PROFILE", "ci" if os.environ.get("CI") else "local")
)

KEYS = Keyring(pepper=b"pepper of the tests" * 2, seal=b"seal of the tests" * 2)
SHARED = Path(__file__).parents[2] / "shared"


@pytest.fixture(scope="session")
def keys() -> Keyring:
    return KEYS


@pytest.fixture(scope="session")
def postgres(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Postgres]:
    """A server of our own, as the embedded one but forgetful, for the whole run."""
    with Postgres(tmp_path_factory.mktemp("server"), durable=False) as server:
        yield server


@pytest.fixture(scope="session")
def template(postgres: Postgres) -> str:
    """The name of a database that holds every migration and no rows."""
    postgres.create_database("template_hailong")
    name = "template_hailong"
    application = postgres.application_url(name)
    # Its own loop: the session's loop must not see Tortoise's global state of the migration.
    asyncio.run(web_database.migrate(postgres.url(name), application=application))
    return name


def _copied(postgres: Postgres, template: str) -> str:
    name = f"test_{secrets.token_hex(4)}"
    postgres.create_database(name, template=template)
    return name


@pytest.fixture(scope="session")
def shared_name(postgres: Postgres, template: str) -> str:
    """The name of the database that all rolled-back tests use one after the other."""
    return _copied(postgres, template)


@pytest.fixture(scope="session")
def shared_url(postgres: Postgres, shared_name: str) -> str:
    """Its address, for a role that owns nothing."""
    return postgres.application_url(shared_name)


@pytest.fixture
async def database(postgres: Postgres, shared_name: str) -> AsyncIterator[None]:
    """The migrated, empty database; whatever the test writes is gone afterwards.

    In the role of the application; for what only the owner may, see `tests.owning`.
    """
    async with web_database.connected(postgres.url(shared_name), patient=True):
        transaction = in_transaction()
        connection = await transaction.__aenter__()
        await connection.execute_query(owning.NOT)
        yield
        await connection.rollback()
        await transaction.__aexit__(None, None, None)


@pytest.fixture
async def owner_database(database: None) -> AsyncIterator[None]:
    """The same as its owner, by whom the past is imported: row security takes no COPY."""
    async with owning.owner():
        yield


@pytest.fixture
def committed_url(postgres: Postgres, template: str) -> Iterator[str]:
    """The address of a fresh migrated database of its own, for a role that owns nothing."""
    name = _copied(postgres, template)
    yield postgres.application_url(name)
    postgres.psql(f"drop database {name} with (force)")


@pytest.fixture
async def committed_database(committed_url: str) -> AsyncIterator[str]:
    """A fresh migrated database in the current context; commits are real."""
    async with web_database.connected(committed_url):
        yield committed_url


@pytest.fixture
def settings(tmp_path: Path, shared_url: str) -> Settings:
    """Settings of a test instance on the shared database."""
    return Settings(
        database_url=shared_url,
        data=tmp_path,
        base_url="https://hailong.example",
        secret_key="s" * 40,
        pepper="p" * 40,
        demo=True,
    )


@pytest.fixture(scope="session")
def shared() -> Path:
    """The folder of public data beside the project; the test is skipped where it is absent."""
    if not SHARED.is_dir():
        pytest.skip("the public data folder ../shared is not here")
    return SHARED
