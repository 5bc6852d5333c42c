"""An agency's own system that really listens, and answers what a test wants."""

import ssl
import threading
from collections.abc import Iterator
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer


@dataclass
class Asked:
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Listening:
    """A system that answers what a test wants and remembers what it was asked."""

    status: int = 204
    asked: list[Asked] = field(default_factory=list)
    port: int = 0

    @property
    def url(self) -> str:
        return f"http://127.0.0.1:{self.port}"


def serving(held: Listening, context: ssl.SSLContext | None = None) -> Iterator[Listening]:
    """Serves at a port of this machine; over TLS where a context is given."""

    class Handler(BaseHTTPRequestHandler):
        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers["content-length"]))
            held.asked.append(
                Asked(self.path, {k.lower(): v for k, v in self.headers.items()}, body)
            )
            self.send_response(held.status)
            self.send_header("Location", "http://127.0.0.1:1/elsewhere")
            self.send_header("Content-Length", "0")
            self.end_headers()

        def log_message(self, *_: object) -> None:
            pass

    made = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    if context is not None:
        made.socket = context.wrap_socket(made.socket, server_side=True)
    held.port = made.server_port
    thread = threading.Thread(target=made.serve_forever, daemon=True)
    thread.start()
    yield held
    made.shutdown()
    made.server_close()
    thread.join()
