"""`key-policy-public`: a KMS key that anybody of any AWS account can use."""

from collections.abc import Iterator
from typing import TYPE_CHECKING

from secrets_cli.gate.callers import Limit
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.opened import can_change, is_key_policy, listed, opened
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity

if TYPE_CHECKING:
    from secrets_cli.secrets.keys.explain import Kind


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if not is_key_policy(policy):
        return
    from secrets_cli.secrets.keys.explain import Kind, kind_of_action  # few files hold key policies

    for one in opened(policy, knowledge):
        kinds = {kind_of_action(action, knowledge.catalog) for action in one.actions}
        partly = one.limit is Limit.PARTLY
        element = one.at.statement.principal
        used = [name for name in one.actions if kind_of_action(name, knowledge.catalog) is Kind.USE]
        telling = used or can_change(one.actions, knowledge.catalog) or one.actions
        who = "anybody of any AWS account, through another service," if partly else "anybody of any AWS account"
        yield Hit(
            f"{one.at.named} lets {who} {_verbs(kinds)} the key: {listed(telling)}",
            (element.location if element is not None else None) or one.at.location,
            evidence=tuple(
                f"`{term.operator}` on `{term.key}` does not settle whose account calls"
                for term in one.at.statement.conditions
            ),
            about=(one.at,),
            severity=Severity.MEDIUM if partly or kinds == {Kind.READ} else None,
            confidence=Confidence.MEDIUM if partly else None,
        )


def _verbs(kinds: "set[Kind]") -> str:
    from secrets_cli.secrets.keys.explain import Kind

    if Kind.ADMINISTER in kinds:
        return "use and manage" if Kind.USE in kinds else "manage"
    return "use" if Kind.USE in kinds else "look at"


RULE = Rule(
    id="key-policy-public",
    title="opens a KMS key to every AWS account",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`*` as the principal of a key policy is everybody of every account. With Decrypt, whoever comes by a ciphertext"
        " can read it; with PutKeyPolicy or CreateGrant the key is theirs. `kms:ViaService` alone does not help: it asks"
        " through which service the call comes, not from whose account, so that anybody can use the key through a"
        " bucket or a queue of his own."
    ),
    how_to_fix=(
        "Name the account (`arn:aws:iam::111122223333:root`) or the roles. To mean the account's callers of one service,"
        " ask for `kms:CallerAccount` together with `kms:ViaService`, as the keys managed by AWS do."
    ),
    references=(
        "https://docs.aws.amazon.com/kms/latest/developerguide/key-policy-overview.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/conditions-kms.html#conditions-kms-caller-account",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/kms-controls.html#kms-5",
    ),
    mapping=("CKV_AWS_33", "Access Analyzer CheckNoPublicAccess AWS::KMS::Key", "Security Hub KMS.5", "cfn-nag F76"),
    check=OfPolicy(_check),
    silences=frozenset({"key-policy-star-actions", "key-policy-grant-without-condition", "key-policy-admin-and-use"}),
)
