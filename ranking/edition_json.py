"""A frozen value in JSON's own terms, and back, without losing a digit."""

import dataclasses
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache
from typing import Any, TypeVar

from ranking.edition_errors import BadBody

T = TypeVar("T")

COUNTED_LATER = {"later": True}
"""Marks what editions published before it was counted do not have: it reads as its default."""


def to_json(value: Any) -> Any:
    """The value in JSON's own terms."""
    if dataclasses.is_dataclass(value):
        return {f.name: to_json(getattr(value, f.name)) for f in dataclasses.fields(value)}
    if isinstance(value, tuple):
        return [to_json(item) for item in value]
    written = next((write for kind, write in _WRITTEN.items() if isinstance(value, kind)), None)
    return written(value) if written else value


_WRITTEN: dict[type, Callable[[Any], str]] = {
    Enum: lambda value: str(value.value),
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    Decimal: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
}


def from_json(kind: type[T], data: Any) -> T:
    """The value `to_json` wrote. A missing or unknown key raises `BadBody`, unless it was not
    counted yet when the edition was made.
    """
    return typing.cast("T", _read(kind, data))


@cache
def _fields(kind: type) -> dict[str, Any]:
    return typing.get_type_hints(kind)


def _read(kind: Any, data: Any) -> Any:
    if isinstance(kind, types.UnionType):  # always `X | None` here
        return None if data is None else _read(typing.get_args(kind)[0], data)
    if typing.get_origin(kind) is tuple:
        return tuple(_read(typing.get_args(kind)[0], item) for item in data)
    if dataclasses.is_dataclass(kind):
        known = dataclasses.fields(kind)
        later = {f.name for f in known if f.metadata.get("later") and f.name not in data}
        names = {f.name for f in known} - later
        for name in sorted(names ^ data.keys()):
            raise BadBody(name)
        hints = _fields(typing.cast("type", kind))
        return typing.cast("Any", kind)(**{n: _read(hints[n], data[n]) for n in names})
    if kind in (datetime, date):
        return kind.fromisoformat(data)
    if kind is float:  # JSON does not tell 1 from 1.0
        return float(data)
    return data if isinstance(data, kind) else kind(data)
