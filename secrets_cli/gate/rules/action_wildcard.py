"""`action-wildcard`: a pattern of actions that admits writing, on every resource."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import arn_forms, place_of
from secrets_cli.gate.breadth_actions import counted, named, severity_of
from secrets_cli.gate.breadth_wildcards import and_so_on, held_back, spelled_out, verb, wide
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog = knowledge.catalog
    place = place_of(granted, granted.statement.action)
    wild = wide(granted, catalog, whole_services=False)
    if wild is not None:
        yield Hit(
            f"{granted.at.named}: {and_so_on(wild.patterns)} {verb(wild.patterns, 'admits', 'admit')}"
            f" {counted(wild.grave, catalog)} on every resource: {named(wild.grave, catalog)}",
            place,
            evidence=(
                counted(wild.actions, catalog),
                *(f"can be scoped to {form}" for form in arn_forms(wild.grave, catalog)),
            ),
            severity=severity_of(wild.grave, catalog),
            fix=spelled_out(granted, wild),
        )
    mild = held_back(granted, catalog)
    if mild is not None:
        yield Hit(
            f"{granted.at.named}: {and_so_on(mild.patterns)} {verb(mild.patterns, 'admits', 'admit')}"
            f" {counted(mild.grave, catalog)}, limited by conditions or usual on every resource:"
            f" {named(mild.grave, catalog)}",
            place,
            evidence=(counted(mild.actions, catalog),),
            severity=Severity.LOW,
            persona=Persona.STRICT,
            fix=spelled_out(granted, mild),
            subject="held back",
        )


RULE = Rule(
    id="action-wildcard",
    title="admits writing or permissions management through an action wildcard, on every resource",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "A prefix is not a purpose. `s3:Put*` is meant to store objects, and admits `s3:PutBucketPolicy`, which gives the"
        " bucket away; `ec2:Create*` is some hundred actions. New actions join the pattern without anybody's review. The"
        " finding is high where one of the actions gives access, else medium. Patterns that only admit reading are no"
        " finding of this rule."
    ),
    how_to_fix=(
        "List the actions. The unsafe fix writes the pattern as the known actions it stands for, where they are few enough"
        " to be read: strike out what the work does not need. Then name the resources."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/best-practices.html#grant-least-privilege",
    ),
    mapping=("cloudsplaining InfrastructureModification", "CKV_AWS_111", "CKV_AWS_290", "CKV_AWS_109", "CKV_AWS_289"),
    check=OfGrant(_check),
)
