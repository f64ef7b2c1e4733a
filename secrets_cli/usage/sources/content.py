"""The bytes of one log file, decompressed, within stated limits.

Memory is bounded whatever the file says of itself: data is taken in pieces, and the first piece over a limit ends it.
"""

from collections.abc import Iterator
from functools import partial
from itertools import chain
from pathlib import Path

from secrets_cli.usage.sources.files import why
from secrets_cli.usage.sources.inflate import fastest

LARGEST = 512 * 1024 * 1024
"""Bytes of one file, decompressed; CloudTrail delivers some tens of megabytes at most."""
FREE = 32 * 1024 * 1024
"""Decompressed bytes up to which the ratio is not looked at."""
RATIO = 250
"""Decompressed by compressed bytes, beyond FREE. CloudTrail's own files are at 5 to 30; gzip can reach 1,030."""
_READ = 64 * 1024
_PIECE = 256 * 1024
"""Decompressed bytes at a time: what fits into the processor's cache is read again without a wait."""
_GZIP = b"\x1f\x8b"


class BadFileError(Exception):
    """The file's bytes or records cannot be had; the text says why."""


class UnreadableFileError(BadFileError):
    """The file cannot be opened or read."""


class UnfetchedFileError(UnreadableFileError):
    """The object cannot be had from S3: denied, gone, throttled for too long."""


def read_bytes(path: str) -> bytearray:
    """The file's bytes, decompressed where they are gzip (told by content, not by name).

    Raises BadFileError: truncated, corrupt, or beyond LARGEST or RATIO; UnreadableFileError where the system refuses.
    """
    data = bytearray()
    for piece in read_pieces(path):
        data += piece
    return data


def read_pieces(path: str) -> Iterator[bytes]:
    """The same bytes in pieces, none of them empty; what was wrong with a piece is raised when it is asked for."""
    try:
        with Path(path).open("rb", buffering=0) as file:
            yield from pieces(iter(partial(file.read, _READ), b""))
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {why(error)}") from None


def pieces(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """The content of a file whose bytes come in blocks, decompressed as by `read_bytes`, in pieces."""
    first = b""
    for block in blocks:
        first += block
        if len(first) >= len(_GZIP):
            break
    whole = chain((first,), blocks) if first else blocks
    return _gunzipped(whole) if first.startswith(_GZIP) else _plain(whole)


def _plain(blocks: Iterator[bytes]) -> Iterator[bytes]:
    size = 0
    for block in blocks:
        size += len(block)
        _check_size(size)
        yield block


def _gunzipped(blocks: Iterator[bytes]) -> Iterator[bytes]:
    """All members of the file, one after the other, as gzip allows."""
    size = compressed = 0
    inflate = fastest()
    stream = inflate.stream()
    left = b""
    while True:
        if stream.eof:
            left = left.lstrip(b"\0")
            if left:
                _check_member(left, size)
                stream = inflate.stream()
        if not left:
            left = next(blocks, b"")
            compressed += len(left)
            if not left:
                break
            continue
        try:
            piece = stream.decompress(left, _PIECE)
        except inflate.error:
            raise BadFileError(f"corrupt gzip data after {size:,} decompressed bytes") from None
        left = stream.unused_data if stream.eof else stream.unconsumed_tail
        size += len(piece)
        _check_size(size)
        _check_ratio(size, compressed)
        if piece:
            yield piece
    if not stream.eof:
        raise BadFileError(f"truncated gzip data: ends after {size:,} decompressed bytes")


def _check_member(left: bytes, size: int) -> None:
    """A member follows a member; the block may end within its first two bytes."""
    if not _GZIP.startswith(left[: len(_GZIP)]):
        raise BadFileError(f"corrupt gzip data after {size:,} decompressed bytes")


def _check_size(size: int) -> None:
    if size > LARGEST:
        raise BadFileError(f"larger than {LARGEST:,} bytes: split it")


def _check_ratio(decompressed: int, compressed: int) -> None:
    if decompressed > FREE and decompressed > RATIO * compressed:
        raise BadFileError(f"decompresses to more than {RATIO} times its size: no log")
