"""The programs that recount an edition from its files, as they lie beside it."""

import re
from importlib import resources

_ROOM = "ranking.verifying"
_PARTS = re.compile(rf"^from {re.escape(_ROOM)} import (\([^)]*\)|.*)$", re.MULTILINE)
_NAME = re.compile(r"\w+")


def programs() -> dict[str, bytes]:
    """Name -> content; each finds its parts in the same folder, and needs nothing else of ours."""
    found = (path for path in resources.files(_ROOM).iterdir() if path.name.endswith(".py"))
    return {
        path.name: _beside(path.read_text("utf-8"))
        for path in sorted(found, key=lambda path: path.name)
        if path.name != "__init__.py"
    }


def _beside(text: str) -> bytes:
    parts = _PARTS.sub(lambda found: f"import {', '.join(_NAME.findall(found[1]))}", text)
    return parts.replace(f"from {_ROOM}.recount", "from recount").encode()
