"""What a remembered answer depends on beside the file: the code that read it and the catalog it was judged by."""

import hashlib
from functools import cache
from pathlib import Path

import secrets_cli
from secrets_cli.catalog.header import Header
from secrets_cli.usage.store.packed import FORMAT

_ROOMS = ("catalog", "iam", "usage")


def reader_version(header: Header) -> str:
    """Of the code and the catalog: any change to either makes what is remembered out of date."""
    return hashlib.sha256(f"{FORMAT} {_code()} {header.sha256}".encode()).hexdigest()[:16]


@cache
def _code() -> str:
    """Of the source of the rooms that read and judge: a number to be raised by hand would one day be forgotten."""
    found = hashlib.sha256(secrets_cli.__version__.encode())
    root = Path(secrets_cli.__file__).parent
    for path in sorted(path for room in _ROOMS for path in (root / room).rglob("*.py")):
        found.update(f"\0{path.relative_to(root)}\0".encode() + path.read_bytes())
    return found.hexdigest()
