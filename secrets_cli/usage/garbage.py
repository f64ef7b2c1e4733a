"""Garbage collection while millions of records are read.

What is counted stays, and refers to nothing that refers back: looking through it for cycles again and again takes a quarter of
the time and finds nothing. So cycles, which only exceptions make here, are looked for rarely.
"""

import gc
from collections.abc import Iterator
from contextlib import contextmanager

_RARELY = (50_000_000, 50, 1_000)
"""Thresholds of `gc.set_threshold`: new objects, and collections of one generation before the next is collected, too."""


def collect_rarely() -> None:
    """Collect garbage rarely from now on: for a process that only reads logs, and within `rarely_collected`."""
    gc.set_threshold(*_RARELY)


@contextmanager
def rarely_collected() -> Iterator[None]:
    """Collect garbage rarely within the block."""
    before = gc.get_threshold()
    collect_rarely()
    try:
        yield
    finally:
        gc.set_threshold(*before)
