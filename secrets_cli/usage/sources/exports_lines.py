"""The lines of a text file, plain or gzip, one at a time: memory is bounded by the longest line, whatever the file's size."""

import gzip
import zlib
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import IO, cast

from secrets_cli.usage.sources.content import FREE, RATIO, BadFileError, UnreadableFileError
from secrets_cli.usage.sources.files import why

LONGEST = 16 * 1024 * 1024
"""Bytes of one line. An event is at most 1 MB (https://docs.aws.amazon.com/awscloudtrail/latest/userguide/WhatIsCloudTrail-Limits.html)."""
_OPENING = 512
_GZIP = b"\x1f\x8b"
_BOM = b"\xef\xbb\xbf"


class Lines:
    """The lines of a file, each with its line end, as UTF-8 text. Made by `lines_of`; read once."""

    def __init__(self, raw: IO[bytes], stream: IO[bytes]) -> None:
        self._raw = raw
        self._stream = stream
        self.bytes = 0
        """Decompressed bytes read so far."""

    def __iter__(self) -> Iterator[str]:
        return self

    def __next__(self) -> str:
        """The next line. Raises BadFileError: truncated, corrupt, no UTF-8, a line beyond LONGEST, or beyond RATIO."""
        try:
            line = self._stream.readline(LONGEST + 1)
        except (EOFError, gzip.BadGzipFile, zlib.error):
            raise BadFileError(f"truncated or corrupt gzip data after {self.bytes:,} decompressed bytes") from None
        if not line:
            raise StopIteration
        if self.bytes == 0:
            line = line.removeprefix(_BOM)
        self.bytes += len(line)
        if len(line) > LONGEST:
            raise BadFileError(f"a line is longer than {LONGEST:,} bytes")
        if self._stream is not self._raw and self.bytes > FREE and self.bytes > RATIO * self._raw.tell():
            raise BadFileError(f"decompresses to more than {RATIO} times its size: no log")
        try:
            return line.decode()
        except UnicodeDecodeError:
            raise BadFileError("text that is not UTF-8") from None


def opening_of(path: str) -> bytes:
    """The file's first bytes, decompressed; empty where they cannot be. Raises UnreadableFileError."""
    try:
        with Path(path).open("rb") as raw:
            first = raw.read(_OPENING)
            if not first.startswith(_GZIP):
                return first
            return zlib.decompressobj(wbits=31).decompress(first, _OPENING)
    except zlib.error:
        return b""
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {why(error)}") from None


@contextmanager
def lines_of(path: str) -> Iterator[Lines]:
    """The file's lines. Raises UnreadableFileError where it cannot be opened or read."""
    try:
        with Path(path).open("rb") as raw:
            is_gzip = raw.read(2) == _GZIP
            raw.seek(0)
            if is_gzip:
                with gzip.GzipFile(fileobj=raw) as stream:
                    yield Lines(raw, cast(IO[bytes], stream))
            else:
                yield Lines(raw, raw)
    except OSError as error:
        raise UnreadableFileError(f"cannot be read: {why(error)}") from None
