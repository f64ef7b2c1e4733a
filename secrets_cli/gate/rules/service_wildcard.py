"""`service-wildcard`: every action of a service on every resource."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import arn_forms, place_of
from secrets_cli.gate.breadth_actions import counted, named, severity_of
from secrets_cli.gate.breadth_wildcards import and_so_on, verb, wide
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog = knowledge.catalog
    wild = wide(granted, catalog, whole_services=True)
    if wild is None:
        return
    where = "on every resource" if granted.everywhere else "on every resource of a type"
    grants = verb(wild.patterns, "grants", "grant")
    yield Hit(
        f"{granted.at.named}: {and_so_on(wild.patterns)} {grants} every action there is and will be, {where}:"
        f" {counted(wild.actions, catalog)}, among them {named(wild.grave, catalog)}",
        place_of(granted, granted.statement.action),
        evidence=(
            counted(wild.actions, catalog),
            *(f"can be scoped to {form}" for form in arn_forms(wild.grave, catalog)),
        ),
        severity=severity_of(wild.grave, catalog),
        actions=frozenset(wild.actions),
    )


RULE = Rule(
    id="service-wildcard",
    title="grants every action of a service on every resource",
    severity=Severity.HIGH,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`s3:*` on `*` is not reading and writing objects: it is deleting buckets, making them public, and whatever AWS adds"
        " to the service next. `arn:aws:s3:::*` says the same as `*`. The finding is high where one of the actions gives"
        " access to others (permissions management in AWS's tables), else medium. Deny statements, the boundary and"
        " conditions on the resource's tags are taken into account; conditions on who calls are no scope."
    ),
    how_to_fix=(
        "List the actions the work needs and name the resources. What a role has used says its CloudTrail record:"
        " `secrets-cli role narrow --logs SOURCE --principal ARN --policy FILE`. `secrets-cli policy expand FILE` shows"
        " what the wildcard stands for."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
        "https://docs.aws.amazon.com/securityhub/latest/userguide/iam-controls.html#iam-21",
    ),
    mapping=(
        "Security Hub IAM.21",
        "cloudsplaining ServiceWildcard",
        "CKV_AWS_111",
        "CKV_AWS_290",
        "CKV2_AWS_40",
        "cfn-guard IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",
    ),
    check=OfGrant(_check),
    silences=frozenset({"data-exposure", "resource-exposure", "credentials-exposure", "pass-role-wildcard"}),
)
