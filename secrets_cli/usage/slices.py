"""The records of a few principals, cut out of the text of a log: what lies between is not looked at.

A principal's record holds its ARN as the value of `arn` in `userIdentity`, and begins at a mark between two records. So the text
is searched for the ARN, and what lies between the marks around it is decoded. Where the ARN may be written in a way that is not
found, or stands where a cut is doubtful, there is no cut, and all is decoded:

* as the value of a key with white space after it, or of one that is itself written with escapes;
* with escapes: some character of it, or its slashes, may be one.

Another key's value (`roleArn`) is no caller. Whoever decodes a cut drops it where it is no JSON, and looks at the caller of each
record. A cut at a mark inside a record's own parameters could go unseen only where these hold a list of whole records, which
no API takes.
"""

import re

from secrets_cli.usage.chunks import Span

_MARK = b'},{"eventVersion":"'
_KEY = b'"arn":'
_OTHER_KEY = re.compile(rb'"(?!arn")[A-Za-z0-9_.-]+":\Z')
_LONGEST_KEY = 80
_MOST = 8
"""Principals up to which the text is searched."""
_PLAIN = re.compile(r"arn:[a-z-]+:iam::\d{12}:[A-Za-z0-9/_+=,.@:-]+")
"""What needs no escapes in JSON."""
_BACKSLASH = b"\\"
_RARE = frozenset((b"u", b"/"))


class Slices:
    """Where the records of some principals are. `can_cut` is False where they are too many, or some is no plain ARN."""

    def __init__(self, principals: frozenset[str]) -> None:
        self.can_cut = 0 < len(principals) <= _MOST and all(map(_PLAIN.fullmatch, principals))
        self._quoted = tuple(f'"{arn}"'.encode() for arn in sorted(principals))
        codes = "|".join(sorted({f"{ord(character):02x}" for arn in principals for character in arn}))
        self._escape = re.compile(rf"\\(?:/|u00(?:{codes}))".encode(), re.IGNORECASE)

    def cut(self, span: Span) -> bytes | None:
        """Of the records the list of those that may be theirs; None where they cannot be cut out."""
        if _has_rare_escapes(span) and self._escape.search(span.text, span.begin, span.end):
            return None
        places: list[int] = []
        for quoted in self._quoted:
            found = _places(span, quoted)
            if found is None:
                return None
            places += found
        return _around(span, sorted(places))


def _has_rare_escapes(span: Span) -> bool:
    """Whether some escape may be one of a slash or a number. Most are of quotes; a single byte is found ten times as fast as
    several."""
    text, at, end = span
    while (at := text.find(_BACKSLASH, at, end)) >= 0:
        if text[at + 1 : at + 2] in _RARE:
            return True
        at += 2
    return False


def _places(span: Span, quoted: bytes) -> list[int] | None:
    """Where an ARN stands as a caller's may; None where it may stand so unseen."""
    text, at, end = span
    places: list[int] = []
    while (at := text.find(quoted, at, end)) >= 0:
        if text.endswith(_KEY, span.begin, at):
            places.append(at)
        elif not _OTHER_KEY.search(text, max(span.begin, at - _LONGEST_KEY), at):
            return None
        at += len(quoted)
    return places


def _around(span: Span, places: list[int]) -> bytes:
    """The records that the places are in, as a list."""
    records: list[bytes] = []
    text, begin, end = span.text, span.begin, span.begin
    for place in places:
        if place < end:
            continue  # in the record before
        mark = text.rfind(_MARK, max(begin, end) - 1 if records else begin, place)
        begin = mark + 2 if mark >= 0 else begin
        mark = text.find(_MARK, place, span.end)
        end = mark + 1 if mark >= 0 else span.end
        records.append(text[begin:end])
        begin = end + 1
    return b"".join((b"[", b",".join(records), b"]"))
