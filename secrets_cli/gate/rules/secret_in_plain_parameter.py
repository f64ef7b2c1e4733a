"""`secret-in-plain-parameter`: a String parameter whose value looks like a secret."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfParameter, Persona, Rule
from secrets_cli.inputs.found import UNKNOWN, ParameterAt
from secrets_cli.secret_value import SecretValue
from secrets_cli.secrets.audit.looks_secret import By, looks_secret
from secrets_cli.severity import Confidence, Severity

_PLAIN = ("String", "StringList")


def _check(parameter: ParameterAt, _knowledge: Knowledge) -> Iterator[Hit]:
    if parameter.type not in _PLAIN or not parameter.value or UNKNOWN in parameter.value:
        return
    look = looks_secret(parameter.path or parameter.name, SecretValue(parameter.value))
    if look is None:
        return
    doubtful = look.by is By.RANDOM or look.confidence is Confidence.LOW
    yield Hit(
        f"`{parameter.name}` is a plain {parameter.type} and looks like a secret: {look}",
        parameter.value_location or parameter.location,
        severity=Severity.HIGH if look.by is By.FORMAT else Severity.LOW if doubtful else None,
        confidence=look.confidence,
        persona=Persona.STRICT if doubtful else None,
        subject=parameter.name,
    )


RULE = Rule(
    id="secret-in-plain-parameter",
    title="keeps what looks like a secret in a parameter without encryption",
    severity=Severity.MEDIUM,
    confidence=Confidence.MEDIUM,
    persona=Persona.DEFAULT,
    why=(
        "A parameter of type `String` is stored and shown without encryption: whoever may read parameters by any grant reads"
        " it, no key stands between, and here its value is in the template and in every clone of the repository as well."
        " CloudFormation cannot make a SecureString, which is why secrets end up so. No message here shows the value."
    ),
    how_to_fix=(
        "Leave the parameter out of the template and write it with `secrets-cli secret put NAME --key ALIAS`; a parameter's"
        " type cannot be changed, so delete the plain one first. Then rotate the value."
    ),
    references=(
        "https://docs.aws.amazon.com/AWSCloudFormation/latest/TemplateReference/aws-resource-ssm-parameter.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    ),
    mapping=("CKV2_AWS_34", "CKV_SECRET_6 and its like"),
    check=OfParameter(_check),
    masks_line=True,
)
