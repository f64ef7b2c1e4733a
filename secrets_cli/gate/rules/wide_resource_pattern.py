"""`wide-resource-pattern`: a Resource that names a type, and with it every resource of the type."""

from collections.abc import Iterator

from secrets_cli.gate.breadth import arn_forms, breadth_of, fitting_forms, place_of
from secrets_cli.gate.breadth_actions import counted, makes_only_new, named, severity_of
from secrets_cli.gate.breadth_wildcards import PASSING, and_so_on, told_by_wildcards, worth_telling
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    catalog, statement = knowledge.catalog, granted.statement
    if statement.action.negated or statement.resource is None:
        return
    breadth = breadth_of(granted, catalog)
    spelled = breadth.of_type - told_by_wildcards(granted, catalog) - {PASSING}
    told = frozenset(one for one in worth_telling(spelled, catalog) if not makes_only_new(one, catalog))
    for actions, is_told in ((told, True), (spelled - told, False)):
        if not actions:
            continue
        values = fitting_forms(actions, statement.resource.values, catalog) or statement.resource.values
        yield Hit(
            f"{granted.at.named} grants {counted(actions, catalog)} on every resource of their types:"
            f" {named(actions, catalog)} on {and_so_on(values, 2)}",
            place_of(granted, statement.resource),
            evidence=tuple(f"can be scoped to {form}" for form in arn_forms(actions, catalog)),
            severity=severity_of(actions, catalog) if is_told else Severity.LOW,
            persona=Persona.DEFAULT if is_told else Persona.STRICT,
            subject="" if is_told else "rest",
            actions=frozenset(actions),
        )


RULE = Rule(
    id="wide-resource-pattern",
    title="grants actions on every resource of a type",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "`arn:aws:s3:::*` and `arn:aws:dynamodb:*:*:table/*` look like a scope and are none: an action on tables can touch"
        " nothing but tables, so `table/*` grants what `*` grants. Region and account make it every resource of the type"
        " that the account has there. High for actions that give access, medium for those that write; what is left out"
        " of `resource-wildcard` (the log of a function on `arn:aws:logs:*:*:*`, reading, tagging) is left out here."
    ),
    how_to_fix="Name the resources, or a prefix that only they have: `table/orders-*`, `function:shop-prod-*`.",
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference_policies_elements_resource.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/reference-arns.html",
    ),
    mapping=(),
    check=OfGrant(_check),
)
