"""Whether a JSON value is what the description of the API says it is."""

from collections.abc import Iterator
from typing import Any

KINDS: dict[str, type | tuple[type, ...]] = {
    "object": dict,
    "array": list,
    "string": str,
    "integer": int,
    "number": (int, float),
    "boolean": bool,
    "null": type(None),
}


def faults(value: Any, schema: dict[str, Any], where: str = "$") -> list[str]:
    """What does not fit, by place; of JSON Schema what the description uses, and no more."""
    unknown = set(schema) - KNOWN
    assert not unknown, f"this reader does not know {unknown}"
    return list(_faults(value, schema, where))


KNOWN = {
    "additionalProperties",
    "anyOf",
    "const",
    "default",
    "description",
    "enum",
    "format",
    "items",
    "maxItems",
    "properties",
    "required",
    "title",
    "type",
}


def _faults(value: Any, schema: dict[str, Any], where: str) -> Iterator[str]:
    if "anyOf" in schema:
        if all(faults(value, one, where) for one in schema["anyOf"]):
            yield f"{where}: {value!r} is none of the kinds"
        return
    kind = schema.get("type")
    is_flag = isinstance(value, bool) and kind != "boolean"
    if kind and (is_flag or not isinstance(value, KINDS[kind])):
        yield f"{where}: {value!r} is no {kind}"
        return
    if value not in schema.get("enum", [value]) or value != schema.get("const", value):
        yield f"{where}: {value!r} is not listed"
    if isinstance(value, list):
        for place, one in enumerate(value):
            yield from _faults(one, schema.get("items", {}), f"{where}[{place}]")
    if isinstance(value, dict):
        yield from _of_object(value, schema, where)


def _of_object(value: dict[str, Any], schema: dict[str, Any], where: str) -> Iterator[str]:
    described = schema.get("properties", {})
    yield from (
        f"{where}.{name} is missing" for name in schema.get("required", ()) if name not in value
    )
    more = schema.get("additionalProperties", True)
    for name, one in value.items():
        if name in described:
            yield from _faults(one, described[name], f"{where}.{name}")
        elif isinstance(more, dict):
            yield from _faults(one, more, f"{where}.{name}")
        elif not more:
            yield f"{where}.{name} is not described"
