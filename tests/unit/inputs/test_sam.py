"""The policies that SAM makes."""

import pytest

from secrets_cli.inputs.cloudformation.sam_templates import policy_templates
from tests.unit.inputs.cfn_templates import ADMIN_ARN, BASIC_ARN, grants, problems, read

HEAD = """\
Transform: AWS::Serverless-2016-10-31
Globals: {Function: {Tracing: Active}}
Resources:
  T: {Type: AWS::DynamoDB::Table, Properties: {TableName: orders}}
  F:
    Type: AWS::Serverless::Function
    Properties:
"""
SERVICE = "arn:aws:iam::aws:policy/service-role/"


def made(properties: str) -> list[tuple[str, str, tuple[str, ...], tuple[str, ...]]]:
    """What the properties add to the trust policy and the basic managed policy."""
    found = read(HEAD + properties)
    assert all(one.source == "sam" for one in found.policies)
    listed = [(principal, by, actions, targets) for principal, by, _, actions, targets in grants(found)]
    assert listed[0] == ("function F", "SAM's default trust policy", ("sts:AssumeRole",), ())
    assert listed[1] == ("function F", f"managed {BASIC_ARN}", ("logs:PutLogEvents",), ("*",))
    return listed[2:]


@pytest.mark.parametrize(
    ("policies", "expected"),
    [
        ("AdministratorAccess", [(f"managed {ADMIN_ARN}", ("*",), ("*",))]),
        (f"[{ADMIN_ARN}]", [(f"managed {ADMIN_ARN}", ("*",), ("*",))]),
        ("{Statement: {Effect: Allow, Action: 's3:*', Resource: '*'}}", [("", ("s3:*",), ("*",))]),
        (
            "[{Effect: Allow, Action: 's3:*', Resource: !GetAtt T.Arn}]",
            [("", ("s3:*",), ("arn:aws:dynamodb:?:?:table/orders",))],
        ),
        (
            "[SSMParameterReadPolicy: {ParameterName: app/x}]",
            [
                ("SAM policy template SSMParameterReadPolicy", ("ssm:DescribeParameters",), ("*",)),
                (
                    "SAM policy template SSMParameterReadPolicy",
                    ("ssm:GetParameters", "ssm:GetParameter", "ssm:GetParametersByPath"),
                    ("arn:aws:ssm:?:?:parameter/app/x",),
                ),
            ],
        ),
        (
            "[SQSSendMessagePolicy: {QueueName: !Sub '${T}-q'}]",
            [("SAM policy template SQSSendMessagePolicy", ("sqs:SendMessage*",), ("arn:aws:sqs:?:?:orders-q",))],
        ),
    ],
)
def test_the_forms_of_policies(policies: str, expected: list[tuple[str, tuple[str, ...], tuple[str, ...]]]) -> None:
    assert [one[1:] for one in made(f"      Policies: {policies}\n")] == expected


def test_a_template_stands_where_its_name_stands() -> None:
    found = read(HEAD + "      Policies:\n        - KMSDecryptPolicy:\n            KeyId: !ImportValue k\n")
    policy = found.policies[-1]
    assert [str(one) for one in (policy.location, policy.policy.statements[0].location)] == ["t.yml:9:11"] * 2
    assert problems(found)[-1] == "t.yml:10:20 `Fn::ImportValue` of `k` is known at deployment only"


@pytest.mark.parametrize(
    ("policies", "line"),
    [
        ("[NoSuchPolicy: {}]", "t.yml:8:18 `NoSuchPolicy` is no policy template of SAM that is known here"),
        ("[NoSuchAccess]", "t.yml:8:18 the managed policy `NoSuchAccess` is not known here"),
        ("[SQSPollerPolicy: {}]", "t.yml:8:18 the policy template `SQSPollerPolicy` needs `QueueName`"),
    ],
)
def test_what_is_not_known_is_listed(policies: str, line: str) -> None:
    lines = problems(read(HEAD + f"      Policies: {policies}\n"))
    assert line in lines


def test_settings_bring_policies() -> None:
    added = made(
        "      DeadLetterQueue: {Type: SNS, TargetArn: arn:aws:sns:a:b:c}\n"
        "      EventInvokeConfig: {DestinationConfig: {OnFailure: {Type: SQS, Destination: arn:aws:sqs:a:b:c}}}\n"
    )
    assert added == [
        ("function F", "SAM dead letter queue", ("sns:Publish",), ("arn:aws:sns:a:b:c",)),
        ("function F", "SAM destination OnFailure", ("sqs:SendMessage",), ("arn:aws:sqs:a:b:c",)),
    ]
    found = read(
        HEAD + "      VpcConfig: {SubnetIds: [x]}\n      Events: {A: {Type: Kinesis}, B: {Type: MQ}, C: {Type: Api}}\n"
    )
    lines = problems(found)
    for name in (
        "service-role/AWSLambdaVPCAccessExecutionRole",
        "service-role/AWSLambdaKinesisExecutionRole",
        "AWSXrayWriteOnlyAccess",
    ):
        assert any(f"arn:aws:iam::aws:policy/{name}` is not known here" in line for line in lines)
    assert any("an event of type `MQ`" in line for line in lines)


def test_a_given_role_makes_none_but_a_url_still_a_permission() -> None:
    found = read(HEAD + "      Role: arn:aws:iam::111122223333:role/x\n      Policies: AdministratorAccess\n")
    assert (found.policies, found.unresolved) == ((), ())
    found = read(HEAD + "      Role: x\n      FunctionUrlConfig: {AuthType: NONE}\n")
    ((principal, by, _, actions, targets),) = grants(found)
    assert (principal, by, actions) == ("", "SAM function URL without authorization", ("lambda:InvokeFunctionUrl",))
    assert targets == ("arn:aws:lambda:?:?:function:?",)
    assert str(found.policies[0].location) == "t.yml:9:37"
    assert read(HEAD + "      Role: x\n      FunctionUrlConfig: {AuthType: AWS_IAM}\n").policies == ()


def test_a_policy_attached_to_a_made_role_is_the_function_s() -> None:
    text = HEAD + (
        "      FunctionName: f\n"
        "  P:\n    Type: AWS::IAM::Policy\n    Properties:\n      Roles: [!Ref FRole]\n"
        "      PolicyDocument: {Statement: {Effect: Allow, Action: 's3:*', Resource: !GetAtt FRole.Arn}}\n"
    )
    assert grants(read(text))[-1] == ("function F", "", "", ("s3:*",), ("arn:aws:iam::?:role/?",))


@pytest.mark.parametrize("name", sorted(policy_templates()))
def test_every_policy_template_is_a_policy(name: str) -> None:
    values = ", ".join(f"{parameter}: arn:aws:x:::y" for parameter in policy_templates()[name].parameters)
    found = read(HEAD + f"      Policies: [{name}: {{{values}}}]\n")
    assert found.policies[-1].attached_by == f"SAM policy template {name}"
    assert not [line for line in problems(found) if "AWSXray" not in line]
