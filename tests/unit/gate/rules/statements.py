"""Policies of single statements, for tests of rules."""

import json
from collections.abc import Sequence

from secrets_cli.gate.finding import Finding
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Rule
from secrets_cli.gate.settings import Settings
from tests.unit.gate.judging import findings_in


def found_in_statement(
    rules: Sequence[Rule],
    action: object,
    resource: object = "*",
    condition: object = None,
    persona: Persona = Persona.DEFAULT,
    effect: str = "Allow",
) -> tuple[Finding, ...]:
    """What the rules find in a policy of one statement, whose Resource stands in line 4, column 2."""
    more = "" if condition is None else f',\n "Condition": {json.dumps(condition)}'
    text = (
        '{"Version": "2012-10-17", "Statement": [\n'
        f'{{"Sid": "One", "Effect": "{effect}",\n'
        f' "Action": {json.dumps(action)},\n'
        f' "Resource": {json.dumps(resource)}{more}}}]}}'
    )
    return findings_in(text, "p.json", rules, Settings(persona=persona))
