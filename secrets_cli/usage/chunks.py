"""A delivered file as a few JSON lists of records, cut while it is decompressed: memory does not grow with the file.

A file as CloudTrail writes it is `{"Records":[` + records + `]}`. It is cut at commas between what look like records. Where
each part then is a JSON list by itself, the file is the list of all of them, so a wrong cut - inside a record that holds
records - cannot go unseen: its part is no JSON.
"""

from collections.abc import Iterable, Iterator

_HEAD = b'{"Records":['
_TAIL = b"]}"
_MARK = b'},{"eventVersion":"'
_LONGEST = 4 * 1024 * 1024
"""Bytes without a place to cut at, beyond which the file is not taken for a delivered one."""


class NotDeliveredError(Exception):
    """The text is not in the form in which CloudTrail delivers."""


def chunks(pieces: Iterable[bytes]) -> Iterator[bytes]:
    """JSON lists, each of some whole records, out of the pieces of a file's text, in order.

    Raises NotDeliveredError, maybe after some lists. Whoever decodes the lists must drop them all where one is no JSON.
    """
    rest = b""
    is_open = False
    for piece in pieces:
        if not is_open:
            rest += piece
            if len(rest) < len(_HEAD):
                continue
            if not rest.startswith(_HEAD):
                raise NotDeliveredError
            piece, rest = rest[len(_HEAD) :], b""
            is_open = True
        cut = piece.rfind(_MARK)
        if cut >= 0:
            yield b"".join((b"[", rest, memoryview(piece)[: cut + 1], b"]"))
            rest = piece[cut + 2 :]
        else:
            rest += piece
            if len(rest) > _LONGEST:
                raise NotDeliveredError
    rest = rest.rstrip(b" \t\r\n")
    if not is_open or not rest.endswith(_TAIL):
        raise NotDeliveredError
    yield b"".join((b"[", rest[: -len(_TAIL)], b"]"))
