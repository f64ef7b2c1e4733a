"""An endpoint of one's own, on this machine: it answers what the test says, and keeps what came."""

import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer

Answer = tuple[int, dict[str, str], bytes]


@dataclass
class Came:
    """A request, as it came."""

    method: str
    path: str
    headers: dict[str, str]
    body: bytes


@dataclass
class Endpoint:
    """What it answers, and what came."""

    answer: Callable[[Came], Answer] = lambda _came: (200, {"Content-Type": "application/x-amz-json-1.1"}, b"{}")
    came: list[Came] = field(default_factory=list)
    url: str = ""


class _Handler(BaseHTTPRequestHandler):
    """One client's connection."""

    server: "_Server"
    protocol_version = "HTTP/1.1"

    def _call(self) -> None:
        came = Came(self.command, self.path, {k.lower(): v for k, v in self.headers.items()}, self._body())
        self.server.endpoint.came.append(came)
        status, headers, body = self.server.endpoint.answer(came)
        self.send_response_only(status)
        chunked = headers.get("Transfer-Encoding") == "chunked"
        for name, value in headers.items():
            self.send_header(name, value)
        if not chunked:
            self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        if chunked:
            for at in range(0, len(body), 1000):
                piece = body[at : at + 1000]
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece))
            self.wfile.write(b"0\r\n\r\n")
        elif self.command != "HEAD":
            self.wfile.write(body)

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = _call  # noqa: N815  # the base class's names

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length") or 0))
        found = b""
        while size := int(self.rfile.readline().strip(), 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing."""


class _Server(ThreadingHTTPServer):
    daemon_threads = True

    def __init__(self, endpoint: Endpoint) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.endpoint = endpoint


@contextmanager
def running(endpoint: Endpoint) -> Iterator[Endpoint]:
    """Serve on a free loopback port."""

    server = _Server(endpoint)
    thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.02}, daemon=True)
    thread.start()
    endpoint.url = f"http://127.0.0.1:{server.server_address[1]}"
    try:
        yield endpoint
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
