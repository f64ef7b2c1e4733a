"""The marker value that must not be found, and every form it could be found in."""

import base64
import json
from urllib.parse import quote, quote_plus

MARKER = "kanarie \"7f\u00e9/+%&x' tweety"
"""Text that comes out differently in each encoding: quotes, a space, non-ASCII, URL and base64 signs."""
_HEART = "tweety"
"""A part that every textual encoding leaves alone; no other output of the toolkit holds it."""


def forms(marker: str = MARKER) -> dict[str, bytes]:
    """Encoding -> the bytes to look for."""
    raw = marker.encode()
    found = {
        "raw": raw,
        "part": _HEART.encode(),
        "json": json.dumps(marker)[1:-1].encode(),
        "url": quote(marker, safe="").encode(),
        "form": quote_plus(marker).encode(),
        "repr": repr(marker)[1:-1].encode(),
        "hex": raw.hex().encode(),
    }
    # In base64 of a longer text the marker starts at one of three offsets: what is certain are the inner characters.
    for offset in range(3):
        inner = base64.b64encode(b"\0" * offset + raw)
        found[f"base64+{offset}"] = inner[4 if offset else 0 : len(inner) - 4]
    return found


def leaks_in(text: bytes) -> tuple[str, ...]:
    """The encodings in which the marker is in the text."""
    return tuple(name for name, form in forms().items() if form in text)
