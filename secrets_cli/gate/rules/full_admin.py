"""`full-admin`: a statement that grants every action on every resource."""

from collections.abc import Iterator

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity

_EVERYTHING = ("*", "*:*")


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    action = granted.statement.action
    if action.negated or not granted.everywhere or not any(value in _EVERYTHING for value in action.values):
        return
    total = len(knowledge.catalog.all_actions())
    yield Hit(
        f"{granted.at.named} grants every action on every resource",
        action.location or granted.at.location,
        evidence=(f"{len(granted.actions):,} of {total:,} known actions, and every action that AWS adds",),
    )


RULE = Rule(
    id="full-admin",
    title="grants every action on every resource",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Whoever gets hold of this principal owns the account: every resource can be read, changed and deleted, and the"
        " audit trail with them. A function's role is held by every line of code the function runs, its dependencies"
        " included."
    ),
    how_to_fix=(
        "Grant the actions that the work needs on the resources it needs. Where they are not known, let the role's own"
        " CloudTrail records say: `secrets-cli role narrow --logs SOURCE --principal ARN --policy FILE`."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-1",
    ),
    mapping=("Security Hub IAM.1", "CIS AWS 3.0 1.16", "CKV_AWS_1", "CKV_AWS_62", "CKV_AWS_63"),
    check=OfGrant(_check),
    silences=frozenset(
        {
            "service-wildcard",
            "action-wildcard",
            "resource-wildcard",
            "not-action-allow",
            "pass-role-wildcard",
            "privilege-escalation",
            "data-exposure",
            "resource-exposure",
            "credentials-exposure",
        }
    ),
)
