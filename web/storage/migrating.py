"""Migrations, applied without copying all models before each operation.

The library keeps the models as they were before an operation, for the few operations that look back
at them, and builds each class anew: in a long chain that is most of the time of a first start. Here
they are built when somebody looks.
"""

from typing import Any

from tortoise import Tortoise
from tortoise.connection import get_connection
from tortoise.migrations.executor import MigrationExecutor
from tortoise.migrations.graph import MigrationKey
from tortoise.migrations.schema_generator.state import ModelState, State
from tortoise.migrations.schema_generator.state_apps import StateApps


async def apply(config: dict[str, Any]) -> None:
    """Bring the schema of the database of a Tortoise configuration up to date."""
    await Tortoise.init(config=config, init_connections=False)
    await _Executor(get_connection("default"), config["apps"]).migrate()


class _Executor(MigrationExecutor):
    async def _project_state(
        self, applied: set[MigrationKey], *, upto: MigrationKey | None = None
    ) -> State:
        found = await super()._project_state(applied, upto=upto)
        return Now(found.models, found.apps)


class Now(State):
    """The models after the operations so far."""

    def clone(self) -> State:
        return _Before({key: model.clone() for key, model in self.models.items()}, self.apps)


class _Before(State):
    """The models as they were, by the side of which others go on changing."""

    def __init__(self, models: dict[tuple[str, str], ModelState], of: StateApps) -> None:
        self.models = models
        self._of = of

    def __getattr__(self, name: str) -> Any:
        if name != "apps":
            raise AttributeError(name)
        self.apps = self._of.clone(model_states=self.models)
        return self.apps
