"""`privilege-escalation`: which principals can get more than they were granted."""

import json
from typing import Any

import pytest

from secrets_cli.catalog.load import load_catalog
from secrets_cli.gate.engine import judge
from secrets_cli.gate.finding import Finding
from secrets_cli.gate.knowledge import Knowledge
from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules import privilege_escalation
from secrets_cli.gate.settings import Settings
from secrets_cli.iam.location import Location
from secrets_cli.iam.model import Effect, Element, Policy, Statement
from secrets_cli.iam.policy_kind import PolicyKind
from secrets_cli.inputs.found import UNKNOWN, Found, PolicyAt
from secrets_cli.severity import Confidence, Severity
from tests.unit.gate.judging import TODAY, findings_in

ACCOUNT = "arn:aws:iam::111122223333"
LAMBDA = ["lambda:CreateFunction", "lambda:InvokeFunction"]
BOUNDARY = {"StringEquals": {"iam:PermissionsBoundary": f"{ACCOUNT}:policy/limit"}}


def allow(action: object, resource: object = "*", condition: object = None) -> dict[str, Any]:
    """An Allow statement."""
    made = {"Effect": "Allow", "Action": action, "Resource": resource}
    return made if condition is None else {**made, "Condition": condition}


def deny(action: object, resource: object = "*", condition: object = None) -> dict[str, Any]:
    """A Deny statement."""
    return {**allow(action, resource, condition), "Effect": "Deny"}


def found(*statements: dict[str, Any], persona: Persona = Persona.DEFAULT) -> tuple[Finding, ...]:
    """What the rule alone finds in a policy of the statements."""
    text = json.dumps({"Version": "2012-10-17", "Statement": statements})
    return findings_in(text, "p.json", [privilege_escalation.RULE], Settings(persona=persona))


def test_a_role_that_the_caller_can_name_is_no_limit() -> None:
    role = f"{ACCOUNT}:role/*-ZappaLambdaExecutionRole"
    (finding,) = found(
        allow(LAMBDA), allow(["iam:GetRole", "iam:PassRole", "iam:CreateRole", "iam:AttachRolePolicy"], role)
    )
    assert finding.severity is Severity.HIGH
    assert finding.confidence is Confidence.HIGH
    assert finding.message == (
        "this policy can give itself every permission: create a role, attach AdministratorAccess to it, pass it to a new"
        " function, invoke that"
    )
    assert finding.evidence[0] == (
        "own-2: create a role, attach AdministratorAccess to it, pass it to a new function, invoke that:"
        " `iam:CreateRole`, `iam:AttachRolePolicy`, `iam:PassRole` on"
        " `arn:aws:iam::111122223333:role/x-ZappaLambdaExecutionRole`;"
        " `lambda:CreateFunction`, `lambda:InvokeFunction` on"
        " `arn:aws:lambda:eu-central-1:111122223333:function:example`"
    )


def test_the_finding_stands_where_the_strongest_action_is_granted() -> None:
    text = (
        '{"Version": "2012-10-17", "Statement": [\n'
        '{"Effect": "Allow", "Action": "lambda:CreateFunction", "Resource": "*"},\n'
        '{"Effect": "Allow", "Action": "lambda:InvokeFunction", "Resource": "*"},\n'
        '{"Effect": "Allow",\n'
        ' "Action": "iam:PassRole", "Resource": "*"}]}'
    )
    (finding,) = findings_in(text, "p.json", [privilege_escalation.RULE])
    assert (finding.location.line, finding.location.column) == (5, 2)


def test_statements_are_joined() -> None:
    assert found(allow("iam:PassRole"), allow("ec2:RunInstances"))[0].message.endswith(
        "run code as a role that it passes: start an instance with a role, and user data that uses it"
    )


def test_an_exact_role_that_can_be_written_and_passed_is_enough() -> None:
    role = f"{ACCOUNT}:role/app"
    (finding,) = found(allow(LAMBDA), allow(["iam:PutRolePolicy", "iam:PassRole"], role))
    assert finding.severity is Severity.HIGH
    assert "own-7" in finding.evidence[0]


@pytest.mark.parametrize(
    "statement",
    [
        allow("iam:CreatePolicyVersion", f"{ACCOUNT}:policy/app-*"),
        allow("iam:PutRolePolicy", f"{ACCOUNT}:role/app-*"),
        allow("iam:CreateAccessKey", f"{ACCOUNT}:user/team/*"),
    ],
)
def test_a_pattern_of_several_principals_or_policies_is_found_with_less_certainty(statement: dict[str, Any]) -> None:
    (finding,) = found(statement)
    assert finding.severity is Severity.MEDIUM
    assert finding.confidence is Confidence.MEDIUM
    assert "as far as a name pattern goes" in finding.message


def test_a_user_that_writes_its_own_policies() -> None:
    (finding,) = found(allow("iam:PutUserPolicy", f"{ACCOUNT}:user/${{aws:username}}"))
    assert finding.severity is Severity.HIGH
    assert f"`{ACCOUNT}:user/caller`" in finding.evidence[0]


@pytest.mark.parametrize("action", ["iam:CreateAccessKey", "iam:UpdateLoginProfile", "iam:CreateLoginProfile"])
def test_a_user_that_manages_its_own_credentials_gains_nothing(action: str) -> None:
    assert not found(allow(action, f"{ACCOUNT}:user/${{aws:username}}"), persona=Persona.AUDITOR)


def test_all_but_some_actions() -> None:
    statement = {"Effect": "Allow", "NotAction": ["iam:Update*", "iam:Create*", "iam:Attach*"], "Resource": "*"}
    assert any("iam-005" in line for one in found(statement) for line in one.evidence)


def test_all_but_some_resources() -> None:
    statement = {"Effect": "Allow", "Action": "iam:PutRolePolicy", "NotResource": f"{ACCOUNT}:role/admin"}
    assert found(statement)


@pytest.mark.parametrize(
    "statements",
    [
        pytest.param([allow("iam:CreatePolicyVersion", "arn:aws:iam::aws:policy/*")], id="policies of AWS"),
        pytest.param([allow("iam:PutRolePolicy", f"{ACCOUNT}:user/*")], id="a resource that the action cannot have"),
        pytest.param([allow("iam:PutRolePolicy", f"{ACCOUNT}:role/aws-service-role/*")], id="service-linked roles"),
        pytest.param([allow("iam:*"), deny("*")], id="everything denied"),
        pytest.param([allow("iam:PutRolePolicy"), deny("iam:Put*", f"{ACCOUNT}:role/*")], id="denied on roles"),
        pytest.param(
            [allow("iam:PutRolePolicy", condition={"DateLessThan": {"aws:CurrentTime": "2020-01-01"}})], id="over"
        ),
        pytest.param(
            [allow("iam:CreatePolicyVersion", condition={"DateLessThan": {"aws:TokenIssueTime": "2020-01-01"}})],
            id="credentials that no longer exist",
        ),
        pytest.param([allow(["iam:CreateRole", "iam:AttachRolePolicy"], condition=BOUNDARY)], id="a boundary"),
        pytest.param(
            [
                allow(["iam:CreateRole", "iam:AttachRolePolicy"]),
                deny(
                    ["iam:CreateRole", "iam:AttachRolePolicy"],
                    condition={"StringNotEquals": BOUNDARY["StringEquals"]},
                ),
            ],
            id="denied without the boundary",
        ),
        pytest.param(
            [
                allow(
                    "iam:AttachRolePolicy",
                    condition={"ArnEquals": {"iam:PolicyARN": "arn:aws:iam::aws:policy/ReadOnlyAccess"}},
                )
            ],
            id="harmless policies alone",
        ),
        pytest.param(
            [
                allow("iam:PassRole", condition={"StringEquals": {"iam:PassedToService": "ec2.amazonaws.com"}}),
                allow(LAMBDA),
            ],
            id="another service",
        ),
        pytest.param([allow("iam:PassRole"), allow("lambda:CreateFunction")], id="nothing that runs it"),
        pytest.param([allow("iam:PassRole"), allow(LAMBDA, "arn:aws:s3:::b/*")], id="no function in reach"),
        pytest.param([allow("sts:AssumeRole", f"{ACCOUNT}:role/reporting")], id="one role to assume"),
        pytest.param([allow("ssm:SendCommand", "arn:aws:ec2:*:*:instance/*")], id="no document"),
        pytest.param(
            [allow("ssm:SendCommand", ["arn:aws:ec2:*:*:instance/*", "arn:aws:ssm:*:*:document/Restart"])],
            id="a document of fixed commands",
        ),
        pytest.param([allow("*")], id="full admin, which full-admin tells"),
        pytest.param([allow("iam:PutRolePolicy", f"{ACCOUNT}:role/{UNKNOWN}")], id="an unknown role"),
        pytest.param(
            [
                allow(
                    ["iam:CreateRole", "iam:AttachRolePolicy"],
                    condition={"StringEquals": {"iam:PermissionsBoundary": UNKNOWN}},
                )
            ],
            id="an unknown boundary",
        ),
    ],
)
def test_nothing_is_found(statements: list[dict[str, Any]]) -> None:
    assert found(*statements, persona=Persona.AUDITOR) == ()


@pytest.mark.parametrize(("action", "resource"), [("iam:PutRolePolicy", UNKNOWN), (f"iam:{UNKNOWN}", "*")])
def test_what_is_unknown_gives_nothing(action: str, resource: str) -> None:
    statement = Statement(Effect.ALLOW, Element((action,)), Element((resource,)))
    policy = PolicyAt(Policy((statement,)), PolicyKind.IDENTITY, Location("t.yml", 1, 1), "role App", "cloudformation")
    knowledge = Knowledge(load_catalog(), TODAY, Settings(persona=Persona.AUDITOR))
    assert judge([Found((policy,))], knowledge, [privilege_escalation.RULE]) == ()


def test_an_unknown_account_does_not_hide_a_name_pattern() -> None:
    (finding,) = found(allow(["iam:CreateRole", "iam:PutRolePolicy"], f"arn:aws:iam::{UNKNOWN}:role/app-*"))
    assert finding.severity is Severity.HIGH
    assert all(UNKNOWN not in text for text in (finding.message, *finding.evidence))


@pytest.mark.parametrize(
    ("statements", "words"),
    [
        (
            [allow("iam:PutRolePolicy", condition={"StringEquals": {"aws:ResourceTag/team": "a"}})],
            "where the conditions on `aws:ResourceTag/team` allow it",
        ),
        (
            [
                allow("iam:PutRolePolicy"),
                deny("iam:*", condition={"StringNotLike": {"aws:PrincipalArn": f"{ACCOUNT}:role/admin"}}),
            ],
            "where the conditions on `aws:PrincipalArn` allow it",
        ),
        ([allow("iam:PutRolePolicy", f"{ACCOUNT}:role/app")], "as far as the one named can do more"),
        (
            [allow("iam:PassRole", f"{ACCOUNT}:role/app"), allow("ec2:RunInstances")],
            "run code as a role that it passes, as far as the one named",
        ),
        (
            [allow("iam:PassRole", f"{ACCOUNT}:role/app-*"), allow("ec2:RunInstances")],
            "run code as a role that it passes, as far as a name pattern goes",
        ),
        (
            [allow("lambda:UpdateFunctionCode", "arn:aws:lambda:eu-central-1:111122223333:function:app-*")],
            "run code as the roles of what is already there, as far as a name pattern goes",
        ),
    ],
)
def test_what_is_not_certain_is_for_the_strict(statements: list[dict[str, Any]], words: str) -> None:
    assert found(*statements) == ()
    (finding,) = found(*statements, persona=Persona.STRICT)
    assert words in finding.message
    assert (finding.severity, finding.confidence) == (Severity.LOW, Confidence.LOW)


@pytest.mark.parametrize(
    "condition",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:RequestedRegion": "eu-central-1"}},
        {"StringEquals": {"aws:RequestTag/team": "a"}},
        {"IpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"DateGreaterThan": {"aws:TokenIssueTime": "2020-01-01T00:00:00Z"}},
        {"ArnLike": {"iam:PolicyARN": "arn:aws:iam::aws:policy/*"}},
    ],
)
def test_conditions_that_hinder_nobody(condition: dict[str, object]) -> None:
    (finding,) = found(allow("iam:AttachRolePolicy", condition=condition))
    assert finding.severity is Severity.HIGH


@pytest.mark.parametrize(
    "condition",
    [
        {"StringNotEquals": {"aws:RequestedRegion": "eu-central-1"}},
        {"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}},
        {"BoolIfExists": {"aws:MultiFactorAuthPresent": "false"}},
        {"Bool": {"aws:SecureTransport": "false"}},
    ],
)
def test_a_deny_that_the_caller_can_avoid(condition: dict[str, object]) -> None:
    (finding,) = found(allow("iam:PutRolePolicy"), deny("*", condition=condition))
    assert finding.severity is Severity.HIGH


def test_what_is_granted_in_other_accounts_alone_is_their_owners_affair() -> None:
    condition = {"StringNotEquals": {"aws:ResourceAccount": "${aws:PrincipalAccount}"}}
    assert found(allow("iam:PutRolePolicy", condition=condition), persona=Persona.AUDITOR) == ()


def test_the_roles_of_functions_are_within_reach_of_who_writes_their_code() -> None:
    (finding,) = found(allow("lambda:UpdateFunctionCode"))
    assert finding.severity is Severity.MEDIUM
    assert finding.message.startswith("this policy can run code as the roles of what is already there")


def test_one_finding_tells_all_that_comes_to_the_same() -> None:
    (finding,) = found(allow("iam:*"))
    assert finding.evidence[-1].startswith("23 paths are open: own-4, own-5")


def test_what_single_resources_add_is_told_apart() -> None:
    (finding,) = found(
        allow("iam:PutRolePolicy", f"{ACCOUNT}:role/app-*"), allow("iam:CreatePolicyVersion", f"{ACCOUNT}:policy/app")
    )
    assert finding.evidence[-1] == "on less, or under conditions: iam-001"


def _template(boundary: object) -> str:
    def document(*statements: object) -> dict[str, object]:
        return {"Version": "2012-10-17", "Statement": list(statements)}

    inline = [
        {"PolicyName": "passes", "PolicyDocument": document(allow("iam:PassRole"))},
        {"PolicyName": "runs", "PolicyDocument": document(allow("ec2:RunInstances"))},
    ]
    role = {
        "AssumeRolePolicyDocument": document(),
        "Policies": inline,
        "PermissionsBoundary": {"Ref": "Limit"},
    }
    limit = {"ManagedPolicyName": "limit", "PolicyDocument": document(boundary)}
    return json.dumps(
        {
            "AWSTemplateFormatVersion": "2010-09-09",
            "Resources": {
                "App": {"Type": "AWS::IAM::Role", "Properties": role},
                "Limit": {"Type": "AWS::IAM::ManagedPolicy", "Properties": limit},
            },
        }
    )


@pytest.mark.parametrize(("boundary", "open"), [("ec2:*", False), ("iam:PassRole", False), ("*", True)])
def test_all_policies_of_a_principal_are_joined_and_its_boundary_is_honoured(boundary: str, open: bool) -> None:
    found = findings_in(_template(allow(boundary)), "t.json", [privilege_escalation.RULE])
    assert any("App" in one.principal for one in found) is open
