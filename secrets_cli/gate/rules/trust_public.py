"""`trust-public`: a role that anybody of any AWS account can assume."""

from collections.abc import Iterator

from secrets_cli.gate.callers import Limit
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.opened import opened
from secrets_cli.gate.rule import Hit, OfPolicy, Persona, Rule
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import PolicyAt
from secrets_cli.severity import Confidence, Severity


def _check(policy: PolicyAt, knowledge: Knowledge) -> Iterator[Hit]:
    if policy.kind is not PolicyKind.TRUST:
        return
    for one in opened(policy, knowledge):
        if not any(action.startswith("sts:AssumeRole") for action in one.actions):
            continue
        element = one.at.statement.principal
        place = element.location if element is not None else None
        partly = one.limit is Limit.PARTLY
        who = "anybody of any AWS account who meets its conditions" if partly else "anybody of any AWS account"
        yield Hit(
            f"{one.at.named} lets {who} assume the role",
            place or one.at.location,
            evidence=tuple(
                f"`{term.operator}` on `{term.key}` does not settle who can call"
                for term in one.at.statement.conditions
            ),
            about=(one.at,),
            severity=Severity.MEDIUM if partly else None,
            confidence=Confidence.MEDIUM if partly else None,
        )


RULE = Rule(
    id="trust-public",
    title="lets anybody assume a role",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`*` as the principal of a trust policy is every user and role of every AWS account. Whoever has an account of"
        " their own and learns the role's ARN, which is no secret, becomes the role. A condition helps only where"
        " strangers cannot meet it: an organization, an account, a principal's ARN. An external id is a shared word and"
        " no secret either."
    ),
    how_to_fix=(
        "Name the principals. Where all of an organization are meant, keep `*` and add `StringEquals` on"
        " `aws:PrincipalOrgID`; `StringEqualsIfExists` or `ForAllValues:` would let strangers through."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_principal.html#principal-anonymous",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_condition-keys.html#condition-keys-principalorgid",
    ),
    mapping=(
        "Access Analyzer ROLE_TRUST_POLICY_UNSUPPORTED_WILDCARD_IN_PRINCIPAL",
        "Access Analyzer CheckNoPublicAccess AWS::IAM::AssumeRolePolicyDocument",
        "CKV_AWS_60",
        "cfn-nag F21",
    ),
    check=OfPolicy(_check),
    silences=frozenset({"trust-cross-account"}),
)
