"""Cases of `placeholder`."""

import pytest

from secrets_cli.gate.persona import Persona
from secrets_cli.gate.rules.placeholder import RULE
from secrets_cli.severity import Severity
from tests.unit.gate.judging import findings_in
from tests.unit.gate.rules.judged import judged, statement

SQS = "arn:aws:sqs:eu-central-1:111122223333"


@pytest.mark.parametrize(
    ("resource", "part"),
    [
        ("arn:aws:s3:::<bucket>/*", "<bucket>"),
        ("arn:aws:s3:::YOUR_BUCKET/*", "YOUR_BUCKET"),
        ("arn:aws:s3:::your-bucket-name/*", "your-bucket"),
        ("arn:aws:s3:::REPLACE_ME/*", "REPLACE_ME"),
        ("arn:aws:s3:::xxxxxx/*", "xxxxxx"),
        (f"{SQS}:changeme", "changeme"),
        ("arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:q", "${AWS::Region}"),
        ("arn:aws:sqs:eu-central-1:${AWS::AccountId}:q", "${AWS::AccountId}"),
        (f"{SQS}:${{var.queue}}", "${var.queue}"),
        (f"{SQS}:${{self:custom.queue}}", "${self:custom.queue}"),
        (f"{SQS}:${{Queue}}", "${Queue}"),
        (f"{SQS}:{{{{resolve:ssm:/queue}}}}", "{{resolve:ssm:/queue}}"),
        ("arn:aws:sqs:eu-central-1:ACCOUNT-ID-WITHOUT-HYPHENS:q", "ACCOUNT-ID-WITHOUT-HYPHENS"),
        ("arn:aws:sqs:region:111122223333:q", "region"),
        ("arn:aws:sqs:REGION:111122223333:q", "REGION"),
        ("arn:aws:s3:::bucket/${aws:usernam}/*", "${aws:usernam}"),
    ],
)
def test_text_to_be_filled_in_is_found(resource: str, part: str) -> None:
    (found,) = judged(RULE, statement(Action="*", Resource=resource))
    assert found.message.startswith(f"`{part}` in the resource")
    assert found.severity is Severity.LOW


@pytest.mark.parametrize(
    "resource",
    [
        f"{SQS}:orders",
        "arn:aws:sqs:eu-central-1:123456789012:orders",
        "arn:aws:s3:::home/${aws:username}/*",
        "arn:aws:s3:::home/${aws:PrincipalTag/team}/*",
        "arn:aws:s3:::home/${aws:PrincipalTag/team, 'none'}/*",
        "arn:aws:s3:::home/${*}/*",
        "arn:aws:s3:::home/${cognito-identity.amazonaws.com:sub}/*",
        "arn:aws:s3:::${transfer:HomeBucket}/*",
        "arn:aws:iot:eu-central-1:111122223333:topic/${iot:Connection.Thing.ThingName}",
        f"{SQS}:replacement-orders",
        f"{SQS}:myaccount-id-service",
        f"{SQS}:xxl-shirts",
        "arn:aws:organizations::111122223333:account/o-abc/*",
        "arn:aws:ssm:*:*:automation-definition/AWS-Run:$LATEST",
    ],
)
def test_names_and_policy_variables_are_not(resource: str) -> None:
    assert not judged(RULE, statement(Action="*", Resource=resource))


def test_in_conditions_and_principals() -> None:
    condition = {"StringEquals": {"aws:PrincipalOrgID": "o-xxxxxxxxxx"}}
    (found,) = judged(RULE, statement(Condition=condition))
    assert "`xxxxxxxxxx` in the condition on `aws:PrincipalOrgID`" in found.message
    trust = statement(Principal={"AWS": "arn:aws:iam::<account>:root"}, Action="sts:AssumeRole", Resource=None)
    assert len(judged(RULE, trust, name="policy.trust.json")) == 1


def test_a_deny_that_protects_a_placeholder_is_worse() -> None:
    (found,) = judged(RULE, statement(Effect="Deny", Resource="arn:aws:s3:::<bucket>/*"))
    assert found.severity is Severity.MEDIUM


def test_each_is_told_once_a_statement() -> None:
    assert len(judged(RULE, statement(Resource=["arn:aws:s3:::<b>", "arn:aws:s3:::<b>/*"]))) == 1


def test_what_a_template_fills_in_is_no_placeholder() -> None:
    text = (
        "Resources:\n  P:\n    Type: AWS::IAM::ManagedPolicy\n    Properties:\n      PolicyDocument:\n"
        "        Version: '2012-10-17'\n        Statement:\n          - Effect: Allow\n            Action: sqs:SendMessage\n"
        "            Resource: !Sub 'arn:aws:sqs:${AWS::Region}:${AWS::AccountId}:${Queue.QueueName}'\n"
    )
    from secrets_cli.gate.settings import Settings

    assert not findings_in(text, "template.yml", [RULE], Settings(persona=Persona.AUDITOR))
