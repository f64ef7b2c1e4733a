"""A reverse proxy on the loopback that answers ThrottlingException to a part of the calls to Parameter Store."""

import http.client
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

_REFUSAL = b'{"__type":"ThrottlingException","message":"Rate exceeded"}'
_NOT_PASSED_ON = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


@dataclass(slots=True)
class Counts:
    """Calls to Parameter Store since the last `taken`."""

    calls: int = 0
    throttled: int = 0
    _lock: threading.Lock = field(default_factory=threading.Lock)

    def note(self, throttled: bool) -> None:
        """One call more."""
        with self._lock:
            self.calls += 1
            self.throttled += throttled

    def taken(self) -> tuple[int, int]:
        """Calls and throttled calls so far; counting begins anew."""
        with self._lock:
            found = (self.calls, self.throttled)
            self.calls = self.throttled = 0
        return found


@contextmanager
def throttling(upstream: str, share: float, seed: int) -> Iterator[tuple[str, Counts]]:
    """The proxy's URL and its counts. `share` (0 to 1) of the calls are refused, by a random sequence from `seed`."""
    counts = Counts()
    chance = random.Random(seed)
    chance_lock = threading.Lock()
    host = urlsplit(upstream).netloc
    kept = threading.local()

    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"
        disable_nagle_algorithm = True

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length", "0")))
            if self.headers.get("X-Amz-Target", "").startswith("AmazonSSM."):
                with chance_lock:
                    refused = chance.random() < share
                counts.note(refused)
                if refused:
                    self._answer(400, [("Content-Type", "application/x-amz-json-1.1")], _REFUSAL)
                    return
            self._pass_on(body)

        def _pass_on(self, body: bytes) -> None:
            connection = getattr(kept, "connection", None)
            if connection is None:
                connection = kept.connection = http.client.HTTPConnection(host, timeout=30)
            connection.putrequest("POST", self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in self.headers.items():  # Host too: it is part of the signature
                connection.putheader(name, value)
            connection.endheaders(body)
            answer = connection.getresponse()
            headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_PASSED_ON]
            self._answer(answer.status, headers, answer.read())

        def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
            self.send_response(status)
            for name, value in headers:
                self.send_header(name, value)
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            self.wfile.write(body)

        def finish(self) -> None:
            super().finish()
            connection = getattr(kept, "connection", None)  # this thread serves one client, and that has gone
            if connection is not None:
                connection.close()

        def log_message(self, format: str, *args: object) -> None:
            """Nothing: a line a call would drown the table."""

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    server.daemon_threads = False  # so that closing waits for what is being answered
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", counts
    finally:
        server.shutdown()
        server.server_close()
        thread.join()
