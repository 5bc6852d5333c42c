"""Our way through the migrations and the library's own make the same schema."""

import asyncio
from collections.abc import Awaitable, Callable
from typing import Any, cast

from tortoise import Tortoise, fields
from tortoise.migrations import operations as ops
from tortoise.migrations.api.migrate import migrate

from web.running.embedded import Postgres
from web.storage import database, migrating

MADE = """
select 'column', attrelid::regclass::text, attname, format_type(atttypid, atttypmod), attnotnull
from pg_attribute join pg_class c on c.oid = attrelid and relnamespace = 'public'::regnamespace
union all
select 'index', tablename, indexname, indexdef, true from pg_indexes where schemaname = 'public'
union all
select 'constraint', conrelid::regclass::text, conname, pg_get_constraintdef(oid), true
from pg_constraint where connamespace = 'public'::regnamespace
order by 1, 2, 3
"""
Way = Callable[[dict[str, Any]], Awaitable[None]]


async def _the_librarys(config: dict[str, Any]) -> None:
    await migrate(config=config)


async def _made(url: str, way: Way) -> list[tuple[object, ...]]:
    """The schema after the migrations of promises, among which some look back at a field."""
    config = database.config(url, patient=True)
    config["apps"] = {"sla": config["apps"]["sla"]}
    try:
        await way(config)
    finally:
        await Tortoise.close_connections()
    connection = await database.connection(url)
    try:
        return [tuple(row) for row in await connection.fetch(MADE)]
    finally:
        await connection.close()


def test_whoever_looks_back_finds_the_models_as_they_were() -> None:
    now = migrating.Now({}, {"app": "default"})
    ops.CreateModel(
        name="Thing",
        fields=[("id", fields.IntField(primary_key=True)), ("old", fields.IntField())],
        options={"table": "thing", "app": "app", "pk_attr": "id"},
        bases=["Model"],
    ).state_forward("app", now)
    before = now.clone()
    ops.RemoveField("Thing", "old").state_forward("app", now)
    ops.AddField("Thing", "new", fields.IntField()).state_forward("app", now)
    assert set(now.apps.get_model("app.Thing")._meta.fields_map) == {"id", "new"}
    assert set(before.apps.get_model("app.Thing")._meta.fields_map) == {"id", "old"}


def test_a_model_is_made_with_those_it_refers_to_even_in_a_circle() -> None:
    now = migrating.Now({}, {"app": "default"})
    for name, other in (("Egg", "Hen"), ("Hen", "Egg")):
        ops.CreateModel(
            name=name,
            fields=[
                ("id", fields.IntField(primary_key=True)),
                ("of", fields.ForeignKeyField(f"app.{other}", related_name=f"its_{name}")),
            ],
            options={"table": name.lower(), "app": "app", "pk_attr": "id"},
            bases=["Model"],
        ).state_forward("app", now)
    egg, hen = now.apps.get_model("app.Egg"), now.apps.get_model("app", "Hen")
    found = [cast("Any", one._meta.fields_map["of"]).related_model for one in (egg, hen)]
    assert found == [hen, egg]
    assert now.apps.get_model("app.Egg") is egg


def test_models_looked_at_when_asked_for_give_the_schema_of_models_copied(
    postgres: Postgres,
) -> None:
    found = []
    for name, way in (("migrated_ours", migrating.apply), ("migrated_theirs", _the_librarys)):
        postgres.create_database(name)
        # A loop of its own: the session's must not see Tortoise's global state of a migration.
        found.append(asyncio.run(_made(postgres.url(name), way)))
    ours, theirs = found
    assert len(ours) > 100
    assert ours == theirs
