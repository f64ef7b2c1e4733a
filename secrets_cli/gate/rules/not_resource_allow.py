"""`not-resource-allow`: an Allow statement that lists the resources it does not grant."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import breadth_of, can_be_scoped, place_of
from secrets_cli.gate.breadth_actions import counted, named, severity_of
from secrets_cli.gate.breadth_wildcards import and_so_on
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity

_SURVEYING = ("Describe", "List")


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog, resource = knowledge.catalog, granted.statement.resource
    if resource is None or not resource.negated or UNKNOWN in resource.values:
        return
    everywhere = breadth_of(granted, catalog).everywhere
    actions = frozenset(one for one in everywhere if can_be_scoped(one, catalog))
    if not actions:
        return
    worth = frozenset(one for one in actions if not one.partition(":")[2].startswith(_SURVEYING))
    severity = max(severity_of(actions, catalog), Severity.MEDIUM, key=lambda one: one.rank)
    yield Hit(
        f"{granted.at.named} grants {counted(actions, catalog)} on every resource but {and_so_on(resource.values, 2)}:"
        f" {named(actions, catalog)}",
        place_of(granted, resource),
        evidence=(counted(actions, catalog),),
        severity=severity if worth else Severity.LOW,
        persona=Persona.DEFAULT if worth else Persona.STRICT,
    )


RULE = Rule(
    id="not-resource-allow",
    title="grants its actions on every resource but those it lists",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "Allow with NotResource grants the actions on all that exists less a list, and on all that anybody will ever make."
        " A resource with a new name is granted at once. High where an action gives access, else medium; where only"
        " describing and listing is granted, it is shown from the strict persona on."
    ),
    how_to_fix=(
        "List what is granted with Resource. To take a resource out of a grant, deny it in a statement of its own."
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_notresource.html",),
    mapping=("cfn_nag W23", "parliament RESOURCE_STAR"),
    check=OfGrant(_check),
)
