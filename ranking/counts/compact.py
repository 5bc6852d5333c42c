"""A frozen value as a short JSON text, and back: what was counted, kept until it is asked for.

Only values stand in it, in the order of their fields, so a text can be read by the very shape it
was written in and by no other (`shape`); what is published is written by `edition_json`, which
names everything.
"""

import dataclasses
import hashlib
import types
import typing
from collections.abc import Callable
from datetime import date, datetime
from decimal import Decimal
from enum import Enum
from fractions import Fraction
from functools import cache, lru_cache
from typing import Any

import orjson

Step = Callable[[Any], Any]


def written(kind: Any, value: Any) -> str:
    """The value in the shape of its kind."""
    return orjson.dumps(_writer(kind)(value)).decode()


def read(kind: Any, text: str) -> Any:
    """The value `written` wrote."""
    return _reader(kind)(orjson.loads(text))


@cache
def shape(kind: Any) -> str:
    """Tells shapes apart: another one as soon as any field is another."""
    return hashlib.sha256(_described(kind).encode()).hexdigest()[:16]


def _described(kind: Any) -> str:
    if _is_record(kind):
        inside = ",".join(f"{name}:{_described(of)}" for name, of in _fields(kind))
        return f"{getattr(kind, '__name__', kind)}({inside})"
    if arguments := typing.get_args(kind):
        return f"{typing.get_origin(kind)}[{','.join(map(_described, arguments))}]"
    return str(kind)


def _same(value: Any) -> Any:
    return value


def _enum_value(value: Any) -> Any:
    return value.value


@cache
def _fields(kind: Any) -> list[tuple[str, Any]]:
    hints = typing.get_type_hints(kind)
    return [(field.name, hints[field.name]) for field in dataclasses.fields(kind)]


@cache
def _writer(kind: Any) -> Step:
    arguments, origin = typing.get_args(kind), typing.get_origin(kind)
    if _is_record(kind):
        steps = [(name, _writer(of)) for name, of in _fields(kind)]
        return lambda value: [step(getattr(value, name)) for name, step in steps]
    if origin is types.UnionType:  # always `X | None` here
        some = _writer(arguments[0])
        return lambda value: None if value is None else some(value)
    if origin is tuple and arguments[-1] is Ellipsis:
        each = _writer(arguments[0])
        return lambda value: [each(item) for item in value]
    if origin is tuple:
        each_own = [_writer(of) for of in arguments]
        return lambda value: [step(item) for step, item in zip(each_own, value, strict=True)]
    if origin is dict:
        key, own = map(_writer, arguments)
        return lambda value: [[key(name), own(item)] for name, item in sorted(value.items())]
    return _enum_value if _is_named(kind) else _PLAIN.get(kind, (_same, _same))[0]


@cache
def _reader(kind: Any) -> Step:
    arguments, origin = typing.get_args(kind), typing.get_origin(kind)
    if _is_record(kind):
        steps = [_reader(of) for _, of in _fields(kind)]
        # In the order of the fields, so that any of them can be given by name only.
        names = [name for name, _ in _fields(kind)]
        made = typing.cast("Any", kind)
        return lambda value: made(
            **{name: step(item) for name, step, item in zip(names, steps, value, strict=True)}
        )
    if origin is types.UnionType:
        some = _reader(arguments[0])
        return lambda value: None if value is None else some(value)
    if origin is tuple and arguments[-1] is Ellipsis:
        each = _reader(arguments[0])
        return lambda value: tuple([each(item) for item in value])
    if origin is tuple:
        each_own = [_reader(of) for of in arguments]
        return lambda value: tuple([step(item) for step, item in zip(each_own, value, strict=True)])
    if origin is dict:
        key, own = map(_reader, arguments)
        return lambda value: {key(name): own(item) for name, item in value}
    return typing.cast("Step", kind) if _is_named(kind) else _PLAIN.get(kind, (_same, _same))[1]


def _is_record(kind: Any) -> bool:
    return dataclasses.is_dataclass(kind)


def _is_named(kind: Any) -> bool:
    return isinstance(kind, type) and issubclass(kind, Enum)


def _fraction(value: Fraction) -> int | str:
    return value.numerator if value.denominator == 1 else str(value)


@lru_cache(maxsize=1 << 14)
def _fraction_of(written: int | str) -> Fraction:
    # Voices are mostly 1, and halves and thirds: the same few come ten thousand times.
    return Fraction(written)


_PLAIN: dict[Any, tuple[Step, Step]] = {
    Decimal: (str, Decimal),
    Fraction: (_fraction, _fraction_of),
    datetime: (datetime.isoformat, datetime.fromisoformat),
    date: (date.isoformat, date.fromisoformat),
}
"""How to write and to read what JSON has no word for."""
