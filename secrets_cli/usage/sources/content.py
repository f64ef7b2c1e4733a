"""The bytes of one log file, decompressed, within stated limits.

Memory is bounded whatever the file says of itself: data is taken in pieces, and the first piece over a limit ends it.
"""

from pathlib import Path
from typing import IO

from secrets_cli.usage.sources.files import why
from secrets_cli.usage.sources.inflate import Inflate, Stream, fastest

LARGEST = 512 * 1024 * 1024
"""Bytes of one file, decompressed; CloudTrail delivers some tens of megabytes at most."""
FREE = 32 * 1024 * 1024
"""Decompressed bytes up to which the ratio is not looked at."""
RATIO = 250
"""Decompressed by compressed bytes, beyond FREE. CloudTrail's own files are at 5 to 30; gzip can reach 1,030."""
_PIECE = 1024 * 1024
_GZIP = b"\x1f\x8b"


class BadFileError(Exception):
    """The file's bytes or records cannot be had; the text says why."""


class UnreadableFileError(BadFileError):
    """The file cannot be opened or read."""


def read_bytes(path: str) -> bytearray:
    """The file's bytes, decompressed where they are gzip (told by content, not by name).

    Raises BadFileError: truncated, corrupt, or beyond LARGEST or RATIO; UnreadableFileError where the system refuses.
    """
    try:
        with Path(path).open("rb") as file:
            return read_stream(file)
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {why(error)}") from None


def read_stream(file: IO[bytes]) -> bytearray:
    """The stream's bytes, as `read_bytes` has a file's. Raises BadFileError, and what the stream raises."""
    first = file.read(_PIECE)
    return _gunzipped(file, first) if first.startswith(_GZIP) else _plain(file, first)


def _plain(file: IO[bytes], first: bytes) -> bytearray:
    data = bytearray()
    piece = first
    while piece:
        data += piece
        _check_size(data)
        piece = file.read(_PIECE)
    return data


def _gunzipped(file: IO[bytes], first: bytes) -> bytearray:
    """All members of the file, one after the other, as gzip allows."""
    data = bytearray()
    compressed = len(first)
    inflate = fastest()
    stream = inflate.stream()
    left = first
    while True:
        if stream.eof:
            left = left.lstrip(b"\0")
            if left:
                _check_member(left, data)
                stream = inflate.stream()
        if not left:
            left = file.read(_PIECE)
            compressed += len(left)
            if not left:
                break
            continue
        left = _take(inflate, stream, left, data)
        _check_size(data)
        _check_ratio(len(data), compressed)
    if not stream.eof:
        raise BadFileError(f"truncated gzip data: ends after {len(data):,} decompressed bytes")
    return data


def _take(inflate: Inflate, stream: Stream, left: bytes, data: bytearray) -> bytes:
    """Decompress one piece on to `data`; what is still to be decompressed."""
    try:
        data += stream.decompress(left, _PIECE)
    except inflate.error:
        raise BadFileError(f"corrupt gzip data after {len(data):,} decompressed bytes") from None
    return stream.unused_data if stream.eof else stream.unconsumed_tail


def _check_member(left: bytes, data: bytearray) -> None:
    """A member follows a member; the piece may end within its first two bytes."""
    if not _GZIP.startswith(left[: len(_GZIP)]):
        raise BadFileError(f"corrupt gzip data after {len(data):,} decompressed bytes")


def _check_size(data: bytearray) -> None:
    if len(data) > LARGEST:
        raise BadFileError(f"larger than {LARGEST:,} bytes: split it")


def _check_ratio(decompressed: int, compressed: int) -> None:
    if decompressed > FREE and decompressed > RATIO * compressed:
        raise BadFileError(f"decompresses to more than {RATIO} times its size: no log")
