"""`resources[]` of records."""

from typing import Any

import pytest

from secrets_cli.usage.recorder.resources import Call, resources_of

ACCOUNT = "111122223333"
KEY = f"arn:aws:kms:eu-west-1:{ACCOUNT}:key/k-1"


@pytest.mark.parametrize(
    ("service", "name", "parameters", "answer", "arns"),
    [
        ("ssm", "GetParameter", {"name": "/app/db:3"}, {}, [f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/app/db"]),
        (
            "ssm",
            "GetParameters",
            {"names": ["/a", "b"]},
            {},
            [f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/a", f"arn:aws:ssm:eu-west-1:{ACCOUNT}:parameter/b"],
        ),
        (
            "ssm",
            "GetParameter",
            {"name": "arn:aws:ssm:eu-west-1:1:parameter/x:1"},
            {},
            ["arn:aws:ssm:eu-west-1:1:parameter/x"],
        ),
        ("ssm", "GetDocument", {"name": "d"}, {}, []),
        ("ssm", "DescribeParameters", {"name": "d"}, {}, []),
        ("kms", "Encrypt", {"keyId": "alias/x"}, {"KeyId": KEY}, [KEY]),
        ("kms", "Encrypt", {"keyId": "alias/x"}, {}, []),
        ("kms", "DescribeKey", {"keyId": "k-1"}, {"KeyMetadata": {"Arn": KEY}}, [KEY]),
        ("kms", "ReEncrypt", {}, {"SourceKeyId": KEY, "KeyId": f"{KEY}2"}, [KEY, f"{KEY}2"]),
        (
            "kms",
            "CreateAlias",
            {"aliasName": "alias/x", "targetKeyId": "k-1"},
            {},
            [KEY, f"arn:aws:kms:eu-west-1:{ACCOUNT}:alias/x"],
        ),
        ("s3", "GetObject", {"bucketName": "b", "key": "a/b"}, {}, ["arn:aws:s3:::b/a/b", "arn:aws:s3:::b"]),
        ("s3", "GetBucketAcl", {"bucketName": "b"}, {}, ["arn:aws:s3:::b"]),
        ("s3", "CreateBucket", {"bucketName": "b"}, {}, []),
        ("s3", "ListBuckets", {}, {}, []),
        ("dynamodb", "GetItem", {"tableName": "t"}, {}, [f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"]),
        (
            "dynamodb",
            "BatchGetItem",
            {"requestItems": [{"tableName": "t"}, {"tableName": "t"}]},
            {},
            [f"arn:aws:dynamodb:eu-west-1:{ACCOUNT}:table/t"],
        ),
        ("sts", "AssumeRole", {"roleArn": "arn:aws:iam::9:role/r"}, {}, ["arn:aws:iam::9:role/r"]),
        ("lambda", "Invoke", {"functionName": "f:live"}, {}, [f"arn:aws:lambda:eu-west-1:{ACCOUNT}:function:f:live"]),
        ("lambda", "GetFunction20150331v2", {"functionName": "f"}, {}, []),
        ("sqs", "SendMessage", {"queueUrl": "http://x:1/444455556666/q"}, {}, ["arn:aws:sqs:eu-west-1:444455556666:q"]),
        ("sns", "Publish", {"topicArn": "arn:aws:sns:eu-west-1:1:t"}, {}, ["arn:aws:sns:eu-west-1:1:t"]),
        ("kinesis", "PutRecord", {"streamName": "s"}, {}, [f"arn:aws:kinesis:eu-west-1:{ACCOUNT}:stream/s"]),
        ("glue", "GetTable", {"name": "t"}, {}, []),
    ],
)
def test_the_resources(
    service: str, name: str, parameters: dict[str, Any], answer: dict[str, Any], arns: list[str]
) -> None:
    found = resources_of(service, Call(name, "eu-west-1", ACCOUNT, "aws", parameters, answer))
    assert [entry["ARN"] for entry in found if isinstance(entry, dict)] == arns


def test_a_listing_names_the_prefix_of_what_it_lists() -> None:
    found = resources_of(
        "s3", Call("ListObjects", "eu-west-1", ACCOUNT, "aws", {"bucketName": "b", "prefix": "a/"}, {})
    )
    assert found[0] == {"type": "AWS::S3::Object", "ARNPrefix": "arn:aws:s3:::b/a/"}
