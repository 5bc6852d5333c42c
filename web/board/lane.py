"""Pages of editions answered as their request is read, before the machinery of an application.

A reader's request for a page is a few lines, the same again and again: its answer is found by these
very bytes. Only what can be read in one way is read here - a whole GET without a body, of names and
values in plain ASCII - and only where nothing else is under way on the connection; all else goes on
to the server as it came, and so do answers somebody takes slowly.
"""

import re
from typing import Any

from uvicorn.protocols.http.httptools_impl import HttpToolsProtocol

from web.board.serving import Board, Found, answer

_HEAD = re.compile(
    rb"GET (/[A-Za-z0-9/._-]*) HTTP/1\.1\r\n((?:[A-Za-z0-9-]+:[\x20-\x7e]*\r\n)*)\r\n",
)
_LONGEST, _NEAR = 4096, 32
# What these ask for is more than a page, or says that more follows.
_MORE = re.compile(
    rb"^(?:connection:(?!\s*keep-alive\s*\r)|upgrade:|expect:|transfer-encoding:|content-length:"
    rb"|trailer:|te:|range:)",
    re.IGNORECASE | re.MULTILINE,
)
_MOST_KEPT, _MOST_BYTES = 1024, 16 * 1024 * 1024


class _Shared:
    """What connections to one board know in common; for one second, which its date is of."""

    def __init__(self, board: Board) -> None:
        self.board = board
        self.replies: dict[bytes, bytes] = {}
        self.size = 0
        self.dated: object = None

    def reply(self, request: bytes, default: list[tuple[bytes, bytes]]) -> bytes | None:
        """The answer, or None: it is for others to say. `default` are headers of every answer."""
        if default is not self.dated:
            self._forget()
            self.dated = default
        known = self.replies.get(request)
        if known is None:
            known = self._made(request, default)
            if known is not None:
                self._keep(request, known)
        return known

    def _keep(self, request: bytes, reply: bytes) -> None:
        if len(self.replies) >= _MOST_KEPT or self.size + len(reply) > _MOST_BYTES:
            self._forget()
        self.replies[request] = reply
        self.size += len(reply)

    def _forget(self) -> None:
        self.replies.clear()
        self.size = 0

    def _made(self, request: bytes, default: list[tuple[bytes, bytes]]) -> bytes | None:
        read = _HEAD.fullmatch(request) if b"/editions/" in request[:_NEAR] else None
        if read is None or _MORE.search(read[2]):
            return None
        found = self.board.known(read[1].decode(), b"")
        if not isinstance(found, Found):
            return None
        headers = []
        for line in read[2].split(b"\r\n")[:-1]:
            name, _, value = line.partition(b":")
            headers.append((name.lower(), value.strip(b" \t")))
        status, sent, body = answer(headers, self.board.shelf.get(found))
        lines = [b"%s: %s\r\n" % header for header in (*default, *sent)]
        return b"".join((_STATUS[status], *lines, b"\r\n", body))


_STATUS = {200: b"HTTP/1.1 200 OK\r\n", 304: b"HTTP/1.1 304 Not Modified\r\n"}


def protocol(board: Board) -> type[HttpToolsProtocol]:
    """The protocol of a server whose application is this board."""
    shared = _Shared(board)

    class Lane(HttpToolsProtocol):
        """One connection."""

        _is_reading = False
        _served = _noted = 0

        def data_received(self, data: bytes) -> None:
            reply = (
                shared.reply(data, self.server_state.default_headers)
                if self._is_free(data)
                else None
            )
            if reply is None:
                super().data_received(data)
                return
            self.server_state.total_requests += 1
            self._served += 1
            if self.timeout_keep_alive_task is None:
                self._wait()
            self.transport.write(reply)

        def _is_free(self, data: bytes) -> bool:
            return (
                len(data) <= _LONGEST
                and data.startswith(b"GET ")
                and not self._is_reading
                and (self.cycle is None or self.cycle.response_complete)
                and not self.pipeline
                and not self.flow.write_paused
                and not self.transport.is_closing()
                and (
                    self.limit_concurrency is None or len(self.connections) < self.limit_concurrency
                )
            )

        def on_message_begin(self) -> None:
            self._is_reading = True
            super().on_message_begin()

        def on_message_complete(self) -> None:
            self._is_reading = False
            super().on_message_complete()

        def _wait(self) -> None:
            self.timeout_keep_alive_task = self.loop.call_later(
                self.timeout_keep_alive, self.timeout_keep_alive_handler
            )

        def timeout_keep_alive_handler(self) -> None:
            # One timer a connection, and not one a request: it begins anew if there were any.
            if self._served == self._noted:
                super().timeout_keep_alive_handler()
            else:
                self._noted = self._served
                self._wait()

    return Lane


def served_by(app: Any) -> Any:
    """How a server of `app` reads HTTP: with the lane, if a board stands before all else."""
    return protocol(app) if isinstance(app, Board) else "httptools"
