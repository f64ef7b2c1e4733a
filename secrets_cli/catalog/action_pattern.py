"""An action pattern matched against known action names."""

import re


class ActionPattern:
    """`s3:Get*` and the like, ASCII case-insensitive.

    The time of a match grows with length of pattern times length of name, whatever the pattern: each run of text after
    a `*` is taken at its first place and never moved again (an atomic group), which is right because only the run
    after the last `*` must stand at the end.
    """

    def __init__(self, pattern: str) -> None:
        self.matches_everything = pattern.strip("*") == "" and pattern != ""
        self.service = _literal_service(pattern)
        """The one service the pattern can match, lower-case, where it names one without wildcards; else None."""
        self._regex = re.compile(_translate(pattern), re.IGNORECASE | re.ASCII | re.DOTALL)

    def matches(self, name: str) -> bool:
        """Whether the pattern matches all of `service:Name`."""
        return self._regex.fullmatch(name) is not None


def _literal_service(pattern: str) -> str | None:
    prefix, colon, _ = pattern.partition(":")
    if not colon or "*" in prefix or "?" in prefix:
        return None
    return prefix.lower()


def _translate(pattern: str) -> str:
    runs = [_run(text) for text in re.split(r"\*+", pattern)]
    if len(runs) == 1:
        return runs[0]
    first, *middle, last = runs
    return first + "".join(f"(?>.*?{run})" for run in middle) + ".*" + last


def _run(text: str) -> str:
    return "".join("." if char == "?" else re.escape(char) for char in text)
