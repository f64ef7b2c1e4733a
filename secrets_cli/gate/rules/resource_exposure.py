"""`resource-exposure`: a statement that can open all resources of a kind to others."""

from collections.abc import Iterator

from secrets_cli.gate.exposure.hits import hits_of
from secrets_cli.gate.exposure.opening import OPENS_RESOURCES
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    yield from hits_of(granted, OPENS_RESOURCES, "can open to others", knowledge)


RULE = Rule(
    id="resource-exposure",
    title="can open all resources of a kind to other accounts or to everyone",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Who may write the policy of a bucket, a key or a function, or share a snapshot, decides who else gets in: another"
        " account, or the world. With such an action on every resource of a kind, one principal can give away all of them,"
        " and nothing that it reads itself shows in the logs."
    ),
    how_to_fix=(
        "Leave these actions to the deployment, on the resources that it makes; an application needs none of them. For keys,"
        ' add `"Condition": {"Bool": {"kms:GrantIsForAWSResource": "true"}}` to `kms:CreateGrant`.'
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_policies_identity-vs-resource.html",
        "https://docs.aws.amazon.com/kms/latest/developerguide/grants.html",
        "https://docs.aws.amazon.com/ebs/latest/userguide/ebs-modifying-snapshot-permissions.html",
    ),
    mapping=("CKV_AWS_109", "CKV_AWS_289", "cloudsplaining ResourceExposure"),
    check=OfGrant(_check),
    silences=frozenset({"resource-wildcard", "wide-resource-pattern"}),
)
