"""Which migrations there are. Known without the ORM, whose import takes longer than to ask."""

import pkgutil
from collections.abc import Iterable
from importlib import import_module

APPS = ("sla", "feedback", "ranking")
APPLIED = "select app, name from tortoise_migrations"


def known_migrations() -> frozenset[tuple[str, str]]:
    """Every migration this code has, as (app, name)."""
    return frozenset(
        (app, module.name)
        for app in APPS
        for module in pkgutil.iter_modules(import_module(f"{app}.migrations").__path__)
    )


def is_complete(applied: Iterable[tuple[str, str]]) -> bool:
    """Whether these are all that this code has; a newer code's may be among them."""
    return known_migrations() <= set(applied)
