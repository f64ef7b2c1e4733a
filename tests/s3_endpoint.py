"""A small S3 on loopback, in memory: ListObjectsV2 and GetObject, as fast as Python answers, with faults on demand.

It checks no signature. What it does as S3: keys in byte order, delimiter, start-after, continuation, ETag and If-Match, 404,
503 SlowDown, bodies that break off, a redirect to the bucket's region, archived objects.
"""

import bisect
import hashlib
import random
import re
import socketserver
import threading
import time
import urllib.parse
from collections import Counter
from collections.abc import Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass, field
from xml.sax.saxutils import escape

_PAGE = 1000
_REGION_SIGNED_FOR = re.compile(rb"Credential=[^/]+/\d+/([^/]+)/s3", re.IGNORECASE)


@dataclass(slots=True)
class Faults:
    """What goes wrong."""

    slow_down: float = 0.0
    """Share of calls answered 503 SlowDown."""
    broken: float = 0.0
    """Share of bodies that end early."""
    region: str = ""
    """Where the bucket is; calls signed for another are redirected. Empty: everywhere."""
    of_keys: Mapping[str, tuple[int, str, str]] = field(default_factory=dict)
    """Key -> status, code and message of each GET of it."""
    delay: float = 0.0
    """Seconds before each answer."""


class S3Endpoint(socketserver.ThreadingTCPServer):
    """The server; `url` is its address."""

    allow_reuse_address = True
    daemon_threads = True
    request_queue_size = 512

    def __init__(self, objects: Mapping[str, bytes], bucket: str = "logs", faults: Faults | None = None) -> None:
        super().__init__(("127.0.0.1", 0), _Connection)
        self.bucket = bucket
        self.faults = faults or Faults()
        self.objects = dict(objects)
        self.keys = sorted(self.objects)
        self.etags = {key: f'"{hashlib.md5(body, usedforsecurity=False).hexdigest()}"' for key, body in objects.items()}
        self.random = random.Random(7)
        self.calls: Counter[str] = Counter()
        """How often each kind of call was answered: `LIST`, `GET`, and the faults."""
        self.listed: list[str] = []
        """The prefixes that were listed."""
        self.got: list[str] = []
        """The keys that were asked for."""

    @property
    def url(self) -> str:
        """Such as `http://127.0.0.1:40123`."""
        return f"http://127.0.0.1:{self.server_address[1]}"

    def answer(self, target: str, headers: bytes) -> tuple[int, dict[str, str], bytes]:
        """Status, headers and body of a GET or HEAD of `target`."""
        path, _, query = target.partition("?")
        bucket, _, key = urllib.parse.unquote(path).lstrip("/").partition("/")
        if self.faults.delay:
            time.sleep(self.faults.delay)
        if bucket != self.bucket:
            return _error(404, "NoSuchBucket", "The specified bucket does not exist")
        signed = _REGION_SIGNED_FOR.search(headers)
        if self.faults.region and signed and signed[1].decode() != self.faults.region:
            self.calls["redirected"] += 1
            status, fields, body = _error(301, "PermanentRedirect", "use another endpoint")
            return status, fields | {"x-amz-bucket-region": self.faults.region}, body
        if self.faults.slow_down and self.random.random() < self.faults.slow_down:
            self.calls["SlowDown"] += 1
            return _error(503, "SlowDown", "Please reduce your request rate.")
        return self._object(key, headers) if key else self._page(query)

    def _object(self, key: str, headers: bytes) -> tuple[int, dict[str, str], bytes]:
        self.calls["GET"] += 1
        self.got.append(key)
        if key in self.faults.of_keys:
            return _error(*self.faults.of_keys[key])
        body = self.objects.get(key)
        if body is None:
            return _error(404, "NoSuchKey", "The specified key does not exist.")
        wanted = re.search(rb"\r\nif-match: *([^\r]+)", headers, re.IGNORECASE)
        if wanted and wanted[1].decode() != self.etags[key]:
            return _error(412, "PreconditionFailed", "At least one of the pre-conditions did not hold")
        return 200, {"ETag": self.etags[key]}, body

    def _page(self, query: str) -> tuple[int, dict[str, str], bytes]:
        self.calls["LIST"] += 1
        asked = dict(urllib.parse.parse_qsl(query, keep_blank_values=True))
        prefix, delimiter = asked.get("prefix", ""), asked.get("delimiter", "")
        self.listed.append(prefix)
        start = asked.get("continuation-token") or asked.get("start-after") or ""
        place = max(bisect.bisect_right(self.keys, start), bisect.bisect_left(self.keys, prefix))
        found: list[str] = []
        count, last = 0, ""
        while place < len(self.keys) and self.keys[place].startswith(prefix) and count < _PAGE:
            key = self.keys[place]
            end = key.find(delimiter, len(prefix)) if delimiter else -1
            count += 1
            if end < 0:
                size = len(self.objects[key])
                found.append(
                    f"<Contents><Key>{_quoted(key)}</Key><LastModified>2026-09-01T00:00:00.000Z</LastModified>"
                    f"<ETag>{escape(self.etags[key])}</ETag><Size>{size}</Size><StorageClass>STANDARD</StorageClass></Contents>"
                )
                last, place = key, place + 1
            else:
                folder = key[: end + len(delimiter)]
                found.append(f"<CommonPrefixes><Prefix>{_quoted(folder)}</Prefix></CommonPrefixes>")
                last = folder + "\U0010ffff"
                place = bisect.bisect_right(self.keys, last)
        is_more = place < len(self.keys) and self.keys[place].startswith(prefix)
        token = f"<NextContinuationToken>{escape(last)}</NextContinuationToken>" if is_more else ""
        text = (
            '<?xml version="1.0" encoding="UTF-8"?><ListBucketResult xmlns="http://s3.amazonaws.com/doc/2006-03-01/">'
            f"<Name>{self.bucket}</Name><Prefix>{_quoted(prefix)}</Prefix><KeyCount>{count}</KeyCount><EncodingType>url"
            f"</EncodingType><IsTruncated>{str(is_more).lower()}</IsTruncated>{token}{''.join(found)}</ListBucketResult>"
        )
        return 200, {"Content-Type": "application/xml"}, text.encode()


def _quoted(key: str) -> str:
    return urllib.parse.quote(key)


def _error(status: int, code: str, message: str) -> tuple[int, dict[str, str], bytes]:
    text = (
        f'<?xml version="1.0" encoding="UTF-8"?><Error><Code>{code}</Code><Message>{escape(message)}</Message></Error>'
    )
    return status, {"Content-Type": "application/xml"}, text.encode()


class _Connection(socketserver.StreamRequestHandler):
    """One client: requests without bodies, one after the other."""

    server: S3Endpoint
    disable_nagle_algorithm = True
    wbufsize = -1

    def handle(self) -> None:
        while head := self._head():
            method, target, _ = head.split(b" ", 2)
            status, fields, body = self.server.answer(target.decode(), head)
            faults = self.server.faults
            is_broken = bool(faults.broken and status == 200 and self.server.random.random() < faults.broken)
            lines = [f"HTTP/1.1 {status} X", f"Content-Length: {len(body)}", *(f"{n}: {v}" for n, v in fields.items())]
            self.wfile.write("\r\n".join([*lines, "", ""]).encode())
            if method != b"HEAD":
                self.wfile.write(body[: len(body) // 2] if is_broken else body)
            self.wfile.flush()
            if is_broken:
                self.server.calls["broken"] += 1
                return

    def _head(self) -> bytes:
        head = bytearray()
        try:
            while line := self.rfile.readline():
                head += line
                if line == b"\r\n":
                    return bytes(head)
        except OSError:
            pass
        return b""


@contextmanager
def serving(objects: Mapping[str, bytes], bucket: str = "logs", faults: Faults | None = None) -> Iterator[S3Endpoint]:
    """The server, answering in threads of this process."""
    with S3Endpoint(objects, bucket, faults) as server:
        thread = threading.Thread(target=server.serve_forever, kwargs={"poll_interval": 0.05}, daemon=True)
        thread.start()
        try:
            yield server
        finally:
            server.shutdown()
            thread.join()
