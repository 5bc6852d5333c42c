"""Public files drawn by the application: whoever has the same bytes already is told so.

A tag is strong (RFC 9110, 8.8.1): the same one stands for the same bytes, so a packed file has
another than the plain one.
"""

import gzip
import hashlib

from starlette.requests import Request
from starlette.responses import Response

from web.drawing import packing


def file(request: Request, content: bytes, media_type: str, **headers: str) -> Response:
    """The file, or 304 for whoever has it. For what is the same for everybody: it goes packed
    whatever the request holds. `headers` are named with underscores.
    """
    is_packed = packing.wants(request.headers.get("accept-encoding", ""), content)
    digest = hashlib.sha256(content).hexdigest()[:32]
    told = {
        "etag": tag_of(digest, is_packed=is_packed),
        "vary": "Accept-Encoding",
        **{name.replace("_", "-"): value for name, value in headers.items()},
    }
    if is_known(told["etag"].encode(), request.headers.get("if-none-match", "").encode("latin-1")):
        return Response(status_code=304, headers=told)
    told["content-type"] = media_type
    if is_packed:
        told["content-encoding"] = "gzip"
        content = gzip.compress(content, packing.LEVEL, mtime=0)
    return Response(content, headers=told)


def tag_of(digest: str, *, is_packed: bool) -> str:
    """The tag of content by its digest."""
    return f'"{digest}{"-gzip" if is_packed else ""}"'


def is_known(tag: bytes, asked: bytes) -> bool:
    """Whether an `If-None-Match` names the tag, strong or weak (RFC 9110, 13.1.2)."""
    tags = {one.strip().removeprefix(b"W/") for one in asked.split(b",")}
    return b"*" in tags or tag in tags
