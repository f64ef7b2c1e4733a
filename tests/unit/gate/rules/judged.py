"""One statement, or one policy, judged by one rule: what the tests of the correctness rules share."""

import json
from collections.abc import Mapping, Sequence

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from tests.unit.gate.judging import findings_in

QUEUE = "arn:aws:sqs:eu-central-1:111122223333:orders"


def statement(**elements: object) -> dict[str, object]:
    """A statement that allows sending to one queue, but for the elements given; None leaves an element out."""
    whole = {"Effect": "Allow", "Action": "sqs:SendMessage", "Resource": QUEUE, **elements}
    return {name: value for name, value in whole.items() if value is not None}


def judged(
    rule: Rule,
    statements: Mapping[str, object] | Sequence[Mapping[str, object]],
    persona: Persona = Persona.DEFAULT,
    version: str | None = "2012-10-17",
    name: str = "policy.json",
) -> tuple[Finding, ...]:
    """What the rule finds in a policy of these statements."""
    listed = [statements] if isinstance(statements, Mapping) else list(statements)
    document = {"Statement": listed} if version is None else {"Version": version, "Statement": listed}
    return findings_in(json.dumps(document, indent=1), name, [rule], Settings(persona=persona))
