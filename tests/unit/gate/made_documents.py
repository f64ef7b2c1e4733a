"""Trust and resource policies made in a line, and what one rule finds in them."""

import json
from collections.abc import Mapping, Sequence

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from tests.unit.gate.judging import findings_in

ACCOUNT = "111122223333"
OTHER = "444455556666"
QUEUE = f"arn:aws:sqs:eu-central-1:{ACCOUNT}:orders"
BUCKET = "arn:aws:s3:::acme-reports"

Conditions = Mapping[str, Mapping[str, str | Sequence[str]]]


def statement(
    principal: object,
    action: str | Sequence[str],
    resource: str | Sequence[str] | None = None,
    conditions: Conditions | None = None,
    *,
    effect: str = "Allow",
    element: str = "Principal",
) -> dict[str, object]:
    """One statement; without a resource it is one of a trust policy."""
    made: dict[str, object] = {"Effect": effect, element: principal, "Action": action}
    if resource is not None:
        made["Resource"] = resource
    if conditions is not None:
        made["Condition"] = conditions
    return made


def policy(*statements: Mapping[str, object]) -> str:
    """The document, one statement a line from line 2."""
    lines = ",\n".join(json.dumps(one) for one in statements)
    return f'{{"Version": "2012-10-17", "Statement": [\n{lines}\n]}}'


def in_trust(rule: Rule, *statements: Mapping[str, object], settings: Settings | None = None) -> tuple[Finding, ...]:
    """What the rule finds in a trust policy."""
    return findings_in(policy(*statements), "role.trust.json", [rule], settings)


def in_resource(rule: Rule, *statements: Mapping[str, object], settings: Settings | None = None) -> tuple[Finding, ...]:
    """What the rule finds in a resource policy."""
    return findings_in(policy(*statements), "queue.resource.json", [rule], settings)


def in_template(rule: Rule, resources: Mapping[str, object], settings: Settings | None = None) -> tuple[Finding, ...]:
    """What the rule finds in a CloudFormation template of these resources."""
    return findings_in(json.dumps({"Resources": resources}), "template.json", [rule], settings)


STRICT = Settings(persona=Persona.STRICT)
AUDITOR = Settings(persona=Persona.AUDITOR)


def weights(found: Sequence[Finding]) -> list[str]:
    """The severities, in order."""
    return [one.severity.value for one in found]
