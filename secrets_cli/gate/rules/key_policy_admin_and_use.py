"""`key-policy-admin-and-use`: one principal that manages a KMS key and uses it."""

from collections.abc import Iterator

from secrets_cli.gate.key_policy import PUT_POLICY, by_principal, given
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who
from secrets_cli.gate.opened import is_key_policy, listed
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not is_key_policy(policy):
        return
    from secrets_cli.secrets.keys.explain import Kind  # few files hold key policies

    for value, each in by_principal([one for one in given(policy, knowledge) if one.to.who is Who.ONE]).items():
        managing = next((one for one in each if PUT_POLICY in one.actions), None)
        using = next((one for one in each if one.of(Kind.USE, knowledge)), None)
        if managing is None or using is None:
            continue
        element = using.at.statement.principal
        yield Hit(
            f"`{value}` manages the key and uses it: {listed(using.of(Kind.USE, knowledge))}",
            (element.location if element is not None else None) or using.at.location,
            evidence=(f"{managing.at.named} gives `{PUT_POLICY}`",),
            about=tuple(dict.fromkeys((managing.at, using.at))),
            subject=value,
        )


RULE = Rule(
    id="key-policy-admin-and-use",
    title="lets one principal manage a KMS key and use it",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "Keys are worth most where those who say who may read cannot read themselves. With one principal for both,"
        " nothing is separated: who gets hold of it reads everything under the key and can hide or lock out others."
    ),
    how_to_fix=(
        "Give one principal the actions of managing by name, without CreateGrant, and another Encrypt, Decrypt and"
        " GenerateDataKey. `secrets-cli key create ALIAS --admin ARN --user ARN --dry-run` prints such a policy."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-administrators",
        "https://docs.aws.amazon.com/prescriptive-guidance/latest/aws-kms-best-practices/identity-access-management.html",
    ),
    mapping=("secrets-cli key-administrator-is-user",),
    check=OfPolicy(_check),
)
