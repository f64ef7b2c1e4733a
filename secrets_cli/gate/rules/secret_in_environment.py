"""`secret-in-environment`: an environment variable whose value looks like a secret."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.long_lived_keys import is_long_lived_key
from secrets_cli.gate.rule import Hit, OfFunction, Persona, Rule
from secrets_cli.gate.subject import FunctionOf
from secrets_cli.inputs.found import UNKNOWN, VariableAt
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.looks_secret import By, looks_secret
from secrets_cli.secrets.audit.secret_words import secret_word
from secrets_cli.severity import Confidence, Severity

_SEVERITIES = {By.FORMAT: Severity.HIGH, By.NAME: Severity.MEDIUM, By.RANDOM: Severity.LOW}
_REFERENCE = "${UNKNOWN}"
"""What is known at deployment only, in the form of a reference."""


def _check(of: FunctionOf, _knowledge: Knowledge) -> Iterator[Hit]:
    for variable in of.function.environment:
        if not is_long_lived_key(variable):
            yield from tuple(_literal(variable)) or _stored(variable)


def _literal(variable: VariableAt) -> Iterator[Hit]:
    look = looks_secret(variable.name, SecretValue(variable.value.replace(UNKNOWN, _REFERENCE)))
    if look is None or (look.by is not By.FORMAT and UNKNOWN in variable.value):
        return
    doubtful = look.by is By.RANDOM or look.confidence is Confidence.LOW
    yield Hit(
        f"`{variable.name}` holds a secret in plain text: {look}",
        variable.location,
        severity=Severity.LOW if doubtful else _SEVERITIES[look.by],
        confidence=look.confidence,
        persona=Persona.STRICT if doubtful else Persona.DEFAULT,
        subject=variable.name,
    )


def _stored(variable: VariableAt) -> Iterator[Hit]:
    """A stored secret, copied at deployment. A parameter may hold no secret: there the name decides."""
    if not variable.stored or not (secret_word(variable.name) or "secretsmanager" in variable.stored):
        return
    yield Hit(
        f"`{variable.name}` gets the value of `{variable.stored}` at deployment: from then on it stands in plain text in the"
        " function's configuration",
        variable.location,
        severity=Severity.INFO,
        confidence=Confidence.MEDIUM,
        persona=Persona.STRICT,
        subject=variable.name,
    )


RULE = Rule(
    id="secret-in-environment",
    title="holds a secret in an environment variable",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A secret in a template or settings file is in every clone of the repository and in its whole history. In a"
        " function's configuration it is shown to everybody who may call `lambda:GetFunctionConfiguration`, which"
        " `ReadOnlyAccess` grants, and it stays in every published version of the function. No message here shows the"
        " value or a part of it.\n\nA value that has the form of a credential is of high severity, one that only its"
        " variable's name gives away of medium, one that just looks random is low and for the strict persona. A variable"
        " that takes a stored secret at deployment (`${ssm:...}`, `{{resolve:secretsmanager:...}}`) keeps it out of the"
        " file, though not out of the configuration: that is said to the strict persona.\n\nRead are the environments of"
        " functions, and SAM's `env.json`. Files named `.env` are no format of AWS's and are not read:"
        " `secrets-cli secret audit --no-account --project DIR` looks through those, and knows which of them git keeps out."
    ),
    how_to_fix=(
        "Keep the value as a SecureString (`secrets-cli secret put NAME --key ALIAS`), hand the function the parameter's"
        " name, and let it read the value when it starts. Then rotate the value: whoever has a clone still has the old one."
    ),
    references=(
        "https://docs.aws.amazon.com/lambda/latest/dg/configuration-envvars.html#configuration-envvars-encryption",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/systems-manager-parameter-store.html",
    ),
    mapping=(
        "CKV_SECRET_2 and its like",
        "CKV_AWS_45",
        "Security Hub CodeBuild.2",
        "prowler awslambda_function_no_secrets_in_variables",
    ),
    check=OfFunction(_check),
    masks_line=True,
)
