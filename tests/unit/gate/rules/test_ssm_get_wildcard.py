"""ssm-get-wildcard: more than reading a parameter."""

import json

import pytest

from secrets_cli.gate.fix import ReplaceValues
from secrets_cli.gate.rules.ssm_get_wildcard import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import PARAMETER, said, service


def _policy(action: object, resource: object = "*", **more: object) -> str:
    statement = {"Effect": "Allow", "Action": action, "Resource": resource, **more}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]})


@pytest.mark.parametrize("action", ["ssm:Get*", ["ssm:Get*"]])
def test_a_text_and_a_list_are_the_same(action: object) -> None:
    (finding,) = said(RULE, _policy(action), "p.json")
    assert finding.severity is Severity.HIGH
    assert finding.message == (
        "`ssm:Get*` on `*` grants 30 actions: it reads every parameter of the account by 4 ways, and admits"
        " `ssm:GetAccessToken`, `ssm:GetCommandInvocation`, `ssm:GetDocument`"
    )


def test_it_stands_at_the_line_of_the_pattern() -> None:
    text = service(
        "",
        "  iamRoleStatements:\n    - Effect: Allow\n      Action:\n        - ssm:Get*\n        - s3:GetObject\n"
        "      Resource: '*'\n",
    )
    (finding,) = said(RULE, text)
    assert str(finding.location) == "serverless.yml:7:11"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:GetParameter*", "*"),
        ("ssm:get*", "arn:aws:ssm:*:*:parameter/*"),
        ("SSM:Get*", f"{PARAMETER}/*"),
        ("ssm:G*", "arn:aws:ssm:*"),
        ("ssm:Get?arameter", ["arn:aws:s3:::b", f"{PARAMETER}*"]),
    ],
)
def test_every_parameter_by_a_wildcard_is_found(action: str, resource: object) -> None:
    assert said(RULE, _policy(action, resource), "p.json")


def test_every_parameter_of_the_stacks_own_account_is_found() -> None:
    text = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n        Statement:\n"
        "          Effect: Allow\n          Action: ssm:Get*\n"
        "          Resource: !Sub 'arn:aws:ssm:${AWS::Region}:${AWS::AccountId}:parameter/*'\n"
    )
    (finding,) = said(RULE, text, "t.yml")
    assert str(finding.location) == "t.yml:8:19"


@pytest.mark.parametrize(
    ("action", "resource"),
    [
        ("ssm:Get*", f"{PARAMETER}/app/*"),
        ("ssm:GetParameter", "*"),
        ("ssm:GetParameters", f"{PARAMETER}/*"),
        ("ssm:*", "*"),
        ("*", "*"),
        ("ssm:GetDocument*", "*"),
        ("ssm:Describe*", "*"),
        ("s3:Get*", "*"),
        ("ssm:Get*", "arn:aws:s3:::b/*"),
    ],
)
def test_named_actions_named_parameters_and_other_wildcards_are_no_finding(action: str, resource: str) -> None:
    assert not said(RULE, _policy(action, resource), "p.json")


def test_an_unknown_resource_is_not_every_resource() -> None:
    text = service("", "  iam: {role: {statements: [{Effect: Allow, Action: 'ssm:Get*', Resource: '${ssm:/arn}'}]}}\n")
    assert not said(RULE, text)


def test_a_condition_makes_it_medium() -> None:
    text = _policy("ssm:Get*", Condition={"StringEquals": {"aws:ResourceTag/app": "shop"}})
    (finding,) = said(RULE, text, "p.json")
    assert finding.severity is Severity.MEDIUM


def test_the_fix_names_the_actions_and_is_not_safe() -> None:
    (finding,) = said(RULE, _policy(["ssm:Get*", "s3:GetObject"]), "p.json")
    assert finding.fix is not None
    assert not finding.fix.safe
    (change,) = finding.fix.changes
    assert isinstance(change, ReplaceValues)
    assert (change.old, change.new) == (("ssm:Get*",), ("ssm:GetParameter", "ssm:GetParameters"))


def test_a_deny_counts() -> None:
    allow = {"Effect": "Allow", "Action": "ssm:Get*", "Resource": "*"}
    deny = {"Effect": "Deny", "Action": "ssm:GetParameter*", "Resource": "*"}
    text = json.dumps({"Version": "2012-10-17", "Statement": [allow, deny]})
    assert not said(RULE, text, "p.json")
