"""The rule on parameters that are kept as plain text though they look like secrets."""

from collections.abc import Iterator

from secrets_cli.secrets.audit.facts import AccountFacts, ParameterFacts
from secrets_cli.secrets.audit.looks_secret import By, Look, looks_secret
from secrets_cli.secrets.audit.rules.rule import Rule
from secrets_cli.secrets.audit.secret_words import secret_word
from secrets_cli.secrets.finding import Finding
from secrets_cli.severity import Confidence, Severity

PLAIN = Rule(
    "secret-plain-parameter",
    Severity.HIGH,
    "a String or StringList parameter whose name or value looks like a secret",
)


def check_plain(account: AccountFacts) -> Iterator[Finding]:
    """One finding for each such parameter: high where the value has a credential's form, else medium or low.

    One whose value could not be read is judged by its name alone, with low confidence.
    """
    for parameter in account.parameters:
        if parameter.encrypted:
            continue
        look = _look(parameter)
        if look is not None:
            yield PLAIN.finding(
                parameter.arn,
                f"is a plain {parameter.described.type}, and {look}: it is stored and shown without encryption",
                f"secrets-cli secret put {parameter.described.name} under a new name and a KMS key, move its readers, then "
                "delete this one (a parameter's type cannot change); rotate the value",
                evidence=(f"by {look.by.value}: {look.detector}",),
                severity=severity_of(look.by),
                confidence=look.confidence,
            )


def _look(parameter: ParameterFacts) -> Look | None:
    name = parameter.described.name
    if parameter.value is not None:
        return looks_secret(name, parameter.value)
    word = secret_word(name)
    return Look(By.NAME, word, Confidence.LOW) if word else None


def severity_of(by: By) -> Severity:
    """How bad it is by what gave it away."""
    match by:
        case By.FORMAT:
            return Severity.HIGH
        case By.NAME:
            return Severity.MEDIUM
        case By.RANDOM:
            return Severity.LOW
