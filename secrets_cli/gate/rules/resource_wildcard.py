"""`resource-wildcard`: actions that can be scoped to resources, granted on `*`."""

from collections.abc import Iterator

from secrets_cli.catalog.catalog import Catalog
from secrets_cli.gate.breadth import arn_forms, breadth_of, can_be_scoped, place_of
from secrets_cli.gate.breadth_actions import (
    Power,
    counted,
    makes_only_new,
    named,
    power_of,
    severity_of,
    takes_the_only_one,
)
from secrets_cli.gate.breadth_wildcards import PASSING, told_by_wildcards, worth_telling
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog, statement = knowledge.catalog, granted.statement
    if statement.action.negated or not granted.everywhere:
        return
    breadth = breadth_of(granted, catalog)
    spelled = (breadth.everywhere | breadth.narrowed) - told_by_wildcards(granted, catalog) - {PASSING}
    scopable = frozenset(one for one in spelled if can_be_scoped(one, catalog))
    worth = worth_telling(scopable & breadth.everywhere, catalog)
    told = frozenset(one for one in worth if not _has_no_narrower_name(one, catalog))
    place = place_of(granted, statement.resource)
    if told:
        yield Hit(
            f"{granted.at.named} grants {counted(told, catalog)} on every resource: {named(told, catalog)}",
            place,
            evidence=tuple(f"can be scoped to {form}" for form in arn_forms(told, catalog)),
            severity=severity_of(told, catalog),
            actions=frozenset(told),
        )
    rest = scopable - told
    if rest:
        yield Hit(
            f"{granted.at.named} grants {counted(rest, catalog)} on `*` that can be scoped to resources:"
            f" {named(rest, catalog)}",
            place,
            evidence=tuple(f"can be scoped to {form}" for form in arn_forms(rest, catalog)),
            severity=Severity.LOW,
            persona=Persona.STRICT,
            subject="rest",
            actions=frozenset(rest),
        )


def _has_no_narrower_name(action: str, catalog: Catalog) -> bool:
    """Whether no ARN says less than `*` of what the action takes; of those that give access that is told all the same."""
    only_one = takes_the_only_one(action, catalog) and power_of(action, catalog) is not Power.GIVES_ACCESS
    return only_one or makes_only_new(action, catalog)


RULE = Rule(
    id="resource-wildcard",
    title="grants actions on every resource that can be limited to some",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "On `*`, an action that was meant for one queue writes to every queue of the account, those of other teams"
        " and stages included. The finding is high for actions that give access, medium for those that write. It"
        " speaks only of actions that take resources: some 6,700 of AWS's 22,000 take `*` alone, and those are no"
        " finding. Nor are, before the strict persona, reading and listing (data is another rule's), tagging,"
        " actions that make a thing whose id AWS picks or of which an account has one alone, and what AWS's own"
        " documentation grants on `*`: writing a function's log, its network interfaces, metrics, the reports of a"
        " managed node, sending mail, service-linked roles. A condition on the resource's tags or on what is asked"
        " for counts as a scope; one on who calls does not."
    ),
    how_to_fix=(
        "Name the resources, in the ARN forms that the finding lists. Where `*` is needed for other actions of the"
        " statement, put those into a statement of their own. Where the resources are not known beforehand, a condition on"
        " `aws:ResourceTag/...` is a scope too."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access_tags.html",
    ),
    mapping=(
        "parliament RESOURCE_STAR",
        "CKV_AWS_111",
        "CKV_AWS_290",
        "CKV_AWS_355",
        "CKV_AWS_356",
        "CKV_AWS_109",
        "CKV_AWS_289",
        "cloudsplaining InfrastructureModification",
        "cfn-guard IAM_POLICYDOCUMENT_NO_WILDCARD_RESOURCE",
    ),
    check=OfGrant(_check),
)
