"""`credentials-exposure`: which statements return or make credentials of others."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import credentials_exposure, privilege_escalation
from secrets_cli.severity import Severity
from tests.unit.gate.rules.statements import found_in_statement

RULES = [credentials_exposure.RULE]


@pytest.mark.parametrize(
    ("action", "resource", "severity", "what"),
    [
        ("iam:CreateAccessKey", "*", Severity.HIGH, "access keys of users"),
        ("iam:CreateLoginProfile", "arn:aws:iam::*:user/*", Severity.HIGH, "console passwords of users"),
        ("sts:AssumeRole", "*", Severity.MEDIUM, "sessions of roles"),
        ("rds-db:connect", "*", Severity.MEDIUM, "log-ins to databases"),
        ("ec2:GetPasswordData", "*", Severity.MEDIUM, "log-ins to machines"),
        ("redshift:GetClusterCredentials", "arn:aws:redshift:*:*:dbuser:*/*", Severity.MEDIUM, "log-ins to databases"),
    ],
)
def test_credentials_of_all(action: str, resource: str, severity: Severity, what: str) -> None:
    (finding,) = found_in_statement(RULES, action, resource)
    assert finding.message == f"`One` gets {what}, all there are"
    assert finding.severity is severity


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("iam:CreateAccessKey", "arn:aws:iam::*:user/${aws:username}"),
        ("sts:AssumeRole", "arn:aws:iam::444455556666:role/reporting"),
        ("rds-db:connect", "arn:aws:rds-db:eu-central-1:111122223333:dbuser:db-ABC/app"),
        ("redshift:GetClusterCredentials", "arn:aws:redshift:*:*:dbname:*/*"),
        ("ecr:GetAuthorizationToken", "*"),
        ("codeartifact:GetAuthorizationToken", "*"),
        ("sts:GetCallerIdentity", "*"),
        ("sts:GetSessionToken", "*"),
        ("iam:ListAccessKeys", "*"),
    ],
)
def test_own_and_named_ones_and_what_pulls_images(action: str, resource: str) -> None:
    assert found_in_statement(RULES, action, resource, persona=Persona.AUDITOR) == ()


def test_privilege_escalation_says_more_of_the_same() -> None:
    both = [*RULES, privilege_escalation.RULE]
    assert [one.rule for one in found_in_statement(both, "iam:CreateAccessKey")] == ["privilege-escalation"]


def test_what_privilege_escalation_does_not_say_is_still_said() -> None:
    both = [*RULES, privilege_escalation.RULE]
    found = found_in_statement(both, ["iam:CreateAccessKey", "ec2:GetPasswordData"])
    assert {one.rule for one in found} == {"privilege-escalation", "credentials-exposure"}
