"""The credential scope of a signature."""

import pytest

from secrets_cli.aws.wire import WireRequest
from secrets_cli.usage.recorder.scope import UNSIGNED, Scope, scope_of

SSM = "AKIA1/20260901/eu-west-1/ssm/aws4_request"


@pytest.mark.parametrize(
    ("headers", "query", "expected"),
    [
        (
            {"authorization": f"AWS4-HMAC-SHA256 Credential={SSM}, SignedHeaders=host, Signature=0"},
            "",
            Scope("AKIA1", "eu-west-1", "ssm"),
        ),
        (
            {"authorization": f"AWS4-HMAC-SHA256 Credential={SSM},SignedHeaders=host,Signature=0"},
            "",
            Scope("AKIA1", "eu-west-1", "ssm"),
        ),
        (
            {},
            "X-Amz-Credential=AKIA1%2F20260901%2Feu-west-1%2Fs3%2Faws4_request&X-Amz-Signature=0",
            Scope("AKIA1", "eu-west-1", "s3", True),
        ),
        (
            {
                "authorization": "AWS4-ECDSA-P256-SHA256 Credential=AKIA1/20260901/s3/aws4_request, Signature=0",
                "x-amz-region-set": "eu-west-1,us-east-1",
            },
            "",
            Scope("AKIA1", "eu-west-1", "s3"),
        ),
        (
            {
                "authorization": "AWS4-ECDSA-P256-SHA256 Credential=AKIA1/20260901/s3/aws4_request, Signature=0",
                "x-amz-region-set": "*",
            },
            "",
            Scope("AKIA1", "us-east-1", "s3"),
        ),
        ({"authorization": "AWS AKIA1:c2ln"}, "", Scope("AKIA1", "", "s3")),
        ({"authorization": "Bearer x"}, "", UNSIGNED),
        ({"authorization": "AWS4-HMAC-SHA256 Credential=AKIA1"}, "", UNSIGNED),
        ({}, "a=b", UNSIGNED),
    ],
)
def test_the_scope(headers: dict[str, str], query: str, expected: Scope) -> None:
    assert scope_of(WireRequest("GET", "/", query, headers, b"")) == expected
