"""A loopback proxy in front of the emulator that fails calls on demand, as AWS would, or worse.

The faults are hostile: wherever AWS's text is not promised to be free of what was sent, it quotes the whole request.
"""

import enum
import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
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


class FaultyProxy:
    """The proxy, and what it is told to do. Change `fault` between commands; `called` is set by the first call."""

    def __init__(self, upstream: str) -> None:
        where = urlsplit(upstream)
        self.upstream = (where.hostname or "127.0.0.1", where.port or 80)
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


@contextmanager
def proxied(upstream: str) -> Iterator[tuple[str, FaultyProxy]]:
    """Run a proxy on a free loopback port in front of `upstream`; answers its URL and its controls."""
    proxy = FaultyProxy(upstream)
    server = ThreadingHTTPServer(("127.0.0.1", 0), _handler(proxy))
    server.daemon_threads = True
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", proxy
    finally:
        proxy.closing.set()
        server.shutdown()
        server.server_close()
        thread.join()


def _handler(proxy: FaultyProxy) -> type[BaseHTTPRequestHandler]:
    class Handler(BaseHTTPRequestHandler):
        protocol_version = "HTTP/1.1"

        def do_POST(self) -> None:
            body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
            operation = _operation(self.headers.get("X-Amz-Target", ""), body)
            proxy.calls.append(operation)
            fault = Fault.NONE if operation in proxy.spared else proxy.fault
            if operation not in proxy.spared:
                proxy.called.set()
            if fault is Fault.STALL:
                proxy.closing.wait(_STALL_SECONDS)
                return
            status, content_type, answer = (
                self._pass_on(body) if fault is Fault.NONE else self._fail(fault, operation, body)
            )
            self.send_response(status)
            self.send_header("Content-Type", content_type)
            self.send_header("Content-Length", str(len(answer)))
            self.end_headers()
            self.wfile.write(answer)

        do_GET = do_PUT = do_DELETE = do_POST  # noqa: N815  # the base class's names

        def _pass_on(self, body: bytes) -> tuple[int, str, bytes]:
            connection = http.client.HTTPConnection(*proxy.upstream, timeout=60)
            try:
                connection.request(self.command, self.path, body, dict(self.headers))
                answer = connection.getresponse()
                return answer.status, answer.getheader("Content-Type", ""), answer.read()
            finally:
                connection.close()

        def _fail(self, fault: Fault, operation: str, body: bytes) -> tuple[int, str, bytes]:
            if fault is Fault.GARBAGE:
                return 200, "application/x-amz-json-1.1", b"{" + body
            status, code = _CODES[fault]
            quoted = body.decode("utf-8", "replace")
            if fault is Fault.DENIED:
                # AWS's real text: it names the caller, the action and the resource, nothing of the request's body.
                quoted = (
                    f"User: arn:aws:iam::000000000000:user/u is not authorized to perform: {operation} on resource: *"
                )
            if "json" in self.headers.get("Content-Type", ""):
                return status, "application/x-amz-json-1.1", json.dumps({"__type": code, "message": quoted}).encode()
            text = (
                f"<ErrorResponse><Error><Type>Sender</Type><Code>{code}</Code><Message>{escape(quoted)}</Message></Error>"
                "<RequestId>r</RequestId></ErrorResponse>"
            )
            return status, "text/xml", text.encode()

        def log_message(self, format: str, *args: object) -> None:
            """Say nothing: the tests read what the command says."""

    return Handler


def _operation(target: str, body: bytes) -> str:
    """`PutParameter` of a JSON call's target, or of a query call's `Action`."""
    if target:
        return target.rpartition(".")[2]
    return parse_qs(body.decode("utf-8", "replace")).get("Action", [""])[0]
