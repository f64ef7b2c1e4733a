"""The policies of a parameter: expiry, a notice before it, a notice when nothing changed. From options to AWS's JSON.

An Expiration *deletes* the parameter at its time, and writing a new value does not move that time. Policies sent replace
all the parameter has; none sent keeps them.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
"""

import json
import re
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta

from secrets_cli.errors import ConfigurationError
from secrets_cli.wording import named

_DURATION = re.compile(r"([1-9][0-9]{0,4})([hdw])")
_LARGEST_JSON = 4_096


@dataclass(frozen=True, slots=True)
class PolicyWishes:
    """What the user asked for, as given; empty for not asked."""

    expires: str = ""
    """A duration from now (`90d`, `12h`, `8w`) or a date or time in ISO 8601."""
    notify_before: str = ""
    no_change_notify: str = ""


@dataclass(frozen=True, slots=True)
class ParameterPolicies:
    """What is sent."""

    document: str
    """The JSON text; empty where there are none to send."""
    expires: datetime | None
    """UTC."""


def parameter_policies(wishes: PolicyWishes, now: datetime) -> ParameterPolicies:
    """The policies that say what was asked, `now` being UTC.

    Raises ConfigurationError for a time that is past or not understood, or a notice without or after its expiry.
    """
    parts: list[dict[str, object]] = []
    expires = _expiry(wishes.expires, now) if wishes.expires else None
    if expires is not None:
        parts.append(_policy("Expiration", Timestamp=_timestamp(expires)))
    if wishes.notify_before:
        before, unit, count = _duration(wishes.notify_before, "--notify-before")
        if expires is None:
            raise ConfigurationError("`--notify-before` needs `--expires`", "give when the parameter expires")
        if now + before >= expires:
            raise ConfigurationError(
                "the notice of `--notify-before` would come before now", "give a shorter time, or a later expiry"
            )
        parts.append(_policy("ExpirationNotification", Before=count, Unit=unit))
    if wishes.no_change_notify:
        _, unit, count = _duration(wishes.no_change_notify, "--no-change-notify")
        parts.append(_policy("NoChangeNotification", After=count, Unit=unit))
    document = json.dumps(parts, separators=(",", ":")) if parts else ""
    assert len(document) <= _LARGEST_JSON  # three policies at most
    return ParameterPolicies(document, expires)


def expiry_of(policies: Sequence[str]) -> datetime | None:
    """When the parameter will be deleted (UTC), by its policies' JSON texts as AWS tells them, of several the first time;
    None where they do not say."""
    return min((when for text in policies if (when := _expiration(text)) is not None), default=None)


def _expiration(text: str) -> datetime | None:
    """AWS tells each policy as a text of its own; a text that holds several, as they are sent, is taken too."""
    try:
        policy = json.loads(text)
        entries = policy if isinstance(policy, list) else [policy]
        found = next(entry["Attributes"]["Timestamp"] for entry in entries if entry["Type"] == "Expiration")
    except (ValueError, KeyError, TypeError, StopIteration):
        return None  # another type of policy, or a form that AWS may add; an emulator may keep what is no JSON
    return _parsed(found)


def _policy(type_: str, **attributes: str) -> dict[str, object]:
    return {"Type": type_, "Version": "1.0", "Attributes": attributes}


def _expiry(text: str, now: datetime) -> datetime:
    if _DURATION.fullmatch(text):
        return (now + _duration(text, "--expires")[0]).replace(microsecond=0)
    when = _parsed(text)
    if when is None:
        raise ConfigurationError(
            f"`--expires`: {named(text)} is no time", "give `90d`, `12h`, `8w`, `2027-01-31` or `2027-01-31T18:00:00Z`"
        )
    if when <= now:
        raise ConfigurationError(
            f"`--expires`: `{text}` is past", "AWS would delete the parameter at once; give a time to come"
        )
    return when


def _parsed(text: str) -> datetime | None:
    """An ISO 8601 date or time as UTC; a time without a zone, and a date, is taken as UTC."""
    try:
        when = datetime.fromisoformat(text)
    except (TypeError, ValueError):
        return None
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)


def _duration(text: str, option: str) -> tuple[timedelta, str, str]:
    """A duration, and AWS's unit and count for it: AWS knows days and hours."""
    found = _DURATION.fullmatch(text)
    if not found:
        raise ConfigurationError(
            f"`{option}`: {named(text)} is no duration", "give hours, days or weeks: `12h`, `15d`, `2w`"
        )
    count = int(found[1])
    match found[2]:
        case "h":
            return timedelta(hours=count), "Hours", str(count)
        case "w":
            return timedelta(weeks=count), "Days", str(count * 7)
        case _:
            return timedelta(days=count), "Days", str(count)


def _timestamp(when: datetime) -> str:
    return when.strftime("%Y-%m-%dT%H:%M:%S.000Z")
