"""`resource-policy-public`."""

import pytest

from secrets_cli.gate.rules.resource_policy_public import RULE
from secrets_cli.inputs.found import UNKNOWN
from tests.unit.gate.judging import findings_in
from tests.unit.gate.made_documents import (
    ACCOUNT,
    BUCKET,
    QUEUE,
    STRICT,
    Conditions,
    in_resource,
    in_template,
    statement,
    weights,
)

FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:api"


@pytest.mark.parametrize("principal", ["*", {"AWS": "*"}, {"AWS": [f"arn:aws:iam::{ACCOUNT}:root", "*"]}])
def test_anybody_sends(principal: object) -> None:
    (found,) = in_resource(RULE, statement(principal, "sqs:SendMessage", QUEUE))
    assert found.message == "statement 1 lets anybody in the world change the resource: `sqs:SendMessage`"
    assert (found.severity.value, found.location.line) == ("high", 2)


@pytest.mark.parametrize(
    ("action", "resource", "expected"),
    [
        ("s3:GetObject", f"{BUCKET}/*", ["medium"]),
        (["s3:GetObject", "s3:ListBucket"], [BUCKET, f"{BUCKET}/*"], ["medium"]),
        ("s3:PutObject", f"{BUCKET}/*", ["high"]),
        ("s3:*", f"{BUCKET}/*", ["high"]),
        ("*", f"{BUCKET}/*", ["high"]),
        ("sqs:ReceiveMessage", QUEUE, ["high"]),
        ("sns:Publish", f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders", ["high"]),
        ("lambda:InvokeFunction", FUNCTION, ["high"]),
        ("secretsmanager:GetSecretValue", "*", ["high"]),
        ("ecr:BatchGetImage", None, ["medium"]),
        ("es:ESHttp*", f"arn:aws:es:eu-central-1:{ACCOUNT}:domain/search/*", ["medium"]),
        ("elasticfilesystem:ClientMount", "*", ["medium"]),
        ("backup:CopyIntoBackupVault", "*", ["high"]),
        ("events:PutEvents", f"arn:aws:events:eu-central-1:{ACCOUNT}:event-bus/default", ["high"]),
    ],
)
def test_how_bad(action: object, resource: object, expected: list[str]) -> None:
    made = {"Effect": "Allow", "Principal": "*", "Action": action, "Resource": resource or "*"}
    assert weights(in_resource(RULE, made)) == expected


def test_of_every_action_those_of_the_resources_service() -> None:
    (found,) = in_resource(RULE, statement("*", "*", f"{BUCKET}/*"))
    assert "`s3:PutObject`, `s3:DeleteObject`, `s3:PutBucketPolicy` and " in found.message


def test_an_api_may_still_ask_who_calls() -> None:
    api = statement("*", "execute-api:Invoke", "execute-api:/*")
    assert not in_resource(RULE, api)
    assert weights(in_resource(RULE, api, settings=STRICT)) == ["low"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"lambda:FunctionUrlAuthType": "NONE"}},
        {"Bool": {"lambda:InvokedViaFunctionUrl": "true"}},
    ],
)
def test_a_function_url(conditions: Conditions) -> None:
    (found,) = in_resource(RULE, statement("*", "lambda:InvokeFunctionUrl", FUNCTION, conditions))
    assert found.severity.value == "medium"
    assert found.evidence[0] == "its function URL asks nobody to sign in"


def test_a_function_url_for_every_aws_account() -> None:
    conditions = {"StringEquals": {"lambda:FunctionUrlAuthType": "AWS_IAM"}}
    assert weights(in_resource(RULE, statement("*", "lambda:InvokeFunctionUrl", FUNCTION, conditions))) == ["high"]


@pytest.mark.parametrize(
    "conditions",
    [
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringLike": {"aws:Referer": "https://example.com/*"}},
        {"IpAddress": {"aws:SourceIp": "0.0.0.0/0"}},
        {"StringLike": {"aws:PrincipalOrgID": "*"}},
        {"StringEqualsIfExists": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"ForAllValues:StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    ],
)
def test_a_condition_that_does_not_help(conditions: Conditions) -> None:
    (found,) = in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, conditions))
    (operator,) = conditions
    assert found.severity.value == "high"
    assert found.evidence[0].startswith(f"`{operator}` on `")


@pytest.mark.parametrize(
    "conditions",
    [
        {"StringEquals": {"aws:PrincipalOrgID": "o-xxxxxxxxxxx"}},
        {"ForAnyValue:StringEquals": {"aws:PrincipalOrgID": "o-12345678"}},
        {"ArnEquals": {"aws:SourceArn": f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"}},
        {"StringEquals": {"AWS:SourceOwner": ACCOUNT}},
        {"StringEquals": {"aws:SourceVpce": "vpce-1a2b3c4d"}},
        {"IpAddress": {"aws:SourceIp": ["203.0.113.0/24", "198.51.100.7"]}},
        {"StringEquals": {"s3:DataAccessPointAccount": ACCOUNT}},
        {"ArnEquals": {"aws:SourceArn": UNKNOWN}},
    ],
)
def test_a_condition_that_limits_or_is_not_known(conditions: Conditions) -> None:
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, conditions), settings=STRICT)


def test_what_an_address_receives_does_not_say_who_asks() -> None:
    conditions = {"StringLike": {"sns:Endpoint": "*@example.com"}}
    topic = f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"
    assert weights(in_resource(RULE, statement("*", "sns:Subscribe", topic, conditions))) == ["low"]


@pytest.mark.parametrize(
    "conditions",
    [
        None,
        {"StringNotEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
        {"NotIpAddress": {"aws:SourceIp": "203.0.113.0/24"}},
        {"StringNotEquals": {"aws:SourceVpce": UNKNOWN}},
    ],
)
def test_a_deny_beside_it_closes_it(conditions: Conditions | None) -> None:
    everybody = statement("*", "s3:GetObject", f"{BUCKET}/*")
    assert not in_resource(RULE, everybody, statement("*", "s3:*", [BUCKET, f"{BUCKET}/*"], conditions, effect="Deny"))


def test_a_deny_with_not_principal_closes_it() -> None:
    everybody = statement("*", "s3:GetObject", f"{BUCKET}/*")
    named = {"AWS": f"arn:aws:iam::{ACCOUNT}:role/app"}
    closing = statement(named, "s3:*", f"{BUCKET}/*", effect="Deny", element="NotPrincipal")
    assert not in_resource(RULE, everybody, closing)


@pytest.mark.parametrize(
    ("action", "resource", "conditions"),
    [
        ("s3:PutObject", f"{BUCKET}/*", None),
        ("s3:*", f"{BUCKET}/private/*", None),
        ("s3:*", f"{BUCKET}/*", {"Bool": {"aws:SecureTransport": "false"}}),
    ],
)
def test_a_deny_beside_it_that_leaves_it_open(action: str, resource: str, conditions: Conditions | None) -> None:
    everybody = statement("*", "s3:GetObject", f"{BUCKET}/*")
    assert in_resource(RULE, everybody, statement("*", action, resource, conditions, effect="Deny"))


def test_a_condition_that_never_holds_opens_nothing() -> None:
    past = {"DateLessThan": {"aws:CurrentTime": "2020-01-01T00:00:00Z"}}
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, past))


def test_what_lets_nobody_in() -> None:
    assert not in_resource(RULE, statement("*", "sqs:SendMessage", QUEUE, effect="Deny"))
    assert not in_resource(RULE, statement({"AWS": f"arn:aws:iam::{ACCOUNT}:root"}, "sqs:SendMessage", QUEUE))
    assert not in_resource(RULE, statement({"Service": "s3.amazonaws.com"}, "sqs:SendMessage", QUEUE))
    assert not in_resource(RULE, statement({"AWS": UNKNOWN}, "sqs:SendMessage", QUEUE))


def carrying(type: str, property: str, *statements: object) -> dict[str, object]:
    return {"It": {"Type": type, "Properties": {property: {"Version": "2012-10-17", "Statement": list(statements)}}}}


def test_an_action_that_is_not_known() -> None:
    unknown = statement("*", "sqs:SendMessage", QUEUE) | {"Action": {"Ref": "Actions"}}
    assert not in_template(RULE, carrying("AWS::SQS::QueuePolicy", "PolicyDocument", unknown))


def test_an_endpoints_policy_grants_nothing() -> None:
    everything = statement("*", "*", "*")
    assert not in_template(RULE, carrying("AWS::EC2::VPCEndpoint", "PolicyDocument", everything))
    text = """
resource "aws_vpc_endpoint" "s3" {
  policy = jsonencode({Version = "2012-10-17", Statement = [{Effect = "Allow", Principal = "*", Action = "*", Resource = "*"}]})
}
"""
    assert not findings_in(text, "main.tf", [RULE])
    assert findings_in(text.replace("aws_vpc_endpoint", "aws_sqs_queue_policy"), "main.tf", [RULE])


def test_a_public_registry_is_public() -> None:
    pull = statement("*", ["ecr-public:BatchCheckLayerAvailability", "ecr-public:DescribeImages"])
    push = statement("*", "ecr-public:PutImage")
    assert not in_template(RULE, carrying("AWS::ECR::PublicRepository", "RepositoryPolicyText", pull))
    assert in_template(RULE, carrying("AWS::ECR::PublicRepository", "RepositoryPolicyText", push))


def test_a_lambda_permission_of_a_template() -> None:
    properties = {"FunctionName": "api", "Action": "lambda:InvokeFunction", "Principal": "*"}
    permission = {"Type": "AWS::Lambda::Permission", "Properties": properties}
    assert weights(in_template(RULE, {"It": permission})) == ["high"]
    limited = {"Type": "AWS::Lambda::Permission", "Properties": properties | {"PrincipalOrgID": "o-a1b2c3d4e5"}}
    assert not in_template(RULE, {"It": limited})


def test_a_keys_policy_has_a_rule_of_its_own() -> None:
    assert not in_resource(RULE, statement("*", "kms:Decrypt", "*"))


def test_the_default_policy_of_a_topic() -> None:
    """What SNS writes by itself: everybody, of the owner's account."""
    topic = f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"
    owner = {"StringEquals": {"AWS:SourceOwner": ACCOUNT}}
    assert not in_resource(
        RULE, statement({"AWS": "*"}, ["SNS:Publish", "SNS:Subscribe"], topic, owner), settings=STRICT
    )
