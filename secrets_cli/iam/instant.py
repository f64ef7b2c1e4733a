"""Moments as the Date condition operators read them: the W3C profile of ISO 8601, or seconds since 1970.

Four digits are a year; any other number is epoch time. A time without an offset is UTC.

Sources: https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_condition_operators.html#Conditions_Date
and https://www.w3.org/TR/NOTE-datetime
"""

import re
from datetime import UTC, datetime
from fractions import Fraction
from functools import lru_cache

_EPOCH = re.compile(r"[+-]?[0-9]{1,15}(?:\.[0-9]{1,9})?")
_DATE = re.compile(
    r"(?P<year>[0-9]{4})(?:-(?P<month>[0-9]{2})(?:-(?P<day>[0-9]{2})"
    r"(?:[Tt](?P<hour>[0-9]{2}):(?P<minute>[0-9]{2})(?::(?P<second>[0-9]{2})(?:\.(?P<fraction>[0-9]{1,9}))?)?"
    r"(?P<offset>[Zz]|[+-][0-9]{2}:?[0-9]{2})?)?)?)?"
)
_MINUTES_A_DAY = 24 * 60
_LAST_MINUTE = 59


@lru_cache(maxsize=4096)
def parse_instant(text: str) -> Fraction | None:
    """Seconds since 1970 in UTC, or None where the text is no date."""
    stripped = text.strip()
    date = _DATE.fullmatch(stripped)
    if date is not None:
        return _seconds(date)
    return Fraction(stripped) if _EPOCH.fullmatch(stripped) else None


def _seconds(date: re.Match[str]) -> Fraction | None:
    parts = date.groupdict()
    year, month, day = (int(parts[name] or 1) for name in ("year", "month", "day"))
    hour, minute, second = (int(parts[name] or 0) for name in ("hour", "minute", "second"))
    offset = _offset_minutes(parts["offset"])
    if offset is None:
        return None
    try:
        whole = datetime(year, month, day, hour, minute, second, tzinfo=UTC)
    except ValueError:
        return None
    fraction = parts["fraction"] or "0"
    return int(whole.timestamp()) - offset * 60 + Fraction(int(fraction), 10 ** len(fraction))


def _offset_minutes(text: str | None) -> int | None:
    if text is None or text in "Zz":
        return 0
    digits = text[1:].replace(":", "")
    minutes = int(digits[:2]) * 60 + int(digits[2:])
    if minutes >= _MINUTES_A_DAY or int(digits[2:]) > _LAST_MINUTE:
        return None
    return -minutes if text[0] == "-" else minutes
