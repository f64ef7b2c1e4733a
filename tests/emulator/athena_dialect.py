"""A loopback proxy before the emulator's Athena, which runs DuckDB: queries written for Trino are turned into its dialect.

So the command under test sends what it would send to AWS, and the same records are grouped by it. A changed request is signed
anew, with the emulator's own key.
"""

import http.client
import json
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from urllib.parse import urlsplit

import sqlglot
from botocore.auth import SigV4Auth
from botocore.awsrequest import AWSRequest
from botocore.credentials import Credentials

from tests.emulator.server import REGION, ROOT_KEY, ROOT_SECRET

_START = "AmazonAthena.StartQueryExecution"
_NOT_PASSED_ON = frozenset({"connection", "keep-alive", "transfer-encoding", "content-length", "date", "server"})


class Seen:
    """The queries that came, as they came; `slow_states` answers of RUNNING are put before the emulator's own."""

    def __init__(self, upstream: str) -> None:
        self.upstream = upstream
        self.queries: list[str] = []
        self.operations: list[str] = []
        self.running = 0
        """How many more times GetQueryExecution says that the query runs."""


@contextmanager
def translating(upstream: str) -> Iterator[tuple[str, Seen]]:
    """Run the proxy on a free loopback port; answers its URL, and what it saw."""
    seen = Seen(upstream)

    class Handler(_Handler):
        told = seen

    server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
    thread = threading.Thread(target=server.serve_forever, daemon=True)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}", seen
    finally:
        server.shutdown()
        server.server_close()
        thread.join()


class _Handler(BaseHTTPRequestHandler):
    told: Seen
    protocol_version = "HTTP/1.1"

    def do_POST(self) -> None:
        body = self.rfile.read(int(self.headers.get("Content-Length") or 0))
        headers = dict(self.headers.items())
        target = self.headers.get("X-Amz-Target", "")
        if target.startswith("AmazonAthena."):
            self.told.operations.append(target.partition(".")[2])
        if target == _START:
            body, headers = self._translated(body)
        status, answered, answer = self._pass_on(body, headers)
        if target.endswith(".GetQueryExecution") and self.told.running:
            self.told.running -= 1
            answer = _still_running(answer)
        self.send_response(status)
        for name, value in answered:
            self.send_header(name, value)
        self.send_header("Content-Length", str(len(answer)))
        self.end_headers()
        if self.command != "HEAD":
            self.wfile.write(answer)

    do_GET = do_PUT = do_DELETE = do_HEAD = do_POST  # noqa: N815  # the base class's names

    def _translated(self, body: bytes) -> tuple[bytes, dict[str, str]]:
        asked = json.loads(body)
        self.told.queries.append(asked["QueryString"])
        asked["QueryString"] = sqlglot.transpile(asked["QueryString"], read="athena", write="duckdb")[0]
        changed = json.dumps(asked).encode()
        kept = {"X-Amz-Target": _START, "Content-Type": self.headers["Content-Type"]}
        request = AWSRequest("POST", f"{self.told.upstream}{self.path}", kept, changed)
        SigV4Auth(Credentials(ROOT_KEY, ROOT_SECRET), "athena", REGION).add_auth(request)
        signed = {**dict(request.headers.items()), "Content-Length": str(len(changed))}
        return changed, {"Host": urlsplit(self.told.upstream).netloc, **signed}

    def _pass_on(self, body: bytes, headers: dict[str, str]) -> tuple[int, list[tuple[str, str]], bytes]:
        upstream = http.client.HTTPConnection(urlsplit(self.told.upstream).netloc, timeout=60)
        try:
            upstream.putrequest(self.command, self.path, skip_host=True, skip_accept_encoding=True)
            for name, value in headers.items():
                upstream.putheader(name, value)
            upstream.endheaders(body)
            answer = upstream.getresponse()
            passed = [(name, value) for name, value in answer.getheaders() if name.lower() not in _NOT_PASSED_ON]
            return answer.status, passed, answer.read()
        finally:
            upstream.close()

    def log_message(self, format: str, *arguments: object) -> None:
        """Nothing: pytest shows what fails."""


def _still_running(answer: bytes) -> bytes:
    document = json.loads(answer)
    document["QueryExecution"]["Status"] = {"State": "RUNNING"}
    return json.dumps(document).encode()
