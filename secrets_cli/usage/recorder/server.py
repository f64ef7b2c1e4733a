"""The proxy: a loopback HTTP server that passes calls on to the endpoint, answers back, and tells the recording of both.

Bodies pass in pieces, so a call of any size takes little memory; only what a record needs is kept. It is bound to 127.0.0.1
alone. Where the endpoint does not answer, the client gets 502 with the reason, and the report a note.
"""

import http.client
import json
import select
import ssl
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from typing import Final

from secrets_cli.aws.wire import WireAnswer, WireRequest
from secrets_cli.errors import ConfigurationError
from secrets_cli.usage.recorder.bodies import PIECE, BadBody, Copy, answer_kept, pieces_of, request_kept
from secrets_cli.usage.recorder.records import Exchange
from secrets_cli.usage.recorder.scope import Scope, scope_of
from secrets_cli.usage.recorder.upstreams import CannotPassOn, Onward, Place, Upstream

_SECONDS: Final = 900.0
"""How long the endpoint may take to answer: as long as a function may run."""
_HOP = frozenset(["connection", "keep-alive", "proxy-connection", "te", "upgrade", "expect"])
"""Headers that are about one connection."""


@dataclass(frozen=True, slots=True)
class Hearing:
    """What the proxy tells of."""

    hear: Callable[[Exchange], None]
    note: Callable[[str], None]


class Proxy(ThreadingHTTPServer):
    """The server, its threads, and where calls go."""

    daemon_threads = True
    allow_reuse_address = True
    request_queue_size = 128

    def __init__(self, port: int, upstream: Upstream, hearing: Hearing) -> None:
        try:
            super().__init__(("127.0.0.1", port), _Handler)
        except OSError as error:
            why = (error.strerror or "unknown error").lower()
            raise ConfigurationError(
                f"cannot listen on port {port}: {why}", "give another `--port`, or none for a free one"
            ) from None
        self.upstream = upstream
        self.hearing = hearing
        self.busy = _Busy()

    @property
    def url(self) -> str:
        """`http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def handle_error(self, request: object, client_address: object) -> None:  # the base class's
        """A client that left is no news; nothing is printed."""


class _Busy:
    """How many calls are on their way."""

    def __init__(self) -> None:
        self._calls = 0
        self._changed = threading.Condition()

    @contextmanager
    def one(self) -> Iterator[None]:
        """A call that is on its way."""
        with self._changed:
            self._calls += 1
        try:
            yield
        finally:
            with self._changed:
                self._calls -= 1
                self._changed.notify_all()

    def wait(self, seconds: float) -> bool:
        """Until none is on its way; whether that came about in time."""
        with self._changed:
            return self._changed.wait_for(lambda: self._calls == 0, seconds)


@contextmanager
def serving(proxy: Proxy) -> Iterator[str]:
    """Serve until the end of the block; answers the proxy's URL. Calls on their way get some seconds to end."""
    thread = threading.Thread(target=proxy.serve_forever, kwargs={"poll_interval": 0.1}, name="proxy", daemon=True)
    thread.start()
    try:
        yield proxy.url
    finally:
        proxy.shutdown()
        thread.join()
        if not proxy.busy.wait(5.0):
            proxy.hearing.note("calls were on their way when the recording ended; they are not recorded")
        proxy.server_close()


class _Handler(BaseHTTPRequestHandler):
    """One client's connection, and one of its own to the endpoint."""

    server: Proxy
    protocol_version = "HTTP/1.1"
    disable_nagle_algorithm = True
    timeout = 600.0

    def setup(self) -> None:
        super().setup()
        self._onward: http.client.HTTPConnection | None = None
        self._place: Place | None = None

    def finish(self) -> None:
        with suppress(OSError):
            super().finish()
        if self._onward is not None:
            self._onward.close()

    def _call(self) -> None:
        """One call."""
        with self.server.busy.one():
            at = datetime.now(UTC)
            path, _, query = self.path.partition("?")
            headers = {name.lower(): value for name, value in self.headers.items()}
            request = WireRequest(self.command, path, query, headers, None)
            scope = scope_of(request)
            copy = Copy(request_kept(request, scope))
            try:
                answer, received = self._passed(request, scope, copy)
            except BadBody:
                self.close_connection = True
                return
            except CannotPassOn as reason:
                self.server.hearing.note(str(reason))
                self._refuse(str(reason))
                return
            whole = WireRequest(self.command, path, query, headers, copy.body())
            self.server.hearing.hear(Exchange(whole, answer, scope, at, copy.size, received))

    do_GET = do_PUT = do_POST = do_DELETE = do_HEAD = do_PATCH = do_OPTIONS = _call  # noqa: N815  # the base class's names

    def _passed(self, request: WireRequest, scope: Scope, copy: Copy) -> tuple[WireAnswer, int]:
        """Pass the call on and its answer back; the answer, and the bytes of its body."""
        body = _copied(pieces_of(self.rfile.read, self.rfile.readline, request.headers), copy)
        if self.server.upstream.needs_body(request, scope):
            whole = b"".join(body)
            request = WireRequest(request.method, request.path, request.query, request.headers, whole)
            body = iter([whole] if whole else [])
        headers = [(name, value) for name, value in self.headers.items() if name.lower() not in _HOP]
        try:
            onward = self.server.upstream.onward(request, scope, headers)
            answer = self._sent(onward, body, request)
        except CannotPassOn:
            for _ in body:  # read to its end, so that the client can read the answer
                pass
            raise
        return self._back(answer, scope)

    def _sent(self, onward: Onward, body: Iterator[bytes], request: WireRequest) -> http.client.HTTPResponse:
        """Send the call; the head of its answer."""
        connection = self._connected(onward.place)
        chunked = "chunked" in request.headers.get("transfer-encoding", "").lower() and not onward.length
        length = onward.length or request.headers.get("content-length", "")
        try:
            connection.putrequest(request.method, onward.target, skip_host=True, skip_accept_encoding=True)
            for name, value in onward.headers:
                if name.lower() not in ("content-length", "transfer-encoding"):
                    connection.putheader(name, value)
            if chunked:
                connection.putheader("Transfer-Encoding", "chunked")
            elif length:
                connection.putheader("Content-Length", length)
            connection.endheaders()
            _send_body(connection, onward.decode(body) if onward.decode else body, chunked=chunked)
            return connection.getresponse()
        except (OSError, http.client.HTTPException) as error:
            connection.close()
            self._onward = None
            raise CannotPassOn(f"no answer from {onward.place}: {_why(error)}") from None

    def _connected(self, place: Place) -> http.client.HTTPConnection:
        """The connection to the endpoint: the one there is, unless it was closed or goes elsewhere."""
        known = self._onward
        if known is not None and self._place == place and known.sock is not None and not _has_ended(known):
            return known
        if known is not None:
            known.close()
        if place.is_tls:
            context = ssl.create_default_context()
            made: http.client.HTTPConnection = http.client.HTTPSConnection(
                place.host, place.port, timeout=_SECONDS, context=context
            )
        else:
            made = http.client.HTTPConnection(place.host, place.port, timeout=_SECONDS)
        self._onward, self._place = made, place
        return made

    def _back(self, answer: http.client.HTTPResponse, scope: Scope) -> tuple[WireAnswer, int]:
        """Give the answer to the client, as it comes."""
        has_body = self.command != "HEAD" and answer.status not in (204, 304) and answer.status >= 200
        chunked = has_body and answer.getheader("Content-Length") is None
        self.send_response_only(answer.status, answer.reason)
        for name, value in answer.getheaders():
            if name.lower() not in ("transfer-encoding", "connection", "keep-alive"):
                self.send_header(name, value)
        if chunked:
            self.send_header("Transfer-Encoding", "chunked")
        copy = Copy(answer_kept(scope, answer.status, answer.getheader("Content-Type", "")))
        body = self._pieces(answer, scope)
        with suppress(ConnectionError):  # the client left: what it asked for was done all the same
            self.end_headers()
        self._pass_back(body, copy, chunked=chunked)
        answer.close()  # `read1` leaves it open at its end, and the connection unusable
        if answer.will_close and self._onward is not None:
            self._onward.close()
        headers = {name.lower(): value for name, value in answer.getheaders()}
        return WireAnswer(answer.status, headers, copy.body()), copy.size

    def _pieces(self, answer: http.client.HTTPResponse, scope: Scope) -> Iterator[bytes]:
        """The answer's body as it comes; of STS at once, so that its keys are known before the client uses them."""
        if scope.service == "sts" or (not scope.access_key and "text/xml" in answer.getheader("Content-Type", "")):
            whole = answer.read()
            self.server.upstream.overhear(whole)
            return iter([whole] if whole else [])
        return iter(lambda: answer.read1(PIECE), b"")

    def _pass_back(self, pieces: Iterator[bytes], copy: Copy, *, chunked: bool) -> None:
        try:
            for piece in pieces:
                copy.add(piece)
                self.wfile.write(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
            if chunked:
                self.wfile.write(b"0\r\n\r\n")
        except (OSError, http.client.HTTPException):
            # Either side broke off: the other one has to see that too.
            self.close_connection = True
            if self._onward is not None:
                self._onward.close()

    def _refuse(self, reason: str) -> None:
        body = json.dumps({"__type": "RecorderUpstreamFailure", "message": f"usage record: {reason}"}).encode()
        with suppress(ConnectionError):
            self.send_response_only(502)
            self.send_header("Content-Type", "application/json")
            self.send_header("x-amzn-errortype", "RecorderUpstreamFailure")
            self.send_header("Content-Length", str(len(body)))
            self.end_headers()
            if self.command != "HEAD":
                self.wfile.write(body)

    def log_message(self, format: str, *args: object) -> None:  # the base class's name
        """Say nothing: what is worth telling is told in the report."""


def _copied(pieces: Iterator[bytes], copy: Copy) -> Iterator[bytes]:
    for piece in pieces:
        copy.add(piece)
        yield piece


def _send_body(connection: http.client.HTTPConnection, pieces: Iterator[bytes], *, chunked: bool) -> None:
    """Send the body; where the endpoint answers before its end, the rest is read and dropped."""
    try:
        for piece in pieces:
            connection.send(b"%x\r\n%b\r\n" % (len(piece), piece) if chunked else piece)
        if chunked:
            connection.send(b"0\r\n\r\n")
    except (BrokenPipeError, ConnectionResetError):
        for _ in pieces:
            pass


def _has_ended(connection: http.client.HTTPConnection) -> bool:
    """Whether the other side closed a connection that nothing is expected on."""
    readable, _, _ = select.select([connection.sock], [], [], 0)
    return bool(readable)


def _why(error: Exception) -> str:
    if isinstance(error, TimeoutError):
        return "it took too long"
    if isinstance(error, OSError):
        return (error.strerror or type(error).__name__).lower()
    return "it ended the connection"
