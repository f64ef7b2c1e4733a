"""`key-policy-star-actions`: a principal that may do everything with a KMS key."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who, lets_in
from secrets_cli.gate.opened import is_key_policy
from secrets_cli.gate.rule import Hit, OfStatement, Persona, Rule
from secrets_cli.gate.subject import StatementAt
from secrets_cli.iam.model import Effect
from secrets_cli.severity import Confidence, Severity

_ALL = ("*", "kms:*", "*:*")


def _check(at: StatementAt, _knowledge: Knowledge) -> Iterator[Hit]:
    statement = at.statement
    if not is_key_policy(at.of) or statement.effect is Effect.DENY or statement.action.negated:
        return
    if not any(value.lower() in _ALL for value in statement.action.values):
        return
    for named in lets_in(statement, Who.ONE, Who.SERVICE):
        yield Hit(
            f"{at.named} lets `{named.value}` do everything with the key: use it, manage it and give grants",
            statement.action.location or at.location,
            subject=named.value,
        )


RULE = Rule(
    id="key-policy-star-actions",
    title="lets a principal do everything with a KMS key",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "`kms:*` is Decrypt, CreateGrant, PutKeyPolicy and ScheduleKeyDeletion in one: whoever becomes this principal"
        " reads what is under the key, lets in others and destroys it. For the account's root it is what AWS writes by"
        " default and means that IAM policies decide; a role or a service needs a part of it."
    ),
    how_to_fix="Give the actions by name: Encrypt, Decrypt and GenerateDataKey to use it, or those of managing it.",
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/kms-api-permissions-reference.html",
    ),
    mapping=("cfn-nag W85",),
    check=OfStatement(_check),
    silences=frozenset({"key-policy-grant-without-condition", "key-policy-admin-and-use"}),
)
