"""Migrations, applied without making all models anew at every operation.

The library makes every model again whenever one changes, and a copy of all for the few operations
that look back: in a long chain that is most of the time of a first start. Here a model is made when
somebody asks for it.
"""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from typing import Any, cast

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.fields.relational import RelationalField
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps
from tortoise.models import Model

Key = tuple[str, str]
"""An app and the name of a model in it."""
States = dict[Key, ModelState]


async def apply(config: dict[str, Any]) -> None:
    """Bring the schema of the database of a Tortoise configuration up to date."""
    await Tortoise.init(config=config, init_connections=False)
    await _Executor(get_connection("default"), config["apps"]).migrate()


class _Executor(MigrationExecutor):
    async def _project_state(
        self, applied: set[MigrationKey], *, upto: MigrationKey | None = None
    ) -> State:
        """The models after what is applied; `upto` is for ways back, which nobody goes."""
        now = Now(
            {}, {app: of["default_connection"] for app, of in self.loader.apps_config.items()}
        )
        for key in self._full_plan():
            migration = self.loader.graph.nodes[key]
            if key in applied and migration is not None:
                await migration.apply(now, dry_run=True)
        return now


class Now(State):
    """The models after the operations so far; `connections` names that of each app."""

    def __init__(self, models: States, connections: Mapping[str, str]) -> None:
        super().__init__(models, _Made(models, dict(connections)))
        self._connections = connections

    def reload_model(self, app_label: str, model_name: str) -> None:
        self.reload_models([(app_label, model_name)])

    def reload_models(self, model_tuples: Iterable[Key]) -> None:
        self.apps.apps.clear()

    def clone(self) -> State:
        """As they are by now, by the side of which these go on changing."""
        before = {
            key: replace(model, options={**model.options}, fields={**model.fields})
            for key, model in self.models.items()
        }
        return Now(before, self._connections)


class _Made(StateApps):
    """A model is made when it is asked for, with those it refers to."""

    def __init__(self, states: States, connections: dict[str, str]) -> None:
        super().__init__(connections)
        self._states = states

    def get_model(self, app_label: str, model_name: str | None = None) -> type[Model]:
        key = (app_label, model_name) if model_name else self.split_reference(app_label)
        if key in self._states and not self._is_made(key):
            for app, name in _with_those_referred_to(key, self._states):
                if not self._is_made((app, name)):
                    self.register_model(app, self._states[app, name].render(self))
            self._init_relations()
            self._build_initial_querysets()
        return super().get_model(*key)

    def _is_made(self, key: Key) -> bool:
        app, name = key
        return name in self.apps.get(app, {})


def _with_those_referred_to(key: Key, states: States) -> list[Key]:
    """The model and whatever can be reached from it, among those there are."""
    found = [key]
    for one in found:
        found += [other for other in _referred_to(states[one]) if other in states.keys() - found]
    return found


def _referred_to(state: ModelState) -> Iterator[Key]:
    for field in state.fields.values():
        if isinstance(field, RelationalField):
            app, name = cast("Any", field).model_name.split(".")
            yield app, name
