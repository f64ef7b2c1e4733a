"""The bucket that a host names."""

import pytest

from secrets_cli.aws.s3_hosts import bucket_of_host


@pytest.mark.parametrize(
    ("host", "bucket"),
    [
        ("127.0.0.1", ""),
        ("localhost", ""),
        ("s3.localhost", ""),
        ("bkt.localhost", "bkt"),
        ("bkt.s3.localhost", "bkt"),
        ("bkt.s3.us-east-1.localhost.localstack.cloud", "bkt"),
        ("s3.us-east-1.localhost.localstack.cloud", ""),
        ("s3.amazonaws.com", ""),
        ("s3.eu-west-1.amazonaws.com", ""),
        ("a.dotted.bucket.s3.eu-west-1.amazonaws.com", "a.dotted.bucket"),
        ("bkt.s3.dualstack.us-east-1.amazonaws.com", "bkt"),
        ("bkt.s3-accelerate.amazonaws.com", "bkt"),
        ("bkt.s3.cn-north-1.amazonaws.com.cn", "bkt"),
        ("ssm.eu-west-1.amazonaws.com", ""),
    ],
)
def test_the_bucket_of_a_host(host: str, bucket: str) -> None:
    assert bucket_of_host(host) == bucket
