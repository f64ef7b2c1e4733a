"""`pass-role-without-service`: a statement that passes some roles to any service."""

from collections.abc import Iterator

from secrets_cli.gate.escalation.pass_role import PASSING, passes_any_role, services_named
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.inputs.found import UNKNOWN
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    if PASSING not in granted.actions or passes_any_role(granted, knowledge.catalog):
        return
    resource = granted.statement.resource
    if resource is None or resource.negated or all(value.strip(UNKNOWN) == "" for value in resource.values):
        return
    if not services_named(granted.statement.conditions):
        action = granted.statement.action
        yield Hit(
            f"{granted.at.named} passes roles to any service: no condition on `iam:PassedToService`",
            action.location or granted.at.location,
            actions=frozenset({PASSING}),
        )


RULE = Rule(
    id="pass-role-without-service",
    title="passes roles to any service",
    severity=Severity.LOW,
    confidence=Confidence.HIGH,
    persona=Persona.STRICT,
    why=(
        "The trust policy of a role says which services can take it; a role that trusts several, or comes to trust another"
        " one later, can be passed to each of them. A condition on `iam:PassedToService` says what the statement is for, and"
        " holds whatever becomes of the role."
    ),
    how_to_fix=(
        'Add `"Condition": {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}` with the services that'
        " the roles are for."
    ),
    references=("https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",),
    mapping=("Access Analyzer PASS_ROLE_WITH_STAR_IN_RESOURCE",),
    check=OfGrant(_check),
)
