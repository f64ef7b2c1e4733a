"""A Lambda Runtime API on loopback, for the real runtime client (awslambdaric) to run a package under.

Source: https://docs.aws.amazon.com/lambda/latest/dg/runtimes-api.html
"""

import json
import os
import queue
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

ARN = "arn:aws:lambda:us-east-1:000000000000:function:get-secret"
_WAIT_SECONDS = 20


@dataclass(frozen=True, slots=True)
class Posted:
    """What the runtime reported: `response`, `error` or `init/error`, and its JSON."""

    kind: str
    document: Any


class _Api(BaseHTTPRequestHandler):
    protocol_version = "HTTP/1.1"
    events: "queue.Queue[tuple[str, bytes]]"
    posted: "queue.Queue[Posted]"

    def do_GET(self) -> None:  # the server's own name
        """`/2018-06-01/runtime/invocation/next`: waits for an event."""
        request_id, body = self.events.get()
        self.send_response(200)
        self.send_header("Lambda-Runtime-Aws-Request-Id", request_id)
        self.send_header("Lambda-Runtime-Deadline-Ms", str(int(time.time() * 1000) + 8_000))
        self.send_header("Lambda-Runtime-Invoked-Function-Arn", ARN)
        self.send_header("Lambda-Runtime-Trace-Id", "Root=1-0-0")
        self.send_header("Content-Type", "application/json")  # without it the runtime's native client ends at once
        self.send_header("Content-Length", str(len(body)))
        self.end_headers()
        self.wfile.write(body)

    def do_POST(self) -> None:
        """`/runtime/invocation/ID/response`, `.../ID/error` or `/runtime/init/error`."""
        body = self._body()
        kind = "init/error" if self.path.endswith("/init/error") else self.path.rpartition("/")[2]
        self.posted.put(Posted(kind, json.loads(body or b"null")))
        self.send_response(202)
        self.send_header("Content-Length", "0")
        self.end_headers()

    def _body(self) -> bytes:
        if self.headers.get("Transfer-Encoding") != "chunked":
            return self.rfile.read(int(self.headers.get("Content-Length", 0)))
        found = b""
        while size := int(self.rfile.readline().strip() or b"0", 16):
            found += self.rfile.read(size)
            self.rfile.readline()
        self.rfile.readline()
        return found

    def log_message(self, format: str, *args: object) -> None:
        """Nothing: the test's output is not an access log."""


@dataclass(slots=True)
class Runtime:
    """A package running under awslambdaric."""

    api: type[_Api]
    log: Path
    process: "subprocess.Popen[bytes]"

    def invoke(self, event: object, request_id: str = "request-1") -> Posted:
        """What the runtime reports for an event."""
        self.api.events.put((request_id, json.dumps(event).encode()))
        return self.report()

    def report(self) -> Posted:
        """What the runtime reports next."""
        return self.api.posted.get(timeout=_WAIT_SECONDS)

    def logged(self) -> str:
        """All it has printed so far."""
        return self.log.read_text(encoding="utf-8")


@contextmanager
def running(folder: Path, handler: str, environment: Mapping[str, str]) -> Iterator[Runtime]:
    """Run the unpacked package in `folder` as Lambda would; ended at the end."""
    api = type("Api", (_Api,), {"events": queue.Queue(), "posted": queue.Queue()})
    server = ThreadingHTTPServer(("127.0.0.1", 0), api)
    threading.Thread(target=server.serve_forever, daemon=True).start()
    given = {
        "PATH": os.environ["PATH"],
        "AWS_LAMBDA_RUNTIME_API": f"127.0.0.1:{server.server_port}",
        "AWS_LAMBDA_FUNCTION_NAME": "get-secret",
        "AWS_LAMBDA_FUNCTION_VERSION": "$LATEST",
        "AWS_LAMBDA_FUNCTION_MEMORY_SIZE": "256",
        "LAMBDA_TASK_ROOT": str(folder),
        **environment,
    }
    log = folder.parent / "runtime.log"
    with log.open("wb") as output:
        command = [sys.executable, "-m", "awslambdaric", handler]
        process = subprocess.Popen(command, cwd=folder, env=given, stdout=output, stderr=subprocess.STDOUT)
    try:
        yield Runtime(api, log, process)
    finally:
        process.terminate()
        process.wait(10)
        server.shutdown()
        server.server_close()
