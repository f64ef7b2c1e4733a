"""A loopback proxy in front of the emulator that fails calls on demand, as AWS would, or worse.

The faults are hostile: wherever AWS's text is not promised to be free of what was sent, it quotes the whole request.
"""

import enum
import http.client
import json
import random
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import parse_qs, urlsplit
from xml.sax.saxutils import escape


class Fault(enum.Enum):
    """What happens to each call that the proxy is told to fail."""

    NONE = "none"
    DENIED = "denied"
    THROTTLED = "throttled"
    BAD_KEY = "bad key"
    INVALID = "invalid"
    """A validation error that quotes the request."""
    SERVER_ERROR = "server error"
    """Status 500, the request quoted."""
    GARBAGE = "garbage"
    """Status 200 and the request as the body: not what any parser expects."""
    STALL = "stall"
    """No answer until the client leaves."""


_CODES = {
    Fault.DENIED: (400, "AccessDeniedException"),
    Fault.THROTTLED: (400, "ThrottlingException"),
    Fault.BAD_KEY: (400, "InvalidKeyId"),
    Fault.INVALID: (400, "ValidationException"),
    Fault.SERVER_ERROR: (500, "InternalServerError"),
}
_STALL_SECONDS = 30.0
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


class FaultyProxy:
    """The proxy, and what it is told to do. Change `fault` between commands; `called` is set by the first call."""

    def __init__(self, upstream: str) -> None:
        self.upstream = urlsplit(upstream).netloc
        self.fault = Fault.NONE
        self.spared: frozenset[str] = frozenset()
        """Operations that pass whatever the fault, such as `GetCallerIdentity`."""
        self.called = threading.Event()
        self.calls: list[str] = []
        """The operations seen, in order."""
        self.closing = threading.Event()

    def reset(self, fault: Fault, spared: frozenset[str] = frozenset()) -> None:
        """Forget what was seen, and fail calls this way from now on."""
        self.fault, self.spared, self.calls = fault, spared, []
        self.called.clear()

    def fault_of(self, target: str, operation: str) -> Fault:
        """What happens to a call; `target` is its `X-Amz-Target`. It is noted."""
        self.calls.append(operation)
        if operation in self.spared:
            return Fault.NONE
        self.called.set()
        return self.fault


class ThrottlingProxy(FaultyProxy):
    """Throttles a share (0 to 1) of the calls to Parameter Store, by a random sequence, and passes on all others."""

    def __init__(self, upstream: str, share: float, seed: int) -> None:
        super().__init__(upstream)
        self.counts = Counts()
        self._share = share
        self._chance = random.Random(seed)
        self._lock = threading.Lock()

    def fault_of(self, target: str, operation: str) -> Fault:
        if not target.startswith("AmazonSSM."):
            return Fault.NONE
        with self._lock:
            throttled = self._chance.random() < self._share
        self.counts.note(throttled)
        return Fault.THROTTLED if throttled else Fault.NONE


@contextmanager
def proxied(upstream: str) -> Iterator[tuple[str, FaultyProxy]]:
    """Run a proxy on a free loopback port in front of `upstream`; answers its URL and its controls."""
    proxy = FaultyProxy(upstream)
    with served(proxy) as url:
        yield url, proxy


@contextmanager
def throttling(upstream: str, share: float, seed: int) -> Iterator[tuple[str, Counts]]:
    """Run one that throttles a share of the calls; answers its URL and its counts."""
    proxy = ThrottlingProxy(upstream, share, seed)
    with served(proxy) as url:
        yield url, proxy.counts


@contextmanager
def served(proxy: FaultyProxy) -> Iterator[str]:
    server = _Server(proxy)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        proxy.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    """One client's connection, and one of its own to the emulator."""

    server: "_Server"
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True

    def setup(self) -> None:
        super().setup()
        self._upstream = http.client.HTTPConnection(self.server.proxy.upstream, timeout=60)

    def finish(self) -> None:
        super().finish()
        self._upstream.close()

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        target = self.headers.get("X-Amz-Target", "")
        operation = _operation(target, body)
        fault = self.server.proxy.fault_of(target, operation)
        if fault is Fault.STALL:
            self.server.proxy.closing.wait(_STALL_SECONDS)
            return
        if fault is Fault.NONE:
            self._answer(*self._pass_on(body))
        else:
            status, content_type, answer = self._fail(fault, operation, body)
            self._answer(status, [("Content-Type", content_type)], answer)

    do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815  # the base class's names

    def _answer(self, status: int, headers: list[tuple[str, str]], body: bytes) -> None:
        self.send_response(status)
        for name, value in headers:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def _pass_on(self, body: bytes) -> tuple[int, list[tuple[str, str]], bytes]:
        self._upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
        for name, value in self.headers.items():  # Host too: it is part of the signature
            self._upstream.putheader(name, value)
        self._upstream.endheaders(body)
        answer = self._upstream.getresponse()
        headers = [(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_PASSED_ON]
        return answer.status, headers, answer.read()

    def _fail(self, fault: Fault, operation: str, body: bytes) -> tuple[int, str, bytes]:
        if fault is Fault.GARBAGE:
            return 200, "application/x-amz-json-1.1", b"{" + body
        status, code = _CODES[fault]
        quoted = body.decode("utf-8", "replace")
        if fault is Fault.DENIED:
            # AWS's real text: it names the caller, the action and the resource, nothing of the request's body.
            quoted = f"User: arn:aws:iam::000000000000:user/u is not authorized to perform: {operation} on resource: *"
        if "json" in self.headers.get("Content-Type", ""):
            return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": quoted}).encode()
        text = (
            f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(quoted)}</Message></Error>"
            "<RequestId>r</RequestId></ErrorResponse>"
        )
        return status, "text/xml", text.encode()

    def log_message(self, format: str, *args: object) -> None:
        """Say nothing: the tests read what the command says."""


class _Server(ThreadingHTTPServer):
    """What the handlers of all clients share."""

    daemon_threads = True

    def __init__(self, proxy: FaultyProxy) -> None:
        super().__init__(("127.0.0.1", 0), _Handler)
        self.proxy = proxy


def _operation(target: str, body: bytes) -> str:
    """`PutParameter` of a JSON call's target, or of a query call's `Action`."""
    if target:
        return target.rpartition(".")[2]
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
