"""Which findings make others redundant."""

from collections.abc import Iterator
from dataclasses import replace

import pytest

from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rule import Hit, OfStatement, Rule
from secrets_cli.gate.rules import full_admin
from secrets_cli.gate.subject import StatementAt
from tests.unit.gate.judging import findings_in

POLICY = '{"Version": "2012-10-17", "Statement": [{"Effect": "Allow", "Action": "s3:GetObject", "Resource": "*"}]}'
NONE: frozenset[str] = frozenset()


def _rule(id: str, actions: frozenset[str], silences: str = "", persona: Persona = Persona.DEFAULT) -> Rule:
    def check(at: StatementAt, knowledge: Knowledge) -> Iterator[Hit]:
        yield Hit(id, at.location, actions=actions)

    silenced = frozenset({silences}) if silences else NONE
    return replace(full_admin.RULE, id=id, check=OfStatement(check), silences=silenced, persona=persona)


@pytest.mark.parametrize(
    ("more", "less", "shown"),
    [
        (NONE, NONE, ["more"]),
        (NONE, frozenset({"s3:GetObject"}), ["more"]),
        (frozenset({"a:A", "a:B"}), frozenset({"a:A"}), ["more"]),
        (frozenset({"a:A"}), frozenset({"a:A", "a:B"}), ["less", "more"]),
        (frozenset({"a:A"}), NONE, ["less", "more"]),
    ],
)
def test_a_finding_about_some_actions_silences_what_speaks_of_no_others(
    more: frozenset[str], less: frozenset[str], shown: list[str]
) -> None:
    rules = [_rule("more", more, silences="less"), _rule("less", less)]
    assert [finding.rule for finding in findings_in(POLICY, rules=rules)] == shown


def test_a_finding_that_is_not_shown_silences_nothing() -> None:
    rules = [_rule("more", NONE, silences="less", persona=Persona.STRICT), _rule("less", NONE)]
    assert [finding.rule for finding in findings_in(POLICY, rules=rules)] == ["less"]
