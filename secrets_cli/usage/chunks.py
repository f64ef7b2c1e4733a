"""A delivered file as a few JSON lists of records, cut while it is decompressed: memory does not grow with the file.

A file as CloudTrail writes it is `{"Records":[` + records + `]}`. It is cut at commas between what look like records. Where
each part then is a JSON list by itself, the file is the list of all of them, so a wrong cut - inside a record that holds
records - cannot go unseen: its part is no JSON.
"""

from collections.abc import Iterable, Iterator
from typing import NamedTuple

_HEAD = b'{"Records":['
_TAIL = b"]}"
_MARK = b'},{"eventVersion":"'
_LONGEST = 4 * 1024 * 1024
"""Bytes without a place to cut at, beyond which the file is not taken for a delivered one."""


_SHORT = 64
"""Bytes of a piece that is taken with the one before: the tail may be cut in two."""


class NotDeliveredError(Exception):
    """The text is not in the form in which CloudTrail delivers."""


class Span(NamedTuple):
    """Whole records of a file, separated by commas, within a text."""

    text: bytes
    begin: int
    end: int

    def listed(self) -> bytes:
        """The records as a JSON list."""
        return b"".join((b"[", memoryview(self.text)[self.begin : self.end], b"]"))


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """JSON lists, each of some whole records, out of the pieces of a file's text, in order.

    Raises NotDeliveredError, maybe after some lists. Whoever decodes the lists must drop them all where one is no JSON.
    """
    rest = b""
    for piece, is_last in _inside(pieces):
        cut = len(piece) - 1 if is_last else piece.rfind(_MARK)
        if cut >= 0 or is_last:
            yield b"".join((b"[", rest, memoryview(piece)[: cut + 1], b"]"))
            rest = piece[cut + 2 :]
        else:
            rest = _longer(rest, piece)


def spans(pieces: Iterable[bytes]) -> Iterator[Span]:
    """The same records in their places, where that is possible: for whoever looks at a few of them. Raises as `chunks`."""
    rest = b""
    for piece, is_last in _inside(pieces):
        first = piece.find(_MARK)
        if is_last or first >= 0:
            head = rest + piece[: first + 1] if first >= 0 else rest + piece
            yield Span(head, 0, len(head))
            rest = b""
        else:
            rest = _longer(rest, piece)
        if first >= 0:
            last = len(piece) - 1 if is_last else piece.rfind(_MARK)
            if last > first:
                yield Span(piece, first + 2, last + 1)
            rest = piece[last + 2 :]


def _longer(rest: bytes, piece: bytes) -> bytes:
    if len(rest) + len(piece) > _LONGEST:
        raise NotDeliveredError
    return rest + piece


def _inside(pieces: Iterable[bytes]) -> Iterator[tuple[bytes, bool]]:
    """The text between head and tail in pieces, each with whether it is the last. Raises NotDeliveredError where there is no
    head or no tail."""
    waiting = b""
    is_open = False
    for piece in pieces:
        if not is_open:
            waiting += piece
            if len(waiting) < len(_HEAD):
                continue
            if not waiting.startswith(_HEAD):
                raise NotDeliveredError
            waiting, is_open = waiting[len(_HEAD) :], True
            continue
        if len(piece) < _SHORT:
            waiting += piece
            continue
        yield waiting, False
        waiting = piece
    waiting = waiting.rstrip(b" \t\r\n")
    if not is_open or not waiting.endswith(_TAIL):
        raise NotDeliveredError
    yield waiting[: -len(_TAIL)], True
