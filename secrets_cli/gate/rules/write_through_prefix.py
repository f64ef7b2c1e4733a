"""`write-through-prefix`: a pattern of actions that can change or destroy the very resource it is scoped to."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import place_of
from secrets_cli.gate.breadth_actions import counted, named
from secrets_cli.gate.breadth_wildcards import Wild, and_so_on, scoped, spelled_out, verb
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog = knowledge.catalog
    wild = scoped(granted, catalog, reshaping=True)
    if wild is not None:
        yield _hit(granted, wild, knowledge, Severity.MEDIUM, Persona.DEFAULT)
        return
    wild = scoped(granted, catalog, reshaping=False)
    if wild is not None:
        yield _hit(granted, wild, knowledge, Severity.LOW, Persona.STRICT)


def _hit(granted: Granted, wild: Wild, knowledge: Knowledge, severity: Severity, persona: Persona) -> Hit:
    catalog = knowledge.catalog
    resource = granted.statement.resource
    unknown = resource is not None and any(one.startswith(UNKNOWN) for one in resource.values)
    return Hit(
        f"{granted.at.named}: {and_so_on(wild.patterns)} {verb(wild.patterns, 'admits', 'admit')} also"
        f" {counted(wild.grave, catalog)} on its resources: {named(wild.grave, catalog, 5)}",
        place_of(granted, granted.statement.action),
        evidence=(f"stands for {counted(wild.actions, catalog)} here", f"of them {', '.join(sorted(wild.grave))}"),
        severity=severity,
        confidence=Confidence.MEDIUM if unknown else None,
        persona=persona,
        fix=spelled_out(granted, wild),
        subject=severity.value,
    )


RULE = Rule(
    id="write-through-prefix",
    title="can change, destroy or give away the resource it is scoped to, through an action wildcard",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "The resource is named, the actions are not: `dynamodb:Delete*` on a table is meant for items and admits"
        " `dynamodb:DeleteTable`; `logs:*` on a log group admits deleting it and sending all that is logged elsewhere. An"
        " application that only uses a resource needs none of the actions that manage it. Patterns that admit nothing but"
        " use of what the resource holds (`s3:*Object`) are no finding before the strict persona."
    ),
    how_to_fix=(
        "List the actions. The unsafe fix writes the pattern as the known actions that the resources take: strike out those"
        " that manage the resource. A deployment that does manage it deserves a role of its own."
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_action.html",
        "https://docs.aws.amazon.com/service-authorization/latest/reference/reference_policies_actions-resources-contextkeys.html",
    ),
    mapping=("cfn-guard IAM_POLICY_NO_STATEMENTS_WITH_FULL_ACCESS",),
    check=OfGrant(_check),
)
