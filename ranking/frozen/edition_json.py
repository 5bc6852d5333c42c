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

from ranking import errors
from ranking.frozen.edition_errors import BadBody

T = TypeVar("T")

COUNTED_LATER = {"later": True}
"""Marks what editions published before it was counted do not have: it reads as its default."""


def to_json(value: Any) -> Any:
    """The value in JSON's own terms."""
    return _writing(value.__class__)(value)


@cache
def _writing(kind: type) -> Callable[[Any], Any]:
    if dataclasses.is_dataclass(kind):
        names = [f.name for f in dataclasses.fields(kind)]
        return lambda value: {name: to_json(getattr(value, name)) for name in names}
    if issubclass(kind, tuple):
        return lambda value: [to_json(item) for item in value]
    return next((write for of, write in _WRITTEN.items() if issubclass(kind, of)), _as_it_is)


def _as_it_is(value: Any) -> Any:
    return value


_WRITTEN: dict[type, Callable[[Any], str]] = {
    Enum: lambda value: str(value.value),
    Fraction: lambda value: f"{value.numerator}/{value.denominator}",
    Decimal: str,
    datetime: datetime.isoformat,
    date: date.isoformat,
}


def from_json(kind: type[T], data: Any) -> T:
    """The value `to_json` wrote.

    Raises `BadBody` for a missing or unknown key, unless it was not counted yet when the edition
    was made, and for anything that cannot be such a value.
    """
    try:
        read = _reading(typing.cast("Any", kind))
        return typing.cast("T", read(data))
    except errors.InvalidConfig as fault:
        raise BadBody(fault.field) from fault
    except (ValueError, TypeError, ArithmeticError, AttributeError) as fault:
        raise BadBody(getattr(kind, "__name__", str(kind))) from fault


@cache
def _reading(kind: Any) -> Callable[[Any], Any]:
    """How a value of that kind is read: found out once, an edition holds tens of thousands."""
    if isinstance(kind, types.UnionType):  # always `X | None` here
        read = _reading(typing.get_args(kind)[0])
        return lambda data: None if data is None else read(data)
    if typing.get_origin(kind) is tuple:
        read = _reading(typing.get_args(kind)[0])
        return lambda data: tuple(map(read, data))
    if dataclasses.is_dataclass(kind):
        return _reading_fields(typing.cast("type", kind))
    if kind in (datetime, date):
        return typing.cast("Callable[[Any], Any]", kind.fromisoformat)
    if kind is float:  # JSON does not tell 1 from 1.0
        return float
    return lambda data: data if isinstance(data, kind) else kind(data)


def _reading_fields(kind: type) -> Callable[[Any], Any]:
    hints = typing.get_type_hints(kind)
    fields = dataclasses.fields(kind)
    reads = {f.name: _reading(hints[f.name]) for f in fields}
    later = {f.name for f in fields if f.metadata.get("later")}

    def read(data: Any) -> Any:
        for name in sorted(reads.keys() ^ data.keys()):
            if name not in later:
                raise BadBody(name)
        return kind(**{name: reads[name](held) for name, held in data.items()})

    return read
