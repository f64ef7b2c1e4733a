"""Records of calls, in the shape CloudTrail gives them."""

import json
from pathlib import Path
from typing import Any

import pytest

from scripts.recorder_shapes import recorded_names
from tests.recorder_wire import CANARY, MODELS, answered, draft, event_of, request_of, sampled

HIDDEN = "HIDDEN_DUE_TO_SECURITY_REASONS"
FIELDS = {
    "eventVersion",
    "userIdentity",
    "eventTime",
    "eventSource",
    "eventName",
    "awsRegion",
    "sourceIPAddress",
    "userAgent",
    "requestParameters",
    "responseElements",
    "requestID",
    "eventID",
    "readOnly",
    "eventType",
    "managementEvent",
    "eventCategory",
}


def test_a_record_has_the_fields_of_real_ones() -> None:
    event = event_of("ssm", "GetParameter", {"Name": "/app/db", "WithDecryption": True})
    assert event.keys() == FIELDS
    assert event["eventSource"] == "ssm.amazonaws.com"
    assert event["eventName"] == "GetParameter"
    assert event["eventTime"] == "2026-09-01T12:00:05Z"
    assert event["awsRegion"] == "eu-west-1"
    assert event["requestParameters"] == {"name": "/app/db", "withDecryption": True}
    assert event["responseElements"] is None
    assert (event["readOnly"], event["managementEvent"], event["eventCategory"]) == (True, True, "Management")


def test_names_of_parameters_are_those_of_real_records(checkout: Path) -> None:
    """Names were measured on 6,128 real events (scripts/recorder_shapes.py); `missing` are those of consoles and insides."""
    measured: dict[str, Any] = json.loads((checkout / "tests/data/recorder_shapes.json").read_text())
    wrong: list[str] = []
    for kind, told in measured.items():
        source, _, name = kind.partition(" ")
        _, fields, parameters = recorded_names(source, name)
        lowered = {one.lower() for one in parameters}
        missing = sorted(one for one in told["parameters"] if one.lower() not in lowered)
        if missing != told["missing"] or not fields >= FIELDS:
            wrong.append(f"{kind}: {missing}")
    assert wrong == []
    names = sum(len(told["parameters"]) for told in measured.values())
    lacking = sum(len(told["missing"]) for told in measured.values())
    assert (len(measured), names) == (424, 1109)
    assert (names - lacking) / names > 0.97


@pytest.mark.parametrize(
    ("model", "operation", "name", "category", "read_only"),
    [
        ("s3", "ListObjectsV2", "ListObjects", "Data", True),
        ("s3", "GetBucketLifecycleConfiguration", "GetBucketLifecycle", "Management", True),
        ("s3control", "GetPublicAccessBlock", "GetAccountPublicAccessBlock", "Management", True),
        ("lambda", "CreateFunction", "CreateFunction20150331", "Management", False),
        ("lambda", "UpdateFunctionCode", "UpdateFunctionCode20150331v2", "Management", False),
        ("lambda", "GetFunctionCodeSigningConfig", "GetFunctionCodeSigningConfig", "Management", True),
        ("lambda", "Invoke", "Invoke", "Data", False),
        ("cloudfront", "CreateDistribution", "CreateDistribution2020_05_31", "Management", False),
        ("kms", "Decrypt", "Decrypt", "Management", True),
        ("sqs", "ReceiveMessage", "ReceiveMessage", "Data", False),
        ("sts", "AssumeRole", "AssumeRole", "Management", True),
        ("dynamodb", "DescribeTable", "DescribeTable", "Management", True),
        ("cloudwatch", "PutMetricData", "PutMetricData", "Data", False),
        ("secretsmanager", "BatchGetSecretValue", "BatchGetSecretValue", "Management", True),
    ],
)
def test_names_and_kinds_of_events(model: str, operation: str, name: str, category: str, read_only: bool) -> None:
    shape = MODELS.model(model).operation_model(operation).input_shape
    event = event_of(model, operation, sampled(shape) or {})
    assert (event["eventName"], event["eventCategory"], event["readOnly"]) == (name, category, read_only)


DENIAL = "User: arn:aws:sts::111122223333:assumed-role/r/s is not authorized to perform: ssm:GetParameter on resource: arn:aws:x"


@pytest.mark.parametrize(
    ("model", "operation", "protocol", "body", "code"),
    [
        ("ssm", "GetParameter", "", b'{"__type":"com.amazonaws#AccessDeniedException","Message":"%b"}', "AccessDenied"),
        (
            "iam",
            "GetRole",
            "",
            b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>%b</Message></Error></ErrorResponse>",
            "AccessDenied",
        ),
        (
            "ec2",
            "DescribeVpcs",
            "",
            b"<Response><Errors><Error><Code>UnauthorizedOperation</Code><Message>%b</Message></Error></Errors></Response>",
            "Client.UnauthorizedOperation",
        ),
        (
            "s3",
            "GetObject",
            "",
            b"<?xml version='1.0'?><Error><Code>AccessDenied</Code><Message>%b</Message></Error>",
            "AccessDenied",
        ),
        ("lambda", "Invoke", "", b'{"Message":"%b"}', "AccessDenied"),
        (
            "cloudwatch",
            "DescribeAlarms",
            "query",
            b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>%b</Message></Error></ErrorResponse>",
            "AccessDenied",
        ),
        (
            "ssm",
            "GetParameter",
            "",
            b"<ErrorResponse><Error><Code>AccessDenied</Code><Message>%b</Message></Error></ErrorResponse>",
            "AccessDenied",
        ),
    ],
)
def test_a_refusal_has_the_services_own_message(
    model: str, operation: str, protocol: str, body: bytes, code: str
) -> None:
    members = sampled(MODELS.model(model).operation_model(operation).input_shape) or {}
    headers = {"x_amzn_errortype": "AccessDeniedException:http://x/"} if model == "lambda" else {}
    answer = answered(body.replace(b"%b", DENIAL.encode()), 403, **headers)
    event = event_of(model, operation, members, answer, protocol)
    assert (event["errorCode"], event["errorMessage"]) == (code, DENIAL)
    assert draft(request_of(model, operation, members, protocol=protocol), answer).is_denied


def test_an_error_in_cbor_is_read() -> None:
    body = b"\xa2\x66__type\x72a#ResourceNotFound\x67message\x62no"
    event = event_of("cloudwatch", "DescribeAlarms", {}, answered(body, 400), "smithy-rpc-v2-cbor")
    assert (event["errorCode"], event["errorMessage"]) == ("ResourceNotFound", "no")


@pytest.mark.parametrize(
    ("status", "operation", "code"),
    [(404, "HeadObject", "NoSuchKey"), (404, "HeadBucket", "NoSuchBucket"), (403, "HeadObject", "AccessDenied")],
)
def test_an_answer_without_a_body_is_told_by_its_status(status: int, operation: str, code: str) -> None:
    key = {} if operation == "HeadBucket" else {"Key": "k"}
    event = event_of("s3", operation, {"Bucket": "bkt"} | key, answered(b"", status))
    assert event["errorCode"] == code
    assert "errorMessage" not in event


def test_an_error_that_could_quote_what_is_hidden_is_not_written() -> None:
    quoting = json.dumps({"__type": "ValidationException", "message": f"1 validation error: value {CANARY} failed"})
    event = event_of("ssm", "PutParameter", {"Name": "/a", "Value": CANARY}, answered(quoting.encode(), 400))
    assert (event["errorCode"], event["errorMessage"]) == ("ValidationException", HIDDEN)
    denied = json.dumps(
        {"__type": "AccessDeniedException", "message": f"not authorized to perform: x because {CANARY}"}
    )
    assert (
        event_of("ssm", "PutParameter", {"Name": "/a", "Value": CANARY}, answered(denied.encode(), 400))["errorMessage"]
        == HIDDEN
    )


def test_an_error_of_a_call_without_anything_hidden_keeps_its_text() -> None:
    answer = answered(b'{"__type":"ParameterNotFound","message":"no /a"}', 400)
    assert event_of("ssm", "GetParameter", {"Name": "/a"}, answer)["errorMessage"] == "no /a"


def test_what_changes_something_has_its_answer_without_secrets() -> None:
    body = json.dumps({"Version": 3, "Tier": "Standard"}).encode()
    assert event_of("ssm", "PutParameter", {"Name": "/a"}, answered(body))["responseElements"] == {
        "version": 3,
        "tier": "Standard",
    }
    keys = b"""<CreateAccessKeyResponse><CreateAccessKeyResult><AccessKey><UserName>u</UserName><AccessKeyId>AKIA1</AccessKeyId>
        <Status>Active</Status><SecretAccessKey>canary</SecretAccessKey><CreateDate>2026-09-01T10:00:00Z</CreateDate></AccessKey>
        </CreateAccessKeyResult></CreateAccessKeyResponse>"""
    told = event_of("iam", "CreateAccessKey", {"UserName": "u"}, answered(keys))["responseElements"]
    assert told == {
        "accessKey": {
            "userName": "u",
            "accessKeyId": "AKIA1",
            "status": "Active",
            "createDate": "Sep 1, 2026, 10:00:00 AM",
        }
    }


def test_credentials_that_sts_hands_out_are_named_by_their_id_alone() -> None:
    body = b"""<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIA1</AccessKeyId>
        <SecretAccessKey>canary-1</SecretAccessKey><SessionToken>canary-2</SessionToken><Expiration>2026-09-01T23:04:05Z</Expiration>
        </Credentials></AssumeRoleResult></AssumeRoleResponse>"""
    told = event_of("sts", "AssumeRole", {"RoleArn": "a", "RoleSessionName": "s"}, answered(body))["responseElements"]
    assert told == {
        "credentials": {"accessKeyId": "ASIA1", "sessionToken": HIDDEN, "expiration": "Sep 1, 2026, 11:04:05 PM"}
    }
