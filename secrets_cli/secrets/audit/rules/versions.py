"""The rule on a parameter that will soon refuse a new version.

Parameter Store keeps 100 versions and drops the oldest to make room, unless it has a label: then PutParameter fails with
ParameterMaxVersionLimitExceeded.
Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/sysman-paramstore-versions.html
"""

from collections.abc import Iterator

from secrets_cli.secrets.audit.facts import AccountFacts
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Severity

BLOCKED = Rule(
    "secret-version-limit",
    Severity.MEDIUM,
    "a parameter with over 90 versions whose oldest has a label, which stops writes at 100",
)
NEAR = 90
LIMIT = 100


def check_versions(account: AccountFacts) -> Iterator[Finding]:
    """High at 100 versions, where the next write fails."""
    for parameter in account.parameters:
        oldest = parameter.oldest
        if oldest is None or not oldest.labels or parameter.kept <= NEAR:
            continue
        left = LIMIT - parameter.kept
        label = oldest.labels[0]
        yield BLOCKED.finding(
            parameter.arn,
            f"has {parameter.kept} versions and a label on the oldest ({oldest.number}): "
            + (f"after {left} more writes the next fails" if left > 0 else "the next write fails"),
            f"move the label `{label}` to a later version with `secrets-cli secret label`, or remove it",
            evidence=(f"version {oldest.number}: {', '.join(oldest.labels)}",),
            severity=Severity.MEDIUM if left > 0 else Severity.HIGH,
        )
