"""Rules on a SecureString's expiry policy.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-policies.html
"""

from collections.abc import Iterator
from datetime import datetime, timedelta

from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.secrets.store.parameter_policies import expiry_of
from secrets_cli.severity import Severity
from secrets_cli.wording import iso_time

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
            evidence=(f"written: {iso_time(parameter.described.modified)}",),
        )
    elif ends <= now:
        yield OVER.finding(
            parameter.arn,
            f"expired on {iso_time(ends)}: Parameter Store deletes it",
            f"secrets-cli secret put {name} with a new value and a new `--expires`",
            evidence=(f"expires: {iso_time(ends)}",),
        )
    elif ends - now <= _SOON:
        yield SOON.finding(
            parameter.arn,
            f"expires on {iso_time(ends)}, and Parameter Store deletes it then",
            f"secrets-cli secret put {name} with a new value and a new `--expires`",
            evidence=(f"expires: {iso_time(ends)}",),
        )
