"""`secure-string-default-key`: a SecureString that AWS's own key encrypts."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfParameter, Persona, Rule
from secrets_cli.inputs.found import UNKNOWN, ParameterAt
from secrets_cli.severity import Confidence, Severity

_DEFAULT = "alias/aws/ssm"


def _check(parameter: ParameterAt, _knowledge: Knowledge) -> Iterator[Hit]:
    if parameter.type != "SecureString" or UNKNOWN in parameter.key:
        return
    if not parameter.key or parameter.key.endswith(_DEFAULT):
        yield Hit(
            f"`{parameter.name}` is encrypted with `{_DEFAULT}`, which every principal of the account may use through SSM",
            parameter.key_location or parameter.location,
            subject=parameter.name,
        )


RULE = Rule(
    id="secure-string-default-key",
    title="is a SecureString under AWS's own key",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A SecureString without a key of its own is encrypted with `aws/ssm`. The policy of that key is AWS's and cannot be"
        " changed: it lets every principal of the account decrypt through SSM. So the one grant on the parameter is all"
        " that protects it, no second pair of eyes is needed, and it can be shared with no other account."
    ),
    how_to_fix=(
        "Make a key (`secrets-cli key create ALIAS --admin ARN --user ARN`) and name it: `key_id = aws_kms_key.app.arn`."
        " What was written before is encrypted anew by `secrets-cli secret reencrypt`."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/services-parameter-store.html",
        "https://docs.aws.amazon.com/systems-manager/latest/userguide/secure-string-parameter-kms-encryption.html",
    ),
    mapping=("CKV_AWS_337",),
    check=OfParameter(_check),
)
