"""The rule on secrets in the environment variables of Lambda functions."""

from collections.abc import Iterator

from secrets_cli.secrets.audit.facts import AccountFacts
from secrets_cli.secrets.audit.looks_secret import looks_secret
from secrets_cli.secrets.audit.rules.plain import severity_of
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Severity

ENVIRONMENT = Rule(
    "secret-in-function-environment",
    Severity.HIGH,
    "an environment variable of a Lambda function that looks like a secret",
)


def check_functions(account: AccountFacts) -> Iterator[Finding]:
    """One finding for each variable. It is named; its value is not shown."""
    for function in account.functions:
        for variable in function.environment:
            look = looks_secret(variable.name, variable.value)
            if look is not None:
                yield ENVIRONMENT.finding(
                    function.arn,
                    f"variable `{variable.name}`: {look}; whoever may call lambda:GetFunctionConfiguration reads it",
                    f"keep it with `secrets-cli secret put`, let the function read it at start, remove `{variable.name}`, "
                    "and rotate the value",
                    evidence=(f"variable: {variable.name}", f"by {look.by.value}: {look.detector}"),
                    severity=severity_of(look.by),
                    confidence=look.confidence,
                )
