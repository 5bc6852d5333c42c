"""Released editions from disk, before the rest of the application: nothing is computed to read one.

Headers are made once, with the file; a request costs looking up its address and comparing tags.

`/vi/editions/NAME/...` are the pages, `/editions/NAME/...` is the folder as it lies on disk. Links
of the pages that leave their language carry `?edition=NAME` and are answered here too. All else
falls through.

A page of an edition that was corrected keeps its bytes; a header leads to the edition that holds
(RFC 5829), and its script shows that to the reader.
"""

import gzip
from collections import OrderedDict
from collections.abc import Iterable
from dataclasses import dataclass, field
from functools import lru_cache
from pathlib import Path
from urllib.parse import parse_qs, quote

import orjson
from starlette.types import ASGIApp, Receive, Scope, Send

from web.board import manifest, widget
from web.drawing import packing, tagged
from web.guarding import guards
from web.language import i18n

KEPT_BYTES = 64 * 1024 * 1024
KEPT_ADDRESSES = 4096
EDITIONS = "editions"
ASSETS = "assets/"
INDEX = "index.html"

_TYPES = {
    ".html": "text/html; charset=utf-8",
    ".css": "text/css; charset=utf-8",
    ".csv": "text/csv; charset=utf-8",
    ".js": "text/javascript; charset=utf-8",
    ".json": "application/json",
    ".png": "image/png",
    ".atom": "application/atom+xml; charset=utf-8",
    ".py": "text/x-python; charset=utf-8",
    ".svg": "image/svg+xml",
    ".txt": "text/plain; charset=utf-8",
    ".woff2": "font/woff2",
}
_FOR_EVER = "public, max-age=31536000, immutable"
# An edition never changes, but a city made anew for trying things out has editions of old names.
_A_WHILE = "public, max-age=300"


Raw = list[tuple[bytes, bytes]]


@dataclass(frozen=True, slots=True)
class Form:
    """A file in one encoding: its tag, its body, and the headers with it and without it."""

    tag: bytes
    body: bytes
    headers: Raw
    known: Raw


@dataclass(frozen=True, slots=True)
class File:
    """One file as it is sent; `packed` is None where packing gains nothing."""

    plain: Form
    packed: Form | None


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
    _corrections: dict[str, str] = field(default_factory=dict)
    _kept: OrderedDict[Found, File] = field(default_factory=OrderedDict)
    _size: int = 0
    addresses: dict[str, Found] = field(default_factory=dict)
    """Addresses that were found to be a file's, while there are not too many."""

    def editions(self) -> dict[str, dict[str, str]]:
        """Edition -> file -> digest, by order of name; one `stat` unless a new one has come."""
        try:
            changed = self.folder.stat().st_mtime_ns
        except FileNotFoundError:
            return {}
        if changed != self._seen:
            self._look()
            self._kept.clear()
            self.addresses.clear()
            self._size = 0
            self._seen = changed
        return self._digests

    def _look(self) -> None:
        """What there is by now, and which of it corrects which."""
        self._digests, self._corrections = {}, {}
        for path in sorted(self.folder.glob(f"[!.]*/{manifest.NAME}")):
            content, name = path.read_bytes(), path.parent.name
            listed = orjson.loads(content)
            self._digests[name] = {of: facts["sha256"] for of, facts in listed["files"].items()}
            self._digests[name][manifest.NAME] = manifest.digest(content)
            if listed["supersedes"]:
                self._corrections[listed["supersedes"]] = name

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
        digest = self._digests[found.edition][found.name]
        more = self._leading_on(found)
        plain = _form(found.name, digest, content, more, is_packed=False)
        if found.name.endswith((".woff2", ".png")):
            return File(plain, None)
        packed = gzip.compress(content, 6, mtime=0)
        return File(plain, _form(found.name, digest, packed, more, is_packed=True))

    def _leading_on(self, found: Found) -> dict[str, str]:
        """For a page whose edition was corrected: to the same page there, or to the front."""
        language = found.name.partition("/")[0]
        correction = self._corrections.get(found.edition)
        if correction is None or not found.name.endswith(".html") or language == found.name:
            return {}
        is_there = found.name in self._digests[correction]
        page = found.name.removesuffix(INDEX) if is_there else f"{language}/"
        address = f"/{language}/{EDITIONS}/{correction}/{page.partition('/')[2]}"
        return {"link": f'<{quote(address)}>; rel="successor-version"'}


class Board:
    """Answers GET and HEAD for released editions; everything else goes on to the application."""

    def __init__(self, app: ASGIApp, folder: Path) -> None:
        self.app = app
        self.shelf = Shelf(folder)

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        if scope["type"] == "http" and scope["method"] in {"GET", "HEAD"}:
            found = self.known(scope["path"], scope["query_string"])
            if isinstance(found, Moved):
                await _redirect(send, found.path)
                return
            if found is not None:
                await _send(send, scope, self.shelf.get(found))
                return
        await self.app(scope, receive, send)

    def known(self, path: str, query: bytes) -> Found | Moved | None:
        """As `find`, remembering where addresses without a question lead."""
        if EDITIONS not in path:
            return None
        self.shelf.editions()  # forgets all addresses when another edition has come
        addresses = self.shelf.addresses
        found = None if query else addresses.get(path)
        if found is not None:
            return found
        sought = self.find(path, query)
        if isinstance(sought, Found) and not query:
            if len(addresses) >= KEPT_ADDRESSES:
                addresses.clear()
            addresses[path] = sought
        return sought

    def find(self, path: str, query: bytes = b"") -> Found | Moved | None:
        """What is meant by an address; None where it is not ours."""
        first, *rest = path.lstrip("/").split("/")
        if first == EDITIONS:
            return self._of_folder(rest, "")
        if first not in i18n.LANGUAGES or rest[:1] != [EDITIONS]:
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
    if not query:
        return ""
    values = parse_qs(query.decode("latin-1"), max_num_fields=20) if len(query) < 500 else {}
    return values.get("edition", [""])[0]


def _weight(file: File) -> int:
    return len(file.plain.body) + (len(file.packed.body) if file.packed else 0)


async def _redirect(send: Send, path: str) -> None:
    location = quote(path).encode("ascii")
    headers = [(b"location", location), (b"content-length", b"0")]
    await send({"type": "http.response.start", "status": 308, "headers": headers})
    await send({"type": "http.response.body", "body": b""})


def _form(name: str, digest: str, body: bytes, more: dict[str, str], *, is_packed: bool) -> Form:
    tag = tagged.tag_of(digest[:32], is_packed=is_packed)
    known = {
        **guards.HEADERS,
        "etag": tag,
        "cache-control": _FOR_EVER if name.startswith(ASSETS) else _A_WHILE,
        "access-control-allow-origin": "*",
        "vary": "Accept-Encoding",
        **more,
    }
    if _may_be_framed(name):
        del known["x-frame-options"]
        known["content-security-policy"] = known["content-security-policy"].replace(
            "frame-ancestors 'none'", "frame-ancestors *"
        )
    headers = {
        **known,
        "content-type": _TYPES.get(Path(name).suffix, "application/octet-stream"),
        "content-length": str(len(body)),
    }
    if is_packed:
        headers["content-encoding"] = "gzip"
    language = name.partition("/")[0]
    if language in i18n.LANGUAGES:
        headers["content-language"] = language
    return Form(tag.encode(), body, _raw(headers), _raw(known))


def _may_be_framed(name: str) -> bool:
    """Only the small pages made for it, inside a language's folder."""
    language, _, rest = name.partition("/")
    return language in i18n.LANGUAGES and rest.startswith(f"{widget.FOLDER}/")


def _raw(headers: dict[str, str]) -> Raw:
    return [(name.encode(), value.encode()) for name, value in headers.items()]


def answer(asked_with: Iterable[tuple[bytes, bytes]], file: File) -> tuple[int, Raw, bytes]:
    """Status, headers and body for a request with these headers."""
    accepted = asked = b""
    for name, value in asked_with:
        if name == b"accept-encoding":
            accepted = value
        elif name == b"if-none-match":
            asked = value
    form = file.packed if file.packed is not None and _takes_gzip(accepted) else file.plain
    if asked and (asked == form.tag or tagged.is_known(form.tag, asked)):
        return 304, form.known, b""
    return 200, form.headers, form.body


async def _send(send: Send, scope: Scope, file: File) -> None:
    status, headers, body = answer(scope["headers"], file)
    await send({"type": "http.response.start", "status": status, "headers": headers})
    sent = b"" if scope["method"] == "HEAD" else body
    await send({"type": "http.response.body", "body": sent})


@lru_cache(maxsize=256)
def _takes_gzip(accepted: bytes) -> bool:
    return packing.takes_gzip(accepted.decode("latin-1"))
