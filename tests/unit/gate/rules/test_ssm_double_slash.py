"""ssm-double-slash: ARNs that match no parameter."""

import json

import pytest

from secrets_cli.gate.rules.ssm_double_slash import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.functions_text import PARAMETER, said


def _policy(effect: str, *resources: str) -> str:
    statement = {"Effect": effect, "Action": "ssm:GetParameter", "Resource": list(resources)}
    return json.dumps({"Version": "2012-10-17", "Statement": [statement]}, indent=1)


def test_it_says_what_is_meant_at_the_value() -> None:
    (finding,) = said(RULE, _policy("Allow", f"{PARAMETER}/a", f"{PARAMETER}//app/x"), "p.json")
    assert finding.message == (
        f"`{PARAMETER}//app/x` matches no parameter, so this allows nothing: `{PARAMETER}/app/x` is meant"
    )
    assert finding.location.line == 9
    assert finding.severity is Severity.MEDIUM
    assert finding.fix is not None
    assert not finding.fix.safe, "it grants what was granted to nobody"


def test_a_deny_that_denies_nothing_is_high() -> None:
    (finding,) = said(RULE, _policy("Deny", "arn:aws:ssm:*:*:parameter//app/*"), "p.json")
    assert finding.severity is Severity.HIGH
    assert "so this denies nothing" in finding.message


@pytest.mark.parametrize("resource", [f"{PARAMETER}/app/x", f"{PARAMETER}/*", "arn:aws:s3:::b//x", "*"])
def test_other_arns_are_no_finding(resource: str) -> None:
    assert not said(RULE, _policy("Allow", resource), "p.json")


def test_an_unknown_name_may_begin_with_a_slash_and_is_no_finding() -> None:
    text = (
        "Parameters: {Name: {Type: String}}\nResources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n"
        "      PolicyDocument: {Statement: {Effect: Allow, Action: 'ssm:GetParameter', Resource: !Sub"
        " 'arn:aws:ssm:*:*:parameter/${Name}'}}\n"
    )
    assert not said(RULE, text, "t.yml")


def test_sams_template_with_a_leading_slash_is_found_at_the_template() -> None:
    text = (
        "Transform: AWS::Serverless-2016-10-31\nResources:\n  F:\n    Type: AWS::Serverless::Function\n    Properties:\n"
        "      Policies:\n        - SSMParameterReadPolicy: {ParameterName: /app/x}\n"
    )
    (finding,) = said(RULE, text, "t.yml")
    assert finding.location.line == 7
    assert finding.fix is None, "the ARN is not written here"
