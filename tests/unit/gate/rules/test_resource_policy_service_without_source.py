"""`resource-policy-service-without-source`."""

import pytest

from secrets_cli.gate.rules.resource_policy_service_without_source import RULE
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

FUNCTION = f"arn:aws:lambda:eu-central-1:{ACCOUNT}:function:thumbnails"
TOPIC = f"arn:aws:sns:eu-central-1:{ACCOUNT}:orders"


@pytest.mark.parametrize(
    ("service", "action", "resource"),
    [
        ("s3", "lambda:InvokeFunction", FUNCTION),
        ("apigateway", "lambda:InvokeFunction", FUNCTION),
        ("events", "lambda:InvokeFunction", FUNCTION),
        ("sns", "sqs:SendMessage", QUEUE),
        ("s3", "sns:Publish", TOPIC),
        ("ses", "s3:PutObject", f"{BUCKET}/*"),
        ("cloudfront", "s3:*", f"{BUCKET}/*"),
    ],
)
def test_a_service_for_whomever(service: str, action: str, resource: str) -> None:
    (found,) = in_resource(RULE, statement({"Service": f"{service}.amazonaws.com"}, action, resource))
    assert found.severity.value == "medium"
    assert f"`{service}.amazonaws.com` use the resource for whomever it works" in found.message


@pytest.mark.parametrize(
    "conditions",
    [
        {"ArnLike": {"aws:SourceArn": "arn:aws:s3:::acme-uploads"}},
        {"StringEquals": {"aws:SourceAccount": ACCOUNT}},
        {"StringEquals": {"AWS:SourceAccount": UNKNOWN}},
        {"StringEquals": {"aws:SourceOrgID": "o-a1b2c3d4e5"}},
        {"StringEquals": {"lambda:EventSourceToken": "amzn1.ask.skill.1"}},
        {"StringEquals": {UNKNOWN: UNKNOWN}},
    ],
)
def test_with_a_source(conditions: Conditions) -> None:
    named = statement({"Service": "s3.amazonaws.com"}, "lambda:InvokeFunction", FUNCTION, conditions)
    assert not in_resource(RULE, named, settings=STRICT)


@pytest.mark.parametrize(
    "conditions",
    [
        {"ArnLike": {"aws:SourceArn": "*"}},
        {"StringEqualsIfExists": {"aws:SourceAccount": ACCOUNT}},
        {"Bool": {"aws:SecureTransport": "true"}},
        {"StringEquals": {"aws:PrincipalOrgID": "o-a1b2c3d4e5"}},
    ],
)
def test_with_a_condition_that_names_no_source(conditions: Conditions) -> None:
    named = statement({"Service": "s3.amazonaws.com"}, "lambda:InvokeFunction", FUNCTION, conditions)
    assert weights(in_resource(RULE, named)) == ["medium"]


def test_a_trail_writes_under_its_account() -> None:
    trail = {"Service": "cloudtrail.amazonaws.com"}
    write = statement(trail, "s3:PutObject", f"{BUCKET}/AWSLogs/{ACCOUNT}/*")
    anywhere = statement(trail, "s3:PutObject", f"{BUCKET}/AWSLogs/*")
    assert not in_resource(RULE, write, settings=STRICT)
    assert weights(in_resource(RULE, anywhere)) == ["medium"]


def test_what_is_for_the_strict() -> None:
    for service, action, resource in (
        ("cloudtrail", "s3:GetBucketAcl", BUCKET),
        ("es", "logs:PutLogEvents", f"arn:aws:logs:eu-central-1:{ACCOUNT}:log-group:search:*"),
        ("events", "sns:Publish", TOPIC),
        ("cloudwatch", "kms:Decrypt", "*"),
    ):
        named = statement({"Service": f"{service}.amazonaws.com"}, action, resource)
        assert not in_resource(RULE, named)
        assert weights(in_resource(RULE, named, settings=STRICT)) == ["low"]


def test_a_keys_policy_asks_by_other_keys() -> None:
    context = {"ArnLike": {"kms:EncryptionContext:aws:logs:arn": f"arn:aws:logs:eu-central-1:{ACCOUNT}:*"}}
    logs = {"Service": "logs.eu-central-1.amazonaws.com"}
    assert not in_resource(RULE, statement(logs, "kms:Decrypt", "*", context), settings=STRICT)


def permission(**more: object) -> dict[str, object]:
    properties = {"FunctionName": "api", "Action": "lambda:InvokeFunction", "Principal": "s3.amazonaws.com"}
    return {"It": {"Type": "AWS::Lambda::Permission", "Properties": properties | more}}


def test_a_lambda_permission_of_a_template() -> None:
    assert weights(in_template(RULE, permission())) == ["medium"]
    assert not in_template(RULE, permission(SourceAccount={"Ref": "AWS::AccountId"}))
    assert not in_template(RULE, permission(SourceArn={"Fn::GetAtt": ["Uploads", "Arn"]}))


def test_a_lambda_permission_of_terraform() -> None:
    text = """
resource "aws_lambda_permission" "it" {
  action        = "lambda:InvokeFunction"
  function_name = "api"
  principal     = "s3.amazonaws.com"
}
"""
    assert weights(findings_in(text, "main.tf", [RULE])) == ["medium"]
    assert not findings_in(text.replace("}", "  source_arn = aws_s3_bucket.it.arn\n}"), "main.tf", [RULE])


def test_no_services_allow() -> None:
    service = {"Service": "s3.amazonaws.com"}
    assert not in_resource(RULE, statement(service, "lambda:InvokeFunction", FUNCTION, effect="Deny"), settings=STRICT)
    assert not in_resource(RULE, statement({"AWS": ACCOUNT}, "lambda:InvokeFunction", FUNCTION), settings=STRICT)
