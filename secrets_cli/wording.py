"""How times and counts are written wherever the toolkit writes them."""

from datetime import UTC, datetime


def iso_time(when: datetime) -> str:
    """An aware time as UTC in ISO 8601 to the second: `2026-11-21T08:00:00Z`."""
    return f"{when.astimezone(UTC):%Y-%m-%dT%H:%M:%SZ}"


def how_many(number: int, noun: str) -> str:
    """`1 key`, `2 keys`, `1,000 keys`; the noun takes an `s`."""
    return f"{number:,} {noun}{'' if number == 1 else 's'}"
