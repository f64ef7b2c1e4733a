"""Rules on a SecureString's expiry policy.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
"""

import json
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta

from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding, Severity

NONE = Rule("secret-no-expiry", Severity.INFO, "a SecureString without an expiry policy")
SOON = Rule("secret-expires-soon", Severity.MEDIUM, "a SecureString that Parameter Store deletes within 30 days")
OVER = Rule("secret-expired", Severity.HIGH, "a SecureString whose expiry is over")
_SOON = timedelta(days=30)


def check_expiry(account: AccountFacts) -> Iterator[Finding]:
    """At most one finding a SecureString: none, soon or over."""
    for parameter in account.parameters:
        if parameter.encrypted:
            yield from _expiry(parameter, account.at)


def _expiry(parameter: ParameterFacts, now: datetime) -> Iterator[Finding]:
    ends = expiry_of(parameter.described.policies)
    name = parameter.described.name
    if ends is None:
        yield NONE.finding(
            parameter.arn,
            "has no expiry policy: nothing reminds anybody to rotate it",
            f"secrets-cli secret put {name} --expires 90d --notify-before 15d (advanced tier, which costs)",
            evidence=(f"written: {parameter.described.modified:%Y-%m-%dT%H:%M:%SZ}",),
        )
    elif ends <= now:
        yield OVER.finding(
            parameter.arn,
            f"expired on {ends:%Y-%m-%dT%H:%M:%SZ}: Parameter Store deletes it",
            f"secrets-cli secret put {name} with a new value and a new `--expires`",
            evidence=(f"expires: {ends:%Y-%m-%dT%H:%M:%SZ}",),
        )
    elif ends - now <= _SOON:
        yield SOON.finding(
            parameter.arn,
            f"expires on {ends:%Y-%m-%dT%H:%M:%SZ}, and Parameter Store deletes it then",
            f"secrets-cli secret put {name} with a new value and a new `--expires`",
            evidence=(f"expires: {ends:%Y-%m-%dT%H:%M:%SZ}",),
        )


def expiry_of(policies: tuple[str, ...]) -> datetime | None:
    """When the parameter expires (UTC), from its policies' JSON texts; None where none of them says so."""
    times = [time for text in policies if (time := _expiration(text)) is not None]
    return min(times, default=None)


def _expiration(text: str) -> datetime | None:
    try:
        policy = json.loads(text)
        entries = policy if isinstance(policy, list) else [policy]
        found = next(entry["Attributes"]["Timestamp"] for entry in entries if entry["Type"] == "Expiration")
        return _utc(datetime.fromisoformat(found))
    except (ValueError, KeyError, TypeError, StopIteration):
        return None  # another type of policy, or one in a form that AWS may add


def _utc(when: datetime) -> datetime:
    return when.replace(tzinfo=UTC) if when.tzinfo is None else when.astimezone(UTC)
