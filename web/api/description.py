"""What `/api/v1/openapi.json` says besides the calls: who may make each, and how errors look."""

from collections.abc import Callable
from typing import Any

from fastapi import FastAPI

from web.guarding.access_table import ACCESS, Whom

KEY, SESSION = "agencyKey", "session"

SCHEMES: dict[str, Any] = {
    KEY: {
        "type": "http",
        "scheme": "bearer",
        "description": "A key of an agency's own system; a call names the scope it needs.",
    },
    SESSION: {
        "type": "apiKey",
        "in": "cookie",
        "name": "hailong_session",
        "description": "A member of staff who is signed in, whose role includes the call;"
        " over https the name begins with __Host-.",
    },
}

# RFC 9457, with what of ours some problems hold besides.
PROBLEM: dict[str, Any] = {
    "type": "object",
    "required": ["type", "title", "status"],
    "properties": {
        "type": {"type": "string", "description": "Stable: /problems/ and a word."},
        "title": {"type": "string", "description": "In the language asked for."},
        "status": {"type": "integer"},
        "errors": {
            "type": "object",
            "description": "What is to be mended, by field.",
            "additionalProperties": {"type": "array", "items": {"type": "string"}},
        },
        "scope": {"type": "string", "description": "The scope that the key lacks."},
        "event": {"type": "string", "description": "Which event of a stream is refused."},
        "links": {
            "type": "object",
            "description": "Where it goes that was not taken, by language.",
            "additionalProperties": {"type": "string"},
        },
        "puzzle": {"type": "string", "description": "What may be solved instead of waiting."},
    },
}
_REFUSED = {
    "description": "Refused.",
    "content": {"application/problem+json": {"schema": {"$ref": "#/components/schemas/Problem"}}},
}


def describe(app: FastAPI) -> None:
    """Let the description of the API name scopes and problems."""
    made: Callable[[], dict[str, Any]] = app.openapi

    def described() -> dict[str, Any]:
        if app.openapi_schema is None:
            app.openapi_schema = _completed(made())
        return app.openapi_schema

    app.openapi = described  # type: ignore[method-assign]  # FastAPI's own way to extend it


def _completed(document: dict[str, Any]) -> dict[str, Any]:
    document["components"] = {"securitySchemes": SCHEMES, "schemas": {"Problem": PROBLEM}}
    paths = {_shown(path): path for _, path in ACCESS}
    for shown, calls in document["paths"].items():
        for method, call in calls.items():
            call["security"] = _security(ACCESS[method.upper(), paths[shown]])
            # A field that is wrong is a problem too, never FastAPI's own list of mistakes.
            kept = {status: told for status, told in call["responses"].items() if status < "4"}
            call["responses"] = {**kept, "4XX": _REFUSED, "5XX": _REFUSED}
    return document


def _shown(path: str) -> str:
    return path.replace(":path}", "}")


def _security(whom: Whom) -> list[dict[str, list[str]]]:
    """Any one of these is enough; an empty one is nobody in particular."""
    found: list[dict[str, list[str]]] = [{}] if whom.everybody else []
    if whom.scope is not None:
        found.append({KEY: [whom.scope.value]})
    if whom.roles:
        found.append({SESSION: []})
    return found
