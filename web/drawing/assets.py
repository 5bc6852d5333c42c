"""Our stylesheet, script and fonts, named by their digest so that they may be kept for ever.

Also the way a published edition takes them along: `published()` is the whole folder.
"""

import gzip
import hashlib
from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache
from pathlib import Path, PurePosixPath

from starlette.requests import Request
from starlette.responses import Response
from starlette.routing import Route

from web.drawing import packing

FOLDER = Path(__file__).parents[1] / "static"
PREFIX = "/static/"
_TYPES = {
    ".css": "text/css; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_FOR_EVER = "public, max-age=31536000, immutable"


@dataclass(frozen=True, slots=True)
class Asset:
    """One file as it is served; `packed` is None where packing gains nothing."""

    name: str
    content: bytes
    packed: bytes | None
    media_type: str


@cache
def _names() -> Mapping[str, str]:
    return {asset_name: asset.name for asset_name, asset in _read()}


@cache
def _assets() -> Mapping[str, Asset]:
    return {asset.name: asset for _, asset in _read()}


@cache
def _read() -> tuple[tuple[str, Asset], ...]:
    files = sorted(path for path in FOLDER.rglob("*") if path.suffix in _TYPES)
    return tuple((path.relative_to(FOLDER).as_posix(), _asset(path)) for path in files)


def _asset(path: Path) -> Asset:
    content = path.read_bytes()
    packed = None if path.suffix == ".woff2" else gzip.compress(content, mtime=0)
    name = digested(path.relative_to(FOLDER).as_posix(), content)
    return Asset(name, content, packed, _TYPES[path.suffix])


def digested(name: str, content: bytes) -> str:
    """`hailong.css` as `hailong.<first 8 hex digits of its SHA-256>.css`."""
    path = PurePosixPath(name)
    digest = hashlib.sha256(content).hexdigest()[:8]
    return path.with_name(f"{path.stem}.{digest}{path.suffix}").as_posix()


def address(name: str) -> str:
    """The path of a file of ours; KeyError when there is none."""
    return PREFIX + _names()[name]


def published() -> Mapping[str, bytes]:
    """Digested name -> content: what a folder of pages must carry to look like ours."""
    return {name: asset.content for name, asset in _assets().items()}


async def _serve(request: Request) -> Response:
    asset = _assets().get(request.path_params["name"])
    if asset is None:
        return Response("Not found", 404, media_type="text/plain")
    headers = {"Cache-Control": _FOR_EVER, "X-Content-Type-Options": "nosniff"}
    content = asset.content
    if asset.packed is not None:
        headers["Vary"] = "Accept-Encoding"
        if packing.takes_gzip(request.headers.get("accept-encoding", "")):
            content = asset.packed
            headers["Content-Encoding"] = "gzip"
    headers["Content-Type"] = asset.media_type
    return Response(content, headers=headers)


def routes() -> list[Route]:
    """GET and HEAD of every file under its digested name; any other name is not found."""
    return [Route(PREFIX + "{name:path}", _serve, methods=["GET"], name="static")]
