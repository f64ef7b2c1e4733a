"""How times, counts and the user's own words are written wherever the toolkit writes them."""

import re
from datetime import UTC, datetime

_NAME = re.compile(r"[A-Za-z0-9_.\-/:]+|arn:[A-Za-z0-9_.\-/:+=,@*?]+")
_LONGEST = 120


def iso_time(when: datetime) -> str:
    """An aware time as UTC in ISO 8601 to the second: `2026-11-21T08:00:00Z`."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def how_many(number: int, noun: str) -> str:
    """`1 key`, `2 keys`, `1,000 keys`; the noun takes an `s`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"


def days_covered(first: str, last: str) -> int:
    """Calendar days from one UTC time of ISO 8601 to another, both counted; 0 where one is empty or no time."""
    try:
        begin, end = (datetime.fromisoformat(text).date() for text in (first, last))
    except ValueError:
        return 0
    return (end - begin).days + 1


def named(word: str, otherwise: str = "a word given") -> str:
    """The word in backticks, 120 characters of it, where it could be a name or an ARN.

    Another may be a secret in the wrong place and is not repeated: `otherwise` stands for it.
    """
    return f"`{word[:_LONGEST]}`" if _NAME.fullmatch(word) else otherwise
