"""`pass-role-without-service`: which statements pass roles to any service."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import pass_role_without_service
from secrets_cli.severity import Severity
from tests.unit.gate.rules.statements import found_in_statement

RULES = [pass_role_without_service.RULE]
APP = "arn:aws:iam::111122223333:role/app"


@pytest.mark.parametrize("resource", [APP, f"{APP}-*", [APP, f"{APP}-2"]])
def test_roles_to_any_service(resource: object) -> None:
    (finding,) = found_in_statement(RULES, "iam:PassRole", resource, persona=Persona.STRICT)
    assert finding.message == "`One` passes roles to any service: no condition on `iam:PassedToService`"
    assert finding.severity is Severity.LOW
    assert (finding.location.line, finding.location.column) == (3, 2)


def test_it_is_nothing_for_a_team_that_wants_to_merge() -> None:
    assert found_in_statement(RULES, "iam:PassRole", APP) == ()


@pytest.mark.parametrize("operator", ["StringEquals", "StringLike", "ForAnyValue:StringEquals"])
def test_a_named_service(operator: str) -> None:
    condition = {operator: {"iam:PassedToService": "lambda.amazonaws.com"}}
    assert found_in_statement(RULES, "iam:PassRole", APP, condition, Persona.AUDITOR) == ()


def test_any_role_is_another_rule() -> None:
    assert found_in_statement(RULES, "iam:PassRole", persona=Persona.AUDITOR) == ()


def test_a_deny_passes_nothing() -> None:
    assert found_in_statement(RULES, "iam:PassRole", APP, effect="Deny", persona=Persona.AUDITOR) == ()
