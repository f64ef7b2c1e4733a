"""Where the calls go: an emulator, as they are, or AWS's own endpoints, signed anew.

An emulator gets the request with its `Host`, which the signature covers. For AWS the key that signed must be known with its
secret: the environment's own, or one that STS handed out while it was listened to; these stay in memory.
"""

import re
import threading
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from functools import lru_cache
from typing import Protocol
from urllib.parse import urlsplit

from secrets_cli.aws.resigning import S3_SERVICES, KeyPair, aws_host, has_signed_chunks, resigned
from secrets_cli.aws.service_models import ServiceModels
from secrets_cli.aws.wire import WireRequest
from secrets_cli.errors import ConfigurationError
from secrets_cli.secret_value import SecretValue
from secrets_cli.usage.recorder.bodies import without_aws_chunks
from secrets_cli.usage.recorder.scope import Scope


@dataclass(frozen=True, slots=True)
class Place:
    """What to connect to."""

    host: str
    port: int
    is_tls: bool

    def __str__(self) -> str:
        return f"{'https' if self.is_tls else 'http'}://{self.host}:{self.port}"


@dataclass(frozen=True, slots=True)
class Onward:
    """How a request goes on."""

    place: Place
    target: str
    """Path and query."""
    headers: list[tuple[str, str]]
    decode: Callable[[Iterator[bytes]], Iterator[bytes]] | None = None
    """What the body goes through; with it the length is the decoded one."""
    length: str = ""
    """`Content-Length`, where it is not the client's."""


class CannotPassOn(Exception):
    """The request cannot be sent; the text says why, for the client and for the report."""


class Upstream(Protocol):
    """Where requests go."""

    def needs_body(self, request: WireRequest, scope: Scope) -> bool:
        """Whether the whole body has to be there to send the head."""

    def onward(self, request: WireRequest, scope: Scope, headers: list[tuple[str, str]]) -> Onward:
        """How the request goes on. Raises CannotPassOn."""

    def overhear(self, answer: bytes) -> None:
        """An answer of STS, before the client has it."""


@dataclass(frozen=True, slots=True)
class Emulator:
    """One endpoint that takes every call."""

    place: Place

    def needs_body(self, request: WireRequest, scope: Scope) -> bool:  # noqa: ARG002  # the protocol's
        """Never."""
        return False

    def onward(self, request: WireRequest, scope: Scope, headers: list[tuple[str, str]]) -> Onward:  # noqa: ARG002  # likewise
        """As it is, `Host` too."""
        return Onward(self.place, f"{request.path}?{request.query}" if request.query else request.path, headers)

    def overhear(self, answer: bytes) -> None:
        """Nothing: the emulator checks its own signatures."""


_HANDED_OUT = re.compile(rb"<(AccessKeyId|SecretAccessKey|SessionToken)>([^<]+)</")


def _handed_out(answer: bytes) -> KeyPair | None:
    found = {name.decode(): value.decode("ascii", "replace") for name, value in _HANDED_OUT.findall(answer)}
    if len(found) < 3:
        return None
    return KeyPair(found["AccessKeyId"], SecretValue(found["SecretAccessKey"]), SecretValue(found["SessionToken"]))


def emulator(url: str) -> Emulator:
    """The endpoint at a URL. Raises ConfigurationError where it is none, or has a path."""
    try:
        parts = urlsplit(url)
        port = parts.port or (443 if parts.scheme == "https" else 80)
    except ValueError:
        parts, port = urlsplit(""), 0
    if parts.scheme not in ("http", "https") or not parts.hostname or parts.path not in ("", "/"):
        raise ConfigurationError(
            f"`{url}` is no endpoint", "give `--upstream http(s)://host[:port]`, or `--upstream aws`"
        )
    return Emulator(Place(parts.hostname, port, parts.scheme == "https"))


class Aws:
    """AWS's own endpoints."""

    def __init__(self, models: ServiceModels, own: KeyPair, region: str) -> None:
        self._region = region
        self._keys = {own.access_key: own}
        self._lock = threading.Lock()
        self._host = lru_cache(maxsize=256)(lambda service, region: aws_host(service, region, models))

    def overhear(self, answer: bytes) -> None:
        """Take the credentials that STS hands out."""
        keys = _handed_out(answer)
        if keys is not None:
            with self._lock:
                self._keys[keys.access_key] = keys

    def needs_body(self, request: WireRequest, scope: Scope) -> bool:
        """Unless the client signed the body's hash, or S3 takes it unsigned."""
        return scope.service not in S3_SERVICES and "x-amz-content-sha256" not in request.headers

    def onward(self, request: WireRequest, scope: Scope, headers: list[tuple[str, str]]) -> Onward:
        """Signed anew for the endpoint of the service and region in the scope."""
        if not scope.access_key:
            return self._unsigned(request, headers)
        with self._lock:
            keys = self._keys.get(scope.access_key)
        if keys is None:
            raise CannotPassOn(f"no credentials for the key `{scope.access_key}`: its calls cannot be signed for AWS")
        host = self._host(scope.service, scope.region)
        told = resigned(request, host, scope.service, scope.region, keys)
        sent: Mapping[str, str] = {name: value for name, value in told.headers.items() if name.lower() != "host"}
        decoded = has_signed_chunks(request)
        return Onward(
            Place(host, 443, is_tls=True),
            told.target,
            [("Host", host), *sent.items()],
            without_aws_chunks if decoded else None,
            request.headers.get("x-amz-decoded-content-length", "") if decoded else "",
        )

    def _unsigned(self, request: WireRequest, headers: list[tuple[str, str]]) -> Onward:
        """What needs no signature: roles assumed with a token of another identity provider, asked of STS."""
        if b"Action=AssumeRoleWith" not in (request.body or b"") + request.query.encode():
            raise CannotPassOn("an unsigned call: AWS's endpoint for it cannot be told")
        host = self._host("sts", self._region)
        target = f"{request.path}?{request.query}" if request.query else request.path
        others = [(name, value) for name, value in headers if name.lower() != "host"]
        return Onward(Place(host, 443, is_tls=True), target, [("Host", host), *others])
