"""Released editions from disk, before the application: nothing is computed for a reader.

`/vi/editions/NAME/...` are the pages, `/editions/NAME/...` is the folder as it lies on disk. Links
of the pages that leave their language carry `?edition=NAME` and are answered here too. All else
falls through.
"""

import gzip
from collections import OrderedDict
from dataclasses import dataclass, field
from pathlib import Path
from urllib.parse import parse_qs, quote

import orjson
from starlette.datastructures import Headers
from starlette.types import ASGIApp, Receive, Scope, Send

from web import i18n, packing
from web.board import manifest

KEPT_BYTES = 64 * 1024 * 1024
ASSETS = "assets/"
INDEX = "index.html"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".json": "application/json",
    ".atom": "application/atom+xml; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_FOR_EVER = "public, max-age=31536000, immutable"
# An edition never changes, but a city made anew for trying things out has editions of old names.
_A_WHILE = "public, max-age=300"


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent; `packed` is None where packing gains nothing."""

    content: bytes
    packed: bytes | None
    digest: str


@dataclass(frozen=True, slots=True)
class Found:
    """A file of an edition."""

    edition: str
    name: str


@dataclass(frozen=True, slots=True)
class Moved:
    """The address under which it is to be asked for."""

    path: str


@dataclass(slots=True)
class Shelf:
    """The released editions: their names of files at hand, their contents kept while asked for."""

    folder: Path
    _seen: int = -1
    _digests: dict[str, dict[str, str]] = field(default_factory=dict)
    _kept: OrderedDict[Found, File] = field(default_factory=OrderedDict)
    _size: int = 0

    def editions(self) -> dict[str, dict[str, str]]:
        """Edition -> file -> digest, by order of name; one `stat` unless a new one has come."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._seen:
            self._digests = {
                path.parent.name: _digests(path)
                for path in sorted(self.folder.glob(f"[!.]*/{manifest.NAME}"))
            }
            self._kept.clear()
            self._size = 0
            self._seen = changed
        return self._digests

    def get(self, found: Found) -> File:
        """The content, from memory if it was asked for lately."""
        kept = self._kept.get(found)
        if kept is None:
            kept = self._read(found)
            self._kept[found] = kept
            self._size += _weight(kept)
            while self._size > KEPT_BYTES and len(self._kept) > 1:
                self._size -= _weight(self._kept.popitem(last=False)[1])
        else:
            self._kept.move_to_end(found)
        return kept

    def _read(self, found: Found) -> File:
        content = (self.folder / found.edition / found.name).read_bytes()
        packed = None if found.name.endswith(".woff2") else gzip.compress(content, 6, mtime=0)
        return File(content, packed, self._digests[found.edition][found.name])


class Board:
    """Answers GET and HEAD for released editions; everything else goes on to the application."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.shelf = Shelf(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            found = self.find(scope["path"], scope["query_string"])
            if isinstance(found, Moved):
                await _redirect(send, found.path)
                return
            if found is not None:
                await _send(send, scope, found, self.shelf.get(found))
                return
        await self.app(scope, receive, send)

    def find(self, path: str, query: bytes = b"") -> Found | Moved | None:
        """What is meant by an address; None where it is not ours."""
        first, *rest = path.lstrip("/").split("/")
        if first == "editions":
            return self._of_folder(rest, "")
        if first not in i18n.LANGUAGES or rest[:1] != ["editions"]:
            return None
        return self._of_folder(rest[1:], first) or self._asked(rest[1:], query)

    def _of_folder(self, rest: list[str], language: str) -> Found | Moved | None:
        """`NAME/path` below one language's folder, or below the edition's own."""
        edition, *inside = rest or [""]
        files = self.shelf.editions().get(edition)
        if files is None:
            return None
        name = "/".join([language, *inside] if language else inside)
        if name in files:
            return Found(edition, name)
        if not inside or f"{name}/{INDEX}" in files:
            return Moved("/" + "/".join(filter(None, [language, "editions", *rest])) + "/")
        if name.endswith("/") or not name:
            page = Found(edition, f"{name}{INDEX}")
            return page if page.name in files else None
        return None

    def _asked(self, rest: list[str], query: bytes) -> Found | Moved | None:
        """A link that left its language: another language's page, or a file beside them."""
        editions = self.shelf.editions()
        name, asked = "/".join(rest), _edition_in(query)
        if asked in editions and rest and rest[0] in i18n.LANGUAGES:
            return Moved("/".join(["", rest[0], "editions", asked, *rest[1:]]))
        if name in editions.get(asked, {}):
            return Found(asked, name)
        if name.startswith(ASSETS):  # a stylesheet's fonts: its question does not reach them
            return next((Found(of, name) for of in editions if name in editions[of]), None)
        return None


def _edition_in(query: bytes) -> str:
    values = parse_qs(query.decode("latin-1"), max_num_fields=20) if len(query) < 500 else {}
    return values.get("edition", [""])[0]


def _digests(path: Path) -> dict[str, str]:
    content = path.read_bytes()
    listed = orjson.loads(content)["files"]
    digests = {name: facts["sha256"] for name, facts in listed.items()}
    return {**digests, manifest.NAME: manifest.digest(content)}


def _weight(file: File) -> int:
    return len(file.content) + len(file.packed or b"")


async def _redirect(send: Send, path: str) -> None:
    location = quote(path).encode("ascii")
    headers = [(b"location", location), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


async def _send(send: Send, scope: Scope, found: Found, file: File) -> None:
    asked = Headers(scope=scope)
    packs = file.packed is not None and packing.takes_gzip(asked.get("accept-encoding", ""))
    tag = f'"{file.digest[:32]}{"-gzip" if packs else ""}"'
    suffix = Path(found.name).suffix
    headers = {
        "etag": tag,
        "cache-control": _FOR_EVER if found.name.startswith(ASSETS) else _A_WHILE,
        "x-content-type-options": "nosniff",
        "access-control-allow-origin": "*",
        "vary": "Accept-Encoding",
    }
    if _is_known(tag, asked.get("if-none-match", "")):
        await _answer(send, 304, headers, b"")
        return
    body = file.packed if packs and file.packed is not None else file.content
    headers["content-type"] = _TYPES.get(suffix, "application/octet-stream")
    headers["content-length"] = str(len(body))
    if packs:
        headers["content-encoding"] = "gzip"
    language = found.name.partition("/")[0]
    if language in i18n.LANGUAGES:
        headers["content-language"] = language
    await _answer(send, 200, headers, b"" if scope["method"] == "HEAD" else body)


async def _answer(send: Send, status: int, headers: dict[str, str], body: bytes) -> None:
    raw = [(name.encode(), value.encode()) for name, value in headers.items()]
    await send({"type": "http.response.start", "status": status, "headers": raw})
    await send({"type": "http.response.body", "body": body})


def _is_known(tag: str, known: str) -> bool:
    tags = {one.strip().removeprefix("W/") for one in known.split(",")}
    return "*" in tags or tag in tags
