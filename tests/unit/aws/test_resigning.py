"""Requests signed anew for AWS: held against the SDK's own signatures."""

import hashlib
from unittest.mock import patch

import pytest

from secrets_cli.aws.resigning import KeyPair, aws_host, has_signed_chunks, resigned
from secrets_cli.aws.wire import WireRequest
from secrets_cli.secret_value import SecretValue
from tests.recorder_wire import MODELS, request_of

KEYS = KeyPair("AKIAOWN", SecretValue("canary-secret"), SecretValue("canary-token"))


@pytest.mark.parametrize(
    ("service", "region", "host"),
    [
        ("ssm", "eu-west-1", "ssm.eu-west-1.amazonaws.com"),
        ("s3", "eu-west-1", "s3.eu-west-1.amazonaws.com"),
        ("iam", "us-east-1", "iam.amazonaws.com"),
        ("monitoring", "eu-west-1", "monitoring.eu-west-1.amazonaws.com"),
        ("states", "eu-west-1", "states.eu-west-1.amazonaws.com"),
        ("dynamodb", "cn-north-1", "dynamodb.cn-north-1.amazonaws.com.cn"),
        ("ses", "eu-west-1", "email.eu-west-1.amazonaws.com"),
    ],
)
def test_the_endpoint_of_a_service(service: str, region: str, host: str) -> None:
    assert aws_host(service, region, MODELS) == host


def test_a_request_is_signed_as_the_sdk_would() -> None:
    from botocore.auth import SigV4Auth
    from botocore.awsrequest import AWSRequest
    from botocore.credentials import Credentials

    request = request_of("ssm", "GetParameter", {"Name": "/a"})
    host = "ssm.eu-west-1.amazonaws.com"
    with patch("botocore.auth.get_current_datetime") as now:
        from datetime import UTC, datetime

        now.return_value = datetime(2026, 9, 1, tzinfo=UTC)
        told = resigned(request, host, "ssm", "eu-west-1", KEYS)
        plain = {name: value for name, value in told.headers.items() if name.lower() not in ("authorization", "host")}
        again = AWSRequest("POST", f"https://{host}/", headers=plain, data=request.body)
        SigV4Auth(Credentials("AKIAOWN", "canary-secret", "canary-token"), "ssm", "eu-west-1").add_auth(again)
    assert told.headers["Authorization"] == again.headers["Authorization"]
    assert "AKIAOWN" in told.headers["Authorization"]
    assert told.headers["X-Amz-Security-Token"] == "canary-token"
    assert told.headers["x-amz-content-sha256"] == hashlib.sha256(request.body or b"").hexdigest()


def test_the_hash_that_the_client_signed_stays() -> None:
    request = request_of("s3", "PutObject", {"Bucket": "bkt", "Key": "a b", "Body": b"x"})
    signed = WireRequest(
        "PUT", "/bkt/a%20b", "x-id=PutObject", {**request.headers, "x-amz-content-sha256": "abc"}, None
    )
    told = resigned(signed, "s3.eu-west-1.amazonaws.com", "s3", "eu-west-1", KEYS)
    assert told.headers["x-amz-content-sha256"] == "abc"
    assert told.target == "/bkt/a%20b?x-id=PutObject"


def test_a_presigned_urls_own_signature_is_dropped() -> None:
    query = "X-Amz-Algorithm=a&X-Amz-Credential=AKIA%2F1&x-amz-signature=s&versionId=3&X-Amz-Security-Token=t&acl"
    told = resigned(WireRequest("GET", "/b/k", query, {"host": "x"}, b""), "s3.amazonaws.com", "s3", "us-east-1", KEYS)
    assert told.target == "/b/k?versionId=3&acl"
    assert told.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"


def test_signed_chunks_are_sent_plain() -> None:
    headers = {
        "host": "x",
        "x-amz-content-sha256": "STREAMING-AWS4-HMAC-SHA256-PAYLOAD",
        "x-amz-decoded-content-length": "5",
        "content-encoding": "aws-chunked",
    }
    request = WireRequest("PUT", "/b/k", "", headers, None)
    assert has_signed_chunks(request)
    told = resigned(request, "s3.amazonaws.com", "s3", "us-east-1", KEYS)
    assert told.headers["x-amz-content-sha256"] == "UNSIGNED-PAYLOAD"
    assert not {"content-encoding", "x-amz-decoded-content-length"} & told.headers.keys()


def test_keys_have_no_text() -> None:
    assert "canary" not in repr(KEYS)
