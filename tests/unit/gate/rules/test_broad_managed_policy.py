"""broad-managed-policy: one finding where an AWS managed policy is attached."""

import json

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.registry import RULES
from secrets_cli.gate.rules import resource_wildcard
from secrets_cli.gate.rules.broad_managed_policy import RULE
from secrets_cli.gate.settings import Settings
from secrets_cli.severity import Severity
from tests.unit.gate.granting import allow, deny, template
from tests.unit.gate.judging import findings_in

AWS = "arn:aws:iam::aws:policy"


@pytest.mark.parametrize(
    ("name", "severity"),
    [
        ("AdministratorAccess", Severity.HIGH),
        ("PowerUserAccess", Severity.HIGH),
        ("IAMFullAccess", Severity.HIGH),
        ("AmazonS3FullAccess", Severity.HIGH),
        ("AmazonRoute53FullAccess", Severity.MEDIUM),
    ],
)
def test_one_finding_stands_where_it_is_attached(name: str, severity: Severity) -> None:
    (finding,) = findings_in(template([], managed=(f"{AWS}/{name}",)), "template.json")
    assert finding.rule == "broad-managed-policy"
    assert finding.severity is severity
    assert finding.message.startswith(f"the AWS managed policy `{name}` grants ")
    assert finding.location.file == "template.json"
    assert finding.evidence == (f"{AWS}/{name}",)


@pytest.mark.parametrize(
    "name",
    [
        "AmazonS3ReadOnlyAccess",
        "ReadOnlyAccess",
        "SecurityAudit",
        "AmazonSSMManagedInstanceCore",
        "AWSXrayWriteOnlyAccess",
    ],
)
def test_policies_that_read_and_those_of_agents_are_no_finding(name: str) -> None:
    assert not findings_in(template([], managed=(f"{AWS}/{name}",)), "template.json", [RULE])


def test_policies_made_for_a_service_are_for_the_strict() -> None:
    text = template([], managed=(f"{AWS}/service-role/AmazonEC2RoleforSSM",))
    assert not findings_in(text, "template.json", [RULE])
    (finding,) = findings_in(text, "template.json", [RULE], Settings(persona=Persona.STRICT))
    assert finding.severity is Severity.LOW
    basic = template([], managed=(f"{AWS}/service-role/AWSLambdaBasicExecutionRole",))
    assert not findings_in(basic, "template.json", [RULE], Settings(persona=Persona.AUDITOR))


def test_what_is_denied_or_bounded_is_not_granted() -> None:
    managed = (f"{AWS}/AmazonS3FullAccess",)
    assert not findings_in(template([deny("s3:*"), deny("s3-object-lambda:*")], managed=managed), "t.json", [RULE])
    assert not findings_in(template([], boundary=[allow("s3:Get*")], managed=managed), "t.json", [RULE])


def test_own_statements_beside_it_are_still_judged() -> None:
    found = findings_in(template([allow("sqs:SendMessage")], managed=(f"{AWS}/AmazonS3FullAccess",)), "t.json", RULES)
    assert {one.rule for one in found} >= {"broad-managed-policy", "resource-wildcard"}


def test_a_statement_of_an_attached_policy_is_named_with_it() -> None:
    text = template([], managed=(f"{AWS}/service-role/AWSLambdaBasicExecutionRole",))
    (finding,) = findings_in(text, "t.json", [resource_wildcard.RULE], Settings(persona=Persona.STRICT))
    assert finding.message.startswith(f"statement 1 of managed {AWS}/service-role/AWSLambdaBasicExecutionRole grants")


def test_a_managed_policy_of_the_account_is_judged_by_its_statements() -> None:
    arn = "arn:aws:iam::111122223333:policy/team"
    document = {"Version": "2012-10-17", "Statement": allow("s3:*", "*")}
    role = {
        "Arn": "arn:aws:iam::111122223333:role/app",
        "RoleName": "app",
        "AssumeRolePolicyDocument": {"Version": "2012-10-17", "Statement": []},
        "RolePolicyList": [],
        "AttachedManagedPolicies": [{"PolicyArn": arn, "PolicyName": "team"}],
    }
    version = {"VersionId": "v1", "IsDefaultVersion": True, "Document": document}
    policy = {"Arn": arn, "PolicyName": "team", "DefaultVersionId": "v1", "PolicyVersionList": [version]}
    found = findings_in(json.dumps({"RoleDetailList": [role], "Policies": [policy]}), "account.json")
    assert "service-wildcard" in {one.rule for one in found}
    assert "broad-managed-policy" not in {one.rule for one in found}
