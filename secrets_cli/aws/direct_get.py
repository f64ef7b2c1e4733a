"""GetObject without what the SDK does anew for each call, which is more than half of its time where objects are small.

The first object is got by the SDK, which finds the endpoint, the bucket's region and the address; the next ones are asked
for there, signed alike and over the SDK's own connections. Whatever is not a whole answer, the SDK is asked for again: so its
redirects, its retries and its errors are those of every other call.
"""

import re
import threading
import urllib.parse
from dataclasses import dataclass
from typing import Any

from secrets_cli.aws.target import Connection

_EVENT = "before-send.s3.GetObject"
_SCOPE = re.compile(r"AWS4-HMAC-SHA256 Credential=[^/]+/\d{8}/([^/]+)/s3/aws4_request")


@dataclass(frozen=True, slots=True)
class _Way:
    """How the bucket's objects are asked for."""

    address: str
    """What comes before the key."""
    region: str
    """That requests are signed for."""
    headers: tuple[tuple[str, str], ...]


class DirectGet:
    """The objects of one bucket, over one of the SDK's clients; used by many threads."""

    def __init__(self, connection: Connection, client: Any) -> None:
        self._connection = connection
        self._client = client
        self._sent = threading.local()
        self._way: _Way | None = None
        client.meta.events.register(_EVENT, self._note)

    def _note(self, request: Any, **_more: object) -> None:
        """What the SDK sends from this thread; after a redirect the last is the right one."""
        self._sent.request = request

    def learn(self, key: str) -> None:
        """Take the way from the call for `key` that this thread made last, which must have succeeded."""
        request = getattr(self._sent, "request", None)
        if self._way is not None or request is None:
            return
        scope = _SCOPE.match(_text(request.headers.get("Authorization", "")))
        address = request.url.removesuffix(_quoted(key))
        if scope and address != request.url and "?" not in address:
            agent = _text(request.headers.get("User-Agent", ""))
            self._way = _Way(address, scope[1], (("User-Agent", agent),))

    def get(self, key: str, size: int, headers: dict[str, str]) -> bytes | None:
        """The object's bytes; None where the way is not known, or not exactly `size` bytes came of it."""
        way = self._way
        if way is None:
            return None
        from botocore.auth import S3SigV4Auth
        from botocore.awsrequest import AWSRequest
        from botocore.credentials import Credentials
        from botocore.exceptions import HTTPClientError
        from urllib3.exceptions import HTTPError

        sent = {**dict(way.headers), **headers}
        request = AWSRequest("GET", way.address + _quoted(key), sent, stream_output=True)
        S3SigV4Auth(Credentials(*self._connection.credentials()), "s3", way.region).add_auth(request)
        try:
            answer = self._send(request.prepare())
            body: bytes = answer.content
        except (HTTPClientError, HTTPError):
            return None
        return body if answer.status_code == 200 and len(body) == size else None

    def _send(self, request: Any) -> Any:
        """As the SDK sends a request: handlers of `before-send` may answer in place of the network."""
        for _, answer in self._client.meta.events.emit(_EVENT, request=request):
            if answer is not None:
                return answer
        return self._client._endpoint.http_session.send(request)


def _quoted(key: str) -> str:
    """The key as the SDK writes it in an address."""
    return urllib.parse.quote(key, safe="/~")


def _text(value: str | bytes) -> str:
    return value.decode("latin-1") if isinstance(value, bytes) else value
