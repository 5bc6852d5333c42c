"""A form with files, read as it streams in: nothing is kept that is not wanted.

Limits stand before the disk: the body, the number of parts and each file are cut off where they
are too much, a file that is no picture by its first bytes is never put down, and nothing is put
down before the form has shown its token. What a handler does not keep is gone when it ends.
"""

import asyncio
import re
import unicodedata
from collections.abc import AsyncIterator, Collection, Iterator
from contextlib import asynccontextmanager
from dataclasses import dataclass, field
from hashlib import sha256
from typing import TYPE_CHECKING

from python_multipart.exceptions import FormParserError
from python_multipart.multipart import MultipartParser, parse_options_header
from starlette.requests import Request

from feedback import images
from feedback.attachments import FILE_AT_MOST, LABEL_AT_MOST, SENDING_AT_MOST, Sent
from feedback.shelf import Shelf, Spool
from web import forms
from web.errors import BadForm, TooLarge
from web.forms import Form
from web.guarding import limits

if TYPE_CHECKING:
    from python_multipart.multipart import MultipartCallbacks  # not there at run time

FILES = "files"  # the field of every file of ours
PARTS_AT_MOST = forms.FIELDS_AT_MOST + 40
_REFUSED = {"heic": "heic", "pdf": "pdf", "": "not_a_picture"}


@dataclass(slots=True)
class Posted:
    """A form and the files that came with it, in order."""

    form: Form
    files: list[Sent] = field(default_factory=list)
    kept: set[str] = field(default_factory=set)

    def keep(self, names: Collection[str]) -> None:
        """These files have rows now: they stay."""
        self.kept.update(names)

    @property
    def digest(self) -> bytes:
        """Equal for equal files in equal order, to know a form sent twice."""
        made = sha256()
        for one in self.files:
            made.update(one.spooled.digest if one.spooled else f"{one.size} {one.label}".encode())
        return made.digest()


@asynccontextmanager
async def received(request: Request, *, is_ours: bool = True) -> AsyncIterator[Posted]:
    """The form of a request, with files where it has any; on leaving, files not kept are removed.

    Raises `ForeignForm` (unless `is_ours` is false: a program's call has no token), `TooLarge` and
    `BadForm`.
    """
    kind, options = parse_options_header(request.headers.get("content-type", ""))
    if kind != b"multipart/form-data":
        if not is_ours:
            raise BadForm
        yield Posted(await forms.read(request))
        return
    token = request.state.csrf_token if is_ours else None
    reader = _Reader(request.app.state.shelf, token)
    posted = Posted(Form(reader.values), reader.files)
    try:
        await _stream(request, reader, options.get(b"boundary", b""))
        if token is not None:
            reader.check_token()
            posted.form.values[forms.TOKEN] = token
        yield posted
    finally:
        await asyncio.to_thread(reader.drop_all_but, posted.kept)


async def _stream(request: Request, reader: "_Reader", boundary: bytes) -> None:
    try:
        parser = MultipartParser(boundary, reader.callbacks())
        async for chunk in request.stream():
            parser.write(chunk)
            if reader.is_heavy:
                await asyncio.to_thread(reader.settle)
        parser.finalize()
    except FormParserError:
        raise BadForm from None
    if not reader.is_whole:
        raise BadForm
    await asyncio.to_thread(reader.settle)


@dataclass(slots=True)
class _Part:
    """The part being read. `spool` is where it goes once it is known to be a picture."""

    name: str = ""
    label: str | None = None
    head: bytearray = field(default_factory=bytearray)
    size: int = 0
    reason: str = ""
    spool: Spool | None = None


class _Reader:
    """What the parser tells, turned into values and files."""

    def __init__(self, shelf: Shelf, token: str | None) -> None:
        self.values: dict[str, str] = {}
        self.files: list[Sent] = []
        self.is_whole = False
        self._shelf, self._token = shelf, token
        self._part = _Part()
        self._header, self._value = bytearray(), bytearray()
        self._parts = self._text = 0
        self._spools: list[Spool] = []
        self._unsettled: list[tuple[int, Spool]] = []

    def callbacks(self) -> "MultipartCallbacks":
        return {
            "on_part_begin": self._begin,
            "on_header_field": lambda data, start, end: self._header.extend(data[start:end]),
            "on_header_value": lambda data, start, end: self._value.extend(data[start:end]),
            "on_header_end": self._header_end,
            "on_part_data": self._data,
            "on_part_end": self._end,
            "on_end": self._whole,
        }

    @property
    def is_heavy(self) -> bool:
        """Whether a whole file waits to be made durable."""
        return bool(self._unsettled)

    def check_token(self) -> None:
        given = self.values.get(forms.TOKEN, "")
        forms.checked(given, self._token or "")

    def settle(self) -> None:
        """Make durable what has come whole; apart, for the disk may take its time."""
        while self._unsettled:
            place, spool = self._unsettled.pop(0)
            sent = self.files[place]
            self.files[place] = Sent(sent.label, spool.close(), sent.size)

    def drop_all_but(self, kept: Collection[str]) -> None:
        for spool in self._spools:
            if spool.name not in kept:
                spool.drop()

    def _begin(self) -> None:
        self._parts += 1
        if self._parts > PARTS_AT_MOST:
            raise TooLarge
        self._part = _Part()

    def _header_end(self) -> None:
        if bytes(self._header).lower() == b"content-disposition":
            _, options = parse_options_header(bytes(self._value))
            self._part.name = options.get(b"name", b"").decode("utf-8", "replace")
            if b"filename" in options:
                self._part.label = label(options[b"filename"].decode("utf-8", "replace"))
        self._header.clear()
        self._value.clear()

    def _data(self, data: bytes, start: int, end: int) -> None:
        part, piece = self._part, data[start:end]
        part.size += len(piece)
        if part.label is None:
            part.head += piece
            self._text += len(piece)
            if self._text > limits.BODY_AT_MOST:
                raise TooLarge
            return
        if part.reason:
            return  # read on, keep nothing
        if part.size > FILE_AT_MOST:
            self._refuse("too_large")
        elif part.spool is not None:
            part.spool.write(piece)
        else:
            part.head += piece
            if len(part.head) >= images.HEAD:
                self._judge()

    def _judge(self) -> None:
        """Put a picture down from its first bytes on; refuse whatever else it is."""
        part = self._part
        if self._token is not None:
            self.check_token()
        if len(self.files) >= SENDING_AT_MOST:
            self._refuse("too_many")
            return
        kind = images.kind_of(bytes(part.head))
        if kind not in images.ACCEPTED:
            self._refuse(_REFUSED[kind])
            return
        part.spool = self._shelf.spool()
        self._spools.append(part.spool)
        part.spool.write(bytes(part.head))

    def _refuse(self, reason: str) -> None:
        part = self._part
        part.reason = reason
        part.head.clear()
        if part.spool is not None:
            part.spool.drop()
            part.spool = None

    def _end(self) -> None:
        part = self._part
        if part.label is None:
            self.values[part.name] = bytes(part.head).decode("utf-8", "replace")
            return
        if not part.label and not part.size:
            return  # a file field left empty
        if part.spool is None and not part.reason:
            if part.size:
                self._judge()
            else:
                self._refuse("empty")
        if part.spool is not None:
            self._unsettled.append((len(self.files), part.spool))
        self.files.append(Sent(part.label, None, part.size, part.reason))

    def _whole(self) -> None:
        self.is_whole = True


def label(filename: str) -> str:
    """The name a file came under, for showing to who sent it: its last piece, without anything
    that steers text or a path. Empty for an empty one.
    """
    last = re.split(r"[/\\]", filename)[-1]
    return "".join(_shown(last)).strip()[:LABEL_AT_MOST]


def _shown(text: str) -> Iterator[str]:
    return (c for c in text if unicodedata.category(c) not in {"Cc", "Cf", "Cs", "Co", "Cn", "Zl"})
