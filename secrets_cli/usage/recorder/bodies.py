"""Bodies on their way through: read from the client as they come, kept only where the record needs them.

An object's content is never kept, whatever its size: it passes by in pieces.
"""

from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass, field
from typing import Final, TypeAlias

from secrets_cli.aws.wire import WireRequest
from secrets_cli.usage.recorder.scope import Scope

PIECE: Final = 65_536
REQUEST_KEPT: Final = 96 * 1024 * 1024
"""Bytes: a function's zip in JSON fits."""
ANSWER_KEPT: Final = 8 * 1024 * 1024
_S3_SERVICES: Final = ("s3", "s3express", "s3-object-lambda", "s3-outposts", "")


_Read: TypeAlias = Callable[[int], bytes]


class BadBody(Exception):
    """The client's body is not what its headers say."""


@dataclass(slots=True)
class Copy:
    """What is kept of a body that passes by."""

    most: int
    """Bytes; of a longer body nothing is kept."""
    size: int = 0
    """Bytes that passed."""
    _pieces: list[bytes] = field(default_factory=list)

    def add(self, piece: bytes) -> None:
        """A piece that passes."""
        self.size += len(piece)
        if self.size <= self.most:
            self._pieces.append(piece)
        else:
            self._pieces.clear()

    def body(self) -> bytes | None:
        """The whole body, or None where it was not kept."""
        return b"".join(self._pieces) if self.size <= self.most else None


def request_kept(request: WireRequest, scope: Scope) -> int:
    """How much of a request's body may be kept: nothing of an object's content."""
    if scope.service not in _S3_SERVICES or "x-www-form-urlencoded" in request.headers.get("content-type", ""):
        return REQUEST_KEPT
    names = {name for name, _ in request.query_pairs}
    is_object = request.method in ("PUT", "POST") and not names - {"partNumber", "uploadId", "x-id", "append"}
    return 0 if is_object else ANSWER_KEPT


def answer_kept(scope: Scope, status: int, kind: str) -> int:
    """How much of an answer's body may be kept: of S3 errors alone, of streams nothing."""
    if status >= 300:
        return PIECE * 4
    if (scope.service in _S3_SERVICES and scope.service) or "eventstream" in kind:
        return 0
    return ANSWER_KEPT


def pieces_of(read: _Read, readline: _Read, headers: Mapping[str, str]) -> Iterator[bytes]:
    """The body that a client sends, by its length or in HTTP's chunks. Raises BadBody where it ends before its end."""
    if "chunked" in headers.get("transfer-encoding", "").lower():
        yield from _chunks(read, readline)
        return
    length = headers.get("content-length", "0")
    if not length.isdecimal():
        raise BadBody("content-length is no number")
    yield from _exactly(read, int(length))


def _exactly(read: _Read, left: int) -> Iterator[bytes]:
    while left:
        piece = read(min(PIECE, left))
        if not piece:
            raise BadBody("the client left before the end of its request")
        left -= len(piece)
        yield piece


def _chunks(read: _Read, readline: _Read) -> Iterator[bytes]:
    """https://www.rfc-editor.org/rfc/rfc9112#section-7.1; trailers are read and dropped."""
    while size := _chunk_size(readline(PIECE)):
        yield from _exactly(read, size)
        readline(PIECE)
    while readline(PIECE).strip():
        pass


def _chunk_size(line: bytes) -> int:
    try:
        return int(line.split(b";")[0].strip(), 16)
    except ValueError:
        raise BadBody("a chunk has no size") from None


def without_aws_chunks(pieces: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a body in S3's own signed chunks, without their signatures and trailers.

    https://docs.aws.amazon.com/AmazonS3/latest/API/sigv4-streaming.html
    """
    source = _Reader(pieces)
    while size := _chunk_size(source.line()):
        yield from _exactly(source.read, size)
        source.line()
    for _ in pieces:
        pass


class _Reader:
    """Lines and bytes out of pieces."""

    def __init__(self, pieces: Iterator[bytes]) -> None:
        self._pieces = pieces
        self._buffer = b""

    def read(self, most: int) -> bytes:
        """At most so many bytes; none at the end."""
        if not self._buffer:
            self._buffer = next(self._pieces, b"")
        found, self._buffer = self._buffer[:most], self._buffer[most:]
        return found

    def line(self) -> bytes:
        """Up to the next line feed."""
        while b"\n" not in self._buffer:
            piece = next(self._pieces, b"")
            if not piece or len(self._buffer) > PIECE:
                raise BadBody("a chunk has no end")
            self._buffer += piece
        found, _, self._buffer = self._buffer.partition(b"\n")
        return found
