"""gzip: isal's where the extra `fast` is installed (about twice as fast), else the standard library's.

Both answer alike; only which of truncated or corrupt a few bytes of damaged header are called may differ.
"""

import zlib
from collections.abc import Callable
from functools import cache
from typing import NamedTuple, Protocol, cast

_GZIP = 31
"""`wbits` of a stream with gzip's header and checksum."""


class Stream(Protocol):
    """One gzip member being decompressed."""

    @property
    def eof(self) -> bool:
        """Whether the member has ended, its checksum being right."""

    @property
    def unused_data(self) -> bytes:
        """What follows the member."""

    @property
    def unconsumed_tail(self) -> bytes:
        """What was not decompressed yet, as `max_length` was reached."""

    def decompress(self, data: bytes, max_length: int, /) -> bytes:
        """At most `max_length` bytes more."""


class Inflate(NamedTuple):
    """A decompressor."""

    stream: Callable[[], Stream]
    """A new member's."""
    error: type[Exception]
    """What it raises for corrupt data."""


def standard() -> Inflate:
    """The standard library's."""
    return Inflate(lambda: zlib.decompressobj(wbits=_GZIP), zlib.error)


class Deflate(Protocol):
    """A module of zlib's functions."""

    def compress(self, data: bytes, level: int, /) -> bytes:
        """The data, compressed."""

    def decompress(self, data: bytes, /) -> bytes:
        """The data again."""


@cache
def deflate() -> Deflate:
    """The fastest functions that are installed; each reads what the other wrote."""
    try:
        from isal import isal_zlib
    except ImportError:
        return cast(Deflate, zlib)
    return cast(Deflate, isal_zlib)


@cache
def fastest() -> Inflate:
    """The fastest that is installed."""
    try:
        from isal import isal_zlib
    except ImportError:
        return standard()
    # Its stubs call the class an instance: https://github.com/pycompression/python-isal
    return Inflate(lambda: isal_zlib.decompressobj(wbits=_GZIP), cast(type[Exception], isal_zlib.error))
