"""`key-policy-no-recovery`: a KMS key whose policy nobody can change."""

from collections.abc import Iterator

from secrets_cli.gate.key_policy import PUT_POLICY, given, holds_unknown
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.named import Who
from secrets_cli.gate.opened import is_key_policy
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.model import Effect
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity

_LASTING = (Who.ACCOUNT, Who.EVERYONE)


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not is_key_policy(policy) or holds_unknown(policy) or _is_part(policy):
        return
    managers = [one.to for one in given(policy, knowledge) if PUT_POLICY in one.actions and one.to.who is not Who.GONE]
    if not managers:
        yield Hit(
            f"nobody may `{PUT_POLICY}`: the key cannot be managed once it has this policy",
            policy.location,
            evidence=(
                "KMS takes it only with its lockout check bypassed; then AWS Support alone can bring the key back",
            ),
        )
    elif not any(one.who in _LASTING for one in managers):
        names = ", ".join(f"`{one.value}`" for one in managers)
        yield Hit(
            f"only {names} may `{PUT_POLICY}`: once deleted, nobody can manage the key",
            policy.location,
            severity=Severity.LOW,
            confidence=Confidence.MEDIUM,
            persona=Persona.STRICT,
        )


def _is_part(policy: PolicyAt) -> bool:
    """Whether it is a document that only adds to others (a data source of Terraform), or lets in by NotPrincipal."""
    if not policy.carrier and policy.source != "policy":
        return True
    statements = policy.policy.statements
    allows = [one for one in statements if one.effect is Effect.ALLOW]
    return not allows or any(one.principal is None or one.principal.negated for one in allows)


RULE = Rule(
    id="key-policy-no-recovery",
    title="leaves nobody who could change a KMS key's policy",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "IAM policies say nothing about a key unless its key policy lets them. Where the key policy gives"
        " `kms:PutKeyPolicy` to nobody, no administrator and not even the root user can repair it, enable the key or"
        " delete it. What is encrypted under it stays readable only as long as the policy happens to fit."
    ),
    how_to_fix=(
        "Name administrators, and let the account's root user recover the key: `arn:aws:iam::111122223333:root`, with"
        " `ArnEquals` on `aws:PrincipalArn` where IAM policies shall have no say."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-default.html#key-policy-default-allow-root-enable-iam",
        "https://docs.aws.amazon.com/kms/latest/APIReference/API_PutKeyPolicy.html",
    ),
    mapping=("secrets-cli key-without-administrator",),
    check=OfPolicy(_check),
)
