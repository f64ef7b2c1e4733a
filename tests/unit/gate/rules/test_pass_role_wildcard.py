"""`pass-role-wildcard`: which statements pass any role to any service."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import pass_role_wildcard, pass_role_without_service, privilege_escalation
from secrets_cli.severity import Severity
from tests.unit.gate.rules.statements import found_in_statement

RULES = [pass_role_wildcard.RULE]
TO_LAMBDA = {"StringEquals": {"iam:PassedToService": "lambda.amazonaws.com"}}


@pytest.mark.parametrize("resource", ["*", "arn:aws:iam::111122223333:role/*", "arn:aws:iam::*:*"])
@pytest.mark.parametrize("action", ["iam:PassRole", ["iam:GetRole", "iam:Pass*"]])
def test_any_role(action: object, resource: str) -> None:
    (finding,) = found_in_statement(RULES, action, resource)
    assert finding.message == "`One` passes any role to any service"
    assert finding.severity is Severity.MEDIUM
    assert (finding.location.line, finding.location.column) == (4, 2)


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {"iam:PassedToService": "ec2.amazonaws.com"}},
        {"StringLike": {"iam:PassedToService": "*"}},
        {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
    ],
)
def test_conditions_that_name_no_service(condition: object) -> None:
    assert len(found_in_statement(RULES, "iam:PassRole", condition=condition)) == 1


@pytest.mark.parametrize(
    ("condition", "words"),
    [
        (TO_LAMBDA, "passes any role to `lambda.amazonaws.com`"),
        (
            {"StringLikeIfExists": {"iam:PassedToService": ["ec2.amazonaws.com*", "ecs.amazonaws.com"]}},
            "passes any role to `ec2.amazonaws.com*`, `ecs.amazonaws.com`",
        ),
        (
            {"StringEquals": {"iam:ResourceTag/team": "a"}},
            "passes any role to any service where the conditions on `iam:ResourceTag/team` allow it",
        ),
    ],
)
def test_any_role_to_some_services_is_for_the_strict(condition: object, words: str) -> None:
    assert found_in_statement(RULES, "iam:PassRole", condition=condition) == ()
    (finding,) = found_in_statement(RULES, "iam:PassRole", condition=condition, persona=Persona.STRICT)
    assert finding.message == f"`One` {words}"
    assert finding.severity is Severity.LOW


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:PassRole", "arn:aws:iam::111122223333:role/app"),
        ("iam:PassRole", "arn:aws:iam::111122223333:role/app-*"),
        ("iam:GetRole", "*"),
    ],
)
def test_named_roles_and_other_actions(action: str, resource: str) -> None:
    assert found_in_statement(RULES, action, resource, persona=Persona.AUDITOR) == ()


def test_a_deny_passes_nothing() -> None:
    assert found_in_statement(RULES, "iam:PassRole", effect="Deny", persona=Persona.AUDITOR) == ()


def test_where_a_service_takes_the_role_privilege_escalation_says_it() -> None:
    both = [*RULES, pass_role_without_service.RULE, privilege_escalation.RULE]
    found = found_in_statement(both, ["iam:PassRole", "glue:CreateDevEndpoint"], persona=Persona.STRICT)
    assert [one.rule for one in found] == ["privilege-escalation"]
