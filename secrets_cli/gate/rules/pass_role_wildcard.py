"""`pass-role-wildcard`: a statement that passes any role to any service."""

from collections.abc import Iterator
from dataclasses import replace

from secrets_cli.gate.escalation.conditions import narrowing_keys
from secrets_cli.gate.escalation.pass_role import PASSING, passes_any_role, services_named
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.rule import Hit, OfGrant, Persona, Rule
from secrets_cli.gate.subject import Granted
from secrets_cli.severity import Confidence, Severity


def _check(granted: Granted, knowledge: Knowledge) -> Iterator[Hit]:
    if PASSING not in granted.actions or not passes_any_role(granted, knowledge.catalog):
        return
    resource = granted.statement.resource
    place = (resource.location if resource is not None else None) or granted.at.location
    conditions = granted.statement.conditions
    services = services_named(conditions)
    other = tuple(key for key in narrowing_keys(conditions) if key.lower() != "iam:passedtoservice")
    to = ", ".join(f"`{service}`" for service in services) or "any service"
    hit = Hit(f"{granted.at.named} passes any role to {to}", place, actions=frozenset({PASSING}))
    if not services and not other:
        yield hit
        return
    where = f" where the conditions on {', '.join(f'`{key}`' for key in other)} allow it" if other else ""
    yield replace(hit, message=hit.message + where, severity=Severity.LOW, persona=Persona.STRICT, subject="narrowed")


RULE = Rule(
    id="pass-role-wildcard",
    title="passes any role to any service",
    severity=Severity.MEDIUM,
    confidence=Confidence.HIGH,
    persona=Persona.DEFAULT,
    why=(
        "To pass a role is to let a service act with it. A principal that may pass every role may have an instance, a"
        " function or a stack run with an administrator's, and so do what that one may; all it needs beside is one action"
        " that takes a role. [privilege-escalation](privilege-escalation.md) reports it where such an action is granted too."
    ),
    how_to_fix=(
        'Name the roles, and the service that they are passed to: `"Resource":'
        ' "arn:aws:iam::111122223333:role/app-execution"` with `"Condition": {"StringEquals":'
        ' {"iam:PassedToService": "lambda.amazonaws.com"}}`.'
    ),
    references=(
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/id_roles_use_passrole.html",
        "https://docs.aws.amazon.com/IAM/latest/UserGuide/access-analyzer-reference-policy-checks.html",
    ),
    mapping=("Access Analyzer PASS_ROLE_WITH_STAR_IN_RESOURCE", "iam_policy_no_wildcard_resource_on_passrole"),
    check=OfGrant(_check),
    silences=frozenset({"pass-role-without-service", "resource-wildcard"}),
)
