"""The list of an edition's files with their digests: whatever is changed later shows."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

NAME = "manifest.json"


def manifest(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> bytes:
    """`facts` about the edition, then every file with its SHA-256 and size, in order of name.

    The same files give the same bytes. The manifest does not list itself.
    """
    listed = {
        name: {"sha256": digest(content), "size": len(content)}
        for name, content in sorted(files.items())
        if name != NAME
    }
    return orjson.dumps(
        {**facts, "files": listed}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
