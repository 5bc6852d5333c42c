"""The list of an edition's files with their digests: whatever is changed later shows."""

import hashlib
from collections.abc import Mapping
from typing import Any

import orjson

NAME = "manifest.json"

Entry = dict[str, str | int]


def manifest(files: Mapping[str, bytes], facts: Mapping[str, Any]) -> bytes:
    """`facts` about the edition, then every file with its SHA-256 and size, in order of name.

    The same files give the same bytes. The manifest does not list itself.
    """
    return listing({name: entry(content) for name, content in files.items()}, facts)


def listing(entries: Mapping[str, Entry], facts: Mapping[str, Any]) -> bytes:
    """The same, of files that were looked at before."""
    listed = {name: of for name, of in sorted(entries.items()) if name != NAME}
    return orjson.dumps(
        {**facts, "files": listed}, option=orjson.OPT_INDENT_2 | orjson.OPT_APPEND_NEWLINE
    )


def entry(content: bytes) -> Entry:
    """What is listed of a file."""
    return {"sha256": digest(content), "size": len(content)}


def digest(content: bytes) -> str:
    """SHA-256 in hexadecimal."""
    return hashlib.sha256(content).hexdigest()
