"""The rule on parameters shared with other accounts by a resource policy.

Source: https://docs.aws.amazon.com/systems-manager/latest/userguide/parameter-store-shared-parameters.html
"""

from collections.abc import Iterator

from secrets_cli.aws.parameters import ResourcePolicy
from secrets_cli.errors import MalformedInput
from secrets_cli.iam.model import Effect, Statement
from secrets_cli.iam.parse import parse_policy
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.iam.principal import caller_of
from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Severity

SHARED = Rule(
    "secret-shared-outside",
    Severity.HIGH,
    "a parameter whose resource policy lets another account, or everybody, read it",
)


def check_shared(account: AccountFacts) -> Iterator[Finding]:
    """High for everybody and for a policy that cannot be read, medium for named accounts."""
    for parameter in account.parameters:
        for policy in parameter.shares:
            yield from _shared(parameter, policy, account.place.account)


def _shared(parameter: ParameterFacts, policy: ResourcePolicy, home: str) -> Iterator[Finding]:
    try:
        statements = parse_policy(policy.document, policy.id, PolicyKind.RESOURCE).statements
    except MalformedInput as error:
        yield SHARED.finding(
            parameter.arn,
            f"has a resource policy that cannot be read: {error.message}",
            "see it with `aws ssm get-resource-policies`",
            evidence=(f"policy: {policy.id}",),
        )
        return
    outside = sorted({who for statement in statements for who in _outside(statement, home)})
    if outside:
        everybody = "*" in outside
        yield SHARED.finding(
            parameter.arn,
            f"is shared by its resource policy with {'everybody' if everybody else ', '.join(f'`{who}`' for who in outside)}",
            "check that each is meant to read it; `aws ssm delete-resource-policy` or the share in RAM takes it back",
            evidence=(f"policy: {policy.id}", *(f"principal: {who}" for who in outside)),
            severity=Severity.HIGH if everybody else Severity.MEDIUM,
        )


def _outside(statement: Statement, home: str) -> Iterator[str]:
    """Who outside the account an Allow names; a NotPrincipal names everybody else."""
    if statement.effect is not Effect.ALLOW or statement.principal is None:
        return
    if statement.principal.negated:
        yield "*"
        return
    for entry in statement.principal.entries:
        if entry.value == "*":
            yield "*"
        elif caller_of(entry.value).account != home:
            yield entry.value
